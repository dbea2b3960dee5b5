import Imaging
import Models
import NeuralNetwork
import TensorCore
import Training

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// How YOLOX learns: objects are assigned by `SimOTA`; five times one minus the squared overlap, binary cross-entropies of objectness
/// and classes, in closing epochs the distance of the raw boxes too, all over the number of assigned predictions.
/// Ge et al. 2021, arXiv 2107.08430; as the official code, version 0.3.
package struct YOLOXObjective: DetectionObjective {
  private let network: YOLOX
  private let classes: Int

  /// The learning of a network of so many classes.
  package init(_ network: YOLOX, classes: Int) {
    self.network = network
    self.classes = classes
  }

  /// The objects `[N, G, 5]` (centre, size, class; -1 for none), places for what will be assigned, and the weight of the distance.
  /// The numbers of rows grow by steps, so that few plans are compiled.
  package func targets(
    for objects: [[TrainingObject]], inputSize: ImageSize, _ batch: BatchContext
  ) throws(ShapeError) -> [Tensor] {
    func rounded(_ count: Int, from least: Int) -> Int {
      var size = least
      while size < count { size *= 4 }
      return size
    }
    let most = rounded(objects.map(\.count).max() ?? 0, from: 32)
    // An object takes at most ten predictions.
    let places = rounded(10 * objects.reduce(0) { $0 + $1.count }, from: 512)
    var values = [Float](repeating: 0, count: objects.count * most * 5)
    for (image, list) in objects.enumerated() {
      for place in 0..<most {
        let at = (image * most + place) * 5
        guard place < list.count else {
          values[at + 4] = -1
          continue
        }
        let box = list[place].box
        values.replaceSubrange(
          at..<at + 5,
          with: [
            (box.x1 + box.x2) / 2, (box.y1 + box.y2) / 2, box.width, box.height, Float(list[place].label),
          ])
      }
    }
    return [
      try Tensor(values, shape: [objects.count, most, 5]), try Tensor.zeros([places]),
      try Tensor([batch.isClosing ? 1 : 0] as [Float], shape: []),
    ]
  }

  /// The sum, then the parts: overlap, objectness, classes, distance.
  package func losses(for pictures: Tensor, _ targets: [Tensor]) throws(ShapeError) -> [Tensor] {
    let rows = try network.rows(for: pictures)
    let cells = YOLOXCell.all(width: pictures.shape[3], height: pictures.shape[2])
    let assigned = try Self.assignment(cells, classes)([
      rows.boxes, rows.objectness, rows.classes, targets[0], targets[1],
    ])
    let (index, weight, scale) = (assigned[0], assigned[1], assigned[6])
    let count = pictures.shape[0] * cells.count
    func picked(_ values: Tensor, _ width: Int) throws(ShapeError) -> Tensor {
      try Tensor.applySingle(IndexSelect(axis: 0), values.reshape([count, width]), index)
    }
    let overlap = try Self.overlap(picked(rows.boxes, 4), assigned[2])
    let box = try ((1 - overlap.square()) * weight).sum() * scale
    let objectness = try Losses.binaryCrossEntropy(rows.objectness, assigned[5], reduction: .sum) * scale
    let wide = try weight.unsqueeze(1)
    let names =
      try Losses.binaryCrossEntropy(
        picked(rows.classes, classes), assigned[4], weight: wide, reduction: .sum) * scale
    let distance = try ((picked(rows.offsets, 4) - assigned[3]).abs() * wide).sum() * scale * targets[2]
    return [try box * 5 + objectness + names + distance, try box * 5, objectness, names, distance]
  }

  /// Intersection over union of boxes by centre and size, `[M, 4]` each -> `[M]`.
  private static func overlap(_ a: Tensor, _ b: Tensor) throws(ShapeError) -> Tensor {
    func part(_ boxes: Tensor, _ start: Int) throws(ShapeError) -> Tensor {
      try boxes.narrow(axis: 1, start: start, length: 2)
    }
    func corners(_ boxes: Tensor) throws(ShapeError) -> (low: Tensor, high: Tensor, area: Tensor) {
      let centre = try part(boxes, 0), size = try part(boxes, 2)
      return (
        try centre - size / 2, try centre + size / 2,
        try size.select(axis: 1, index: 0) * size.select(axis: 1, index: 1)
      )
    }
    let first = try corners(a), second = try corners(b)
    let low = try first.low.maximum(second.low), high = try first.high.minimum(second.high)
    let sides = try Tensor.where(high.greater(low), high - low, Tensor.zeros([]))
    let common = try sides.select(axis: 1, index: 0) * sides.select(axis: 1, index: 1)
    return try common / (first.area + second.area - common + 1e-16)
  }

  /// The operation that assigns. From boxes `[N, A, 4]`, objectness `[N, A]`, classes `[N, A, K]`, objects `[N, G, 5]` and places `[M]`:
  /// the rows that learn, int64 `[M]`, their weights `[M]` (0 for places that are free), their boxes `[M, 4]`, the same as offsets
  /// `[M, 4]`, their classes `[M, K]`, which predictions are an object `[N, A]`, and one over their number.
  private static func assignment(_ cells: [YOLOXCell], _ classes: Int) -> HostFunction {
    HostFunction(
      "simota",
      shapes: { inputs throws(ShapeError) in
        let places = inputs[4].shape[0]
        return [
          TensorSpec([places], .int64), TensorSpec([places], .float32), TensorSpec([places, 4], .float32),
          TensorSpec([places, 4], .float32), TensorSpec([places, classes], .float32), inputs[1],
          TensorSpec([], .float32),
        ]
      }
    ) { inputs, outputs in
      let images = inputs[0].shape[0], rows = cells.count, most = inputs[3].shape[1], places = inputs[4].count
      let truth = (0..<images).map { image -> [SimOTA.Truth] in
        let objects = inputs[3].floats + image * most * 5
        return (0..<most).lazy.map { objects + 5 * $0 }.filter { $0[4] >= 0 }.map {
          SimOTA.Truth(x: $0[0], y: $0[1], width: $0[2], height: $0[3], label: Int($0[4]))
        }
      }
      let assigning = SimOTA(cells: cells, classes: classes)
      var found = [[SimOTA.Match]](repeating: [], count: images)
      found.withUnsafeMutableBufferPointer { found in
        Parallel.ranges(images, grain: 1) { range in
          for image in range {
            found[image] = assigning.matches(
              boxes: inputs[0].floats + image * rows * 4, objectness: inputs[1].floats + image * rows,
              scores: inputs[2].floats + image * rows * classes, truth: truth[image])
          }
        }
      }
      let index = outputs[0].elements(as: Int64.self), weight = outputs[1].floats
      for (output, count) in zip(outputs[1...5], [1, 4, 4, classes, 0]) {
        output.floats.update(repeating: 0, count: count == 0 ? output.count : places * count)
      }
      index.update(repeating: 0, count: places)
      var place = 0
      for (image, matches) in found.enumerated() {
        for match in matches where place < places {
          let object = truth[image][match.object], cell = cells[match.row]
          index[place] = Int64(image * rows + match.row)
          weight[place] = 1
          let box = outputs[2].floats + 4 * place, offsets = outputs[3].floats + 4 * place
          (box[0], box[1], box[2], box[3]) = (object.x, object.y, object.width, object.height)
          offsets[0] = object.x / cell.stride - cell.x
          offsets[1] = object.y / cell.stride - cell.y
          offsets[2] = log(object.width / cell.stride + 1e-8)
          offsets[3] = log(object.height / cell.stride + 1e-8)
          if object.label < classes { outputs[4].floats[place * classes + object.label] = match.overlap }
          outputs[5].floats[image * rows + match.row] = 1
          place += 1
        }
      }
      outputs[6].floats[0] = 1 / Float(max(place, 1))
    }
  }
}
