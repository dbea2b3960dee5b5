import Imaging
import NeuralNetwork
import TensorCore
import Training

/// How FCOS learns: the focal loss of all classes of all cells; of the cells near an object's middle whose level suits its size the
/// generalised overlap of the boxes and the cross-entropy of the centerness; all over these cells' number. As torchvision.
/// Tian et al. 2019, arXiv 1904.01355.
package struct FCOSObjective: DetectionObjective {
  private let network: FCOS
  /// How far from an object's middle its cells lie at most, in their own sizes.
  private static let radius: Float = 1.5

  /// The learning of a network.
  package init(_ network: FCOS) { self.network = network }

  /// Classes `[N, A]`, -1 for none; which cells have an object `[N, A]`, one over their number; their boxes `[N, A, 4]` and
  /// centerness `[N, A]`; the cells' middles and signed sizes `[1, A, 4]`.
  package func targets(
    for objects: [[TrainingObject]], inputSize: ImageSize, _ batch: BatchContext
  ) throws(ShapeError) -> [Tensor] {
    let levels = try FCOS.anchors(
      grids: PyramidGrids.sizes(of: inputSize, count: 5, from: 3), input: inputSize)
    let cells = try Cell.all(levels), count = cells.count, images = objects.count
    var classes = [Int](repeating: -1, count: images * count)
    var has = [Float](repeating: 0, count: images * count), centerness = has, total = 0
    // Cells without an object get a box that is sound, so that what is left out has no odd numbers.
    var boxes = (0..<images).flatMap { _ in cells.flatMap(\.corners) }
    for (image, list) in objects.enumerated() {
      for (place, cell) in cells.enumerated() {
        guard let object = cell.object(among: list, radius: Self.radius) else { continue }
        let at = image * count + place, box = list[object].box
        classes[at] = list[object].label + 1
        has[at] = 1
        centerness[at] = cell.centerness(in: box)
        (boxes[4 * at], boxes[4 * at + 1], boxes[4 * at + 2], boxes[4 * at + 3]) = (box.x1, box.y1, box.x2, box.y2)
        total += 1
      }
    }
    return [
      try Tensor(classes, shape: [images, count]), try Tensor(has, shape: [images, count]),
      try Tensor([1 / Float(max(total, 1))], shape: []), try Tensor(boxes, shape: [images, count, 4]),
      try Tensor(centerness, shape: [images, count]),
      try Tensor(cells.flatMap { [$0.x, $0.y, $0.x, $0.y] }, shape: [1, count, 4]),
      try Tensor(cells.flatMap { [-$0.size, -$0.size, $0.size, $0.size] }, shape: [1, count, 4]),
    ]
  }

  /// As torchvision's.
  package func frozen(in parameters: ParameterStore) -> [String] { FrozenLayers.pyramid(parameters) }

  /// The sum, then the parts: classes, boxes, centerness.
  package func losses(for pictures: Tensor, _ targets: [Tensor]) throws(ShapeError) -> [Tensor] {
    let outputs = try network.trainingOutputs(for: pictures)
    let (has, scale) = (targets[1], targets[2]), rows = has.count
    let wanted = try Tensor.applySingle(OneHot(classes: outputs[0].shape[2], dtype: .float32), targets[0])
    let names = try Losses.sigmoidFocal(outputs[0], wanted, reduction: .sum) * scale
    let found = try targets[5] + outputs[1] * targets[6]
    let apart = try Losses.boxes(found.reshape([rows, 4]), targets[3].reshape([rows, 4]), penalty: .generalized)
    let boxes = try (apart * has.reshape([rows])).sum() * scale
    let centres =
      try Losses.binaryCrossEntropy(
        outputs[2].reshape(has.shape), targets[4], weight: has, reduction: .sum) * scale
    return [try names + boxes + centres, names, boxes, centres]
  }

  /// A cell of a level, as the square that its distances are counted by.
  private struct Cell {
    var x: Float, y: Float, size: Float
    /// The distances to an object's farthest side that its level is for, both excluded.
    var least: Float, most: Float

    var corners: [Float] { [x - size / 2, y - size / 2, x + size / 2, y + size / 2] }

    /// All cells of the levels' squares `[A, 4]`.
    static func all(_ levels: [Tensor]) throws(ShapeError) -> [Cell] {
      var cells: [Cell] = []
      for (place, level) in levels.enumerated() {
        let corners = try level.floats()
        for at in stride(from: 0, to: corners.count, by: 4) {
          let size = corners[at + 2] - corners[at]
          cells.append(
            Cell(
              x: (corners[at] + corners[at + 2]) / 2, y: (corners[at + 1] + corners[at + 3]) / 2, size: size,
              least: place == 0 ? 0 : size * 4, most: place == levels.count - 1 ? .infinity : size * 8))
        }
      }
      return cells
    }

    /// The object that the cell is for: the smallest of those whose middle is near and whose size suits.
    func object(among objects: [TrainingObject], radius: Float) -> Int? {
      var best: Int?, smallest: Float = 0
      for (index, object) in objects.enumerated() {
        let box = object.box
        guard max(abs(x - (box.x1 + box.x2) / 2), abs(y - (box.y1 + box.y2) / 2)) < radius * size else { continue }
        let sides = [x - box.x1, y - box.y1, box.x2 - x, box.y2 - y]
        guard let shortest = sides.min(), let longest = sides.max(), shortest > 0, longest > least, longest < most
        else { continue }
        // As the reference orders them: what is larger than 1e8 counts as none.
        let order = 1e8 - (box.x2 - box.x1) * (box.y2 - box.y1)
        guard order >= 1e-5, best == nil || order > smallest else { continue }
        (best, smallest) = (index, order)
      }
      return best
    }

    /// How central the cell lies, 0 to 1.
    func centerness(in box: Box) -> Float {
      let (left, top, right, bottom) = (
        (x - box.x1) / size, (y - box.y1) / size, (box.x2 - x) / size, (box.y2 - y) / size
      )
      return ((min(left, right) / max(left, right)) * (min(top, bottom) / max(top, bottom))).squareRoot()
    }
  }
}
