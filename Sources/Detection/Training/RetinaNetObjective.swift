import Imaging
import NeuralNetwork
import TensorCore
import Training

/// How RetinaNet learns: the focal loss of all classes of all anchors but those that overlap objects by 0.4 to 0.5, and the L1 distance
/// of the codes of those that have an object, both over these anchors' number, picture by picture. As torchvision.
/// Lin et al. 2017, arXiv 1708.02002.
package struct RetinaNetObjective: DetectionObjective {
  private let network: RetinaNet
  private static let matcher = Matcher(high: 0.5, low: 0.4, allowsLowQuality: true)

  /// The learning of a network.
  package init(_ network: RetinaNet) { self.network = network }

  /// Classes `[N, A]`, -1 for none; what each anchor's classes and codes weigh `[N, A, 1]`; codes `[N, A, 4]`.
  package func targets(
    for objects: [[TrainingObject]], inputSize: ImageSize, _ batch: BatchContext
  ) throws(ShapeError) -> [Tensor] {
    let anchors = try Tensor.concatenate(
      RetinaNet.anchors(grids: PyramidGrids.sizes(of: inputSize, count: 5, from: 3), input: inputSize), axis: 0)
    let count = anchors.shape[0], images = objects.count
    var classes = [Int](repeating: -1, count: images * count), codes = [Float](repeating: 0, count: images * count * 4)
    var names = [Float](repeating: 0, count: images * count), boxes = names
    for (image, list) in objects.enumerated() {
      let matching = try AnchorMatching(list, anchors) { overlaps throws(ShapeError) in try Self.matcher(overlaps) }
      let share = 1 / Float(max(matching.matched.count, 1)) / Float(images)
      for (anchor, object) in matching.objects.enumerated() {
        let at = image * count + anchor
        names[at] = object == Matcher.between ? 0 : share
        guard object >= 0 else { continue }
        classes[at] = list[object].label + 1
        boxes[at] = share
      }
      try matching.writeCodes(BoxCoder(), anchors, into: &codes, at: image * count)
    }
    return [
      try Tensor(classes, shape: [images, count]), try Tensor(names, shape: [images, count, 1]),
      try Tensor(boxes, shape: [images, count, 1]), try Tensor(codes, shape: [images, count, 4]),
    ]
  }

  /// As torchvision's.
  package func frozen(in parameters: ParameterStore) -> [String] {
    FrozenLayers.pyramid(parameters, trainsNorms: network.isImproved)
  }

  /// The sum, then the parts: classes, boxes.
  package func losses(for pictures: Tensor, _ targets: [Tensor]) throws(ShapeError) -> [Tensor] {
    let outputs = try network.trainingOutputs(for: pictures)
    let wanted = try Tensor.applySingle(OneHot(classes: outputs[0].shape[2], dtype: .float32), targets[0])
    let names = try (Losses.sigmoidFocal(outputs[0], wanted) * targets[1]).sum()
    let boxes = try (Losses.l1(outputs[1], targets[3], reduction: .none) * targets[2]).sum()
    return [try names + boxes, names, boxes]
  }
}
