import Augmentation
import Imaging
import Models
import NeuralNetwork
import Synchronization
import TensorCore
import Training

/// Training of a network that finds objects.
public final class DetectionTask: TrainingTask {
  /// The network's parameters.
  public let parameters: ParameterStore
  private let objective: any DetectionObjective
  private let labels: [String]
  /// How whole pictures are fed, and how those are that have the input's size.
  private let contract: InputContract, augmentedContract: InputContract
  private let multiscale: Double
  /// The network's number of the first class.
  private let firstClass: Int
  private let makeDetector: @Sendable () -> Detector
  private let detector = Mutex<Detector?>(nil)

  /// The training by `objective` of a network that finds objects of these classes and reads pictures as `contract` says.
  /// `multiscale`: how far a batch's size is from the input's at most, as a share of it, in steps of 32 pixels. `detector` makes a
  /// detector of the present weights, for validation, whose first class is `firstClass` where that is the background's.
  package init(
    _ objective: any DetectionObjective, _ parameters: ParameterStore, labels: [String], contract: InputContract,
    multiscale: Double = 0, firstClass: Int = 0,
    detector: @escaping @Sendable () -> Detector
  ) {
    self.objective = objective
    self.parameters = parameters
    self.labels = labels
    self.contract = contract
    augmentedContract = contract.withoutResizing(to: contract.size)
    self.multiscale = multiscale
    self.firstClass = firstClass
    makeDetector = detector
  }

  /// Whether it learns from the objects' masks.
  public var needsMasks: Bool { objective.needsMasks }

  /// A picture as the contract has it, with its objects in pixels of the original.
  public func item(from sample: Sample) throws -> TrainingItem {
    let objects = (sample.objects ?? []).filter { $0.box.isFinite && $0.box.area > 0 }
    return TrainingItem(
      try contract.prepare(sample.image),
      objects: objects.map { object in
        var object = object
        object.keypoints = nil
        return object
      })
  }

  /// A training picture, fitted as the contract says where augmentation gave it another size, with its objects in pixels of the
  /// input; groups of objects, and what is less than a pixel wide, are left out.
  public func item(augmented sample: Sample) throws -> TrainingItem {
    let fits = contract.size == sample.size, prepared = try (fits ? augmentedContract : contract).prepare(sample.image)
    let size = ImageSize(width: prepared.width, height: prepared.height)
    let source = sample.size
    let frame = prepared.placement.network(
      Box(x1: 0, y1: 0, x2: Float(source.width), y2: Float(source.height)))
    let objects = try (sample.objects ?? []).compactMap { object -> SampleObject? in
      guard !object.isCrowd, labels.indices.contains(object.label) else { return nil }
      var object = object
      object.box = prepared.placement.network(object.box).clipped(to: size)
      object.keypoints = nil
      object.mask = needsMasks ? try object.mask.map { try $0.placed(in: frame, size) } : nil
      return object.box.width >= 1 && object.box.height >= 1 && object.box.isFinite ? object : nil
    }
    return TrainingItem(prepared, objects: objects)
  }

  /// The pictures, at a size of the batch's own where sizes vary, and what the objective makes of their objects.
  public func tensors(for items: [TrainingItem], _ batch: BatchContext) throws -> [Tensor] {
    var pictures = try Tensor(items: items)
    let width = pictures.shape[3], height = pictures.shape[2]
    var objects = items.map { item in
      item.objects.map { TrainingObject(box: $0.box, label: $0.label, mask: $0.mask) }
    }
    let size = size(ImageSize(width: width, height: height), batch)
    if size.width != width || size.height != height {
      pictures = try pictures.interpolate(size: [size.height, size.width], mode: .bilinear)
      let x = Float(size.width) / Float(width), y = Float(size.height) / Float(height)
      for image in objects.indices {
        for place in objects[image].indices {
          objects[image][place].box = objects[image][place].box.scaled(x: x, y: y)
        }
      }
    }
    return [pictures] + (try objective.targets(for: objects, inputSize: size, batch))
  }

  private func size(_ full: ImageSize, _ batch: BatchContext) -> ImageSize {
    guard multiscale > 0, !batch.isClosing else { return full }
    let units = full.width / 32, reach = Int((Double(units) * multiscale).rounded())
    let drawn = units - reach + min(Int(batch.random.uniform(1 << 50) * Float(2 * reach + 1)), 2 * reach)
    let width = 32 * max(drawn, 1)
    return ImageSize(width: width, height: max((full.height * width / full.width) / 32, 1) * 32)
  }

  /// The loss and its parts.
  public func losses(for tensors: [Tensor]) throws(ShapeError) -> [Tensor] {
    try objective.losses(for: tensors[0], Array(tensors.dropFirst()))
  }

  /// A new score.
  public func makeScore() -> any TrainingScore { DetectionScore(labels: labels, masks: needsMasks) }

  /// Forgets the plans of the old weights.
  public func weightsChanged() { detector.withLock { $0 = nil } }

  /// Scores the objects that are found, of any confidence that counts.
  public func predict(_ items: [TrainingItem], into score: any TrainingScore) throws {
    guard let score = score as? DetectionScore else { return }
    let detector = self.detector.withLock { kept in
      if let kept { return kept }
      let made = makeDetector()
      kept = made
      return made
    }
    let found = try detector.detect(items.map(\.picture), .measuring(detector.network))
    for (item, found) in zip(items, found) {
      let detections = found.map { detection in
        var detection = detection
        detection.classIndex -= firstClass
        return detection
      }
      try score.add(detections, truth: item.objects, image: score.detection.images)
    }
  }
}
