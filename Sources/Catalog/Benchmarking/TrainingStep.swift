import Detection
import Imaging
import Inference
import Models
import NeuralNetwork
import TensorCore
import Training

/// Forward and backward pass of a network on one batch, compiled.
struct TrainingStep: Sendable {
  private let step: CompiledStep
  private let inputs: [Tensor]

  /// A step that changes the parameters that `trains` says, by the loss of `inputs`.
  private init(
    _ store: ParameterStore, trains: @escaping @Sendable (String) -> Bool, _ inputs: [Tensor],
    _ loss: @escaping @Sendable ([Tensor]) throws(ShapeError) -> Tensor
  ) throws(ShapeError) {
    self.inputs = inputs + [try TrainingPhase.randomness(seed: 0, step: 0)]
    step = CompiledStep(
      parameter: { path throws(ShapeError) in try store.value(at: path) }, changes: trains,
      precision: store.precision
    ) { inputs throws(ShapeError) in
      let phase = TrainingPhase(randomness: inputs[inputs.count - 1], trains: trains), tape = phase.makeTape()
      let result = try phase.run(tape) { () throws(ShapeError) in try loss(Array(inputs.dropLast())) }
      var updates: [String: Tensor] = [:]
      for (parameter, value) in phase.updates { updates[parameter.path] = value }
      return StepResults(loss: result, gradients: try tape.gradients(of: result).parameters, updates: updates)
    }
  }

  /// A step of `model` on pictures `[N, C, H, W]`: by its own loss on a few boxes where it is a detector, else by the cross-entropy
  /// of its first output with made up classes. Throws `ShapeError` where it cannot be trained so.
  init(_ model: LoadedModel, _ training: NetworkBenchmark.Training, on pictures: Tensor) throws(ShapeError) {
    if let network = model.network as? any DetectionNetwork {
      try self.init(detector: network, model, training, pictures)
      return
    }
    let store = model.parameters, network = model.network
    let last = store.parameters.last { $0.kind == .trainable }?.path ?? ""
    let head = last.lastIndex(of: ".").map { String(last[...$0]) } ?? last
    let outputs: @Sendable (Tensor) throws(ShapeError) -> Tensor = { x throws(ShapeError) in
      try network.rawOutputs(for: x)[0]
    }
    let labels = try Self.labels(for: pictures, outputs)
    try self.init(store, trains: { training == .all || $0.hasPrefix(head) }, [pictures, labels]) {
      inputs throws(ShapeError) in
      try -outputs(inputs[0]).logSoftmax(axis: 1).gather(axis: 1, index: inputs[1]).mean()
    }
  }

  private init(
    detector network: any DetectionNetwork, _ model: LoadedModel, _ training: NetworkBenchmark.Training,
    _ pictures: Tensor
  ) throws(ShapeError) {
    // What counts the background has a label for it that no object bears.
    let background = model.labels.first == "__background__" ? 1 : 0, classes = max(model.labels.count - background, 1)
    guard let objective = DetectionObjectives.objective(of: network, classes: classes) else {
      throw ShapeError(.argument, "training", "no loss is known for \(model.id)")
    }
    guard training == .all else {
      throw ShapeError(.argument, "training", "only networks that score classes are timed with the rest frozen")
    }
    let size = ImageSize(width: pictures.shape[3], height: pictures.shape[2])
    let objects = (0..<pictures.shape[0]).map { Self.objects(picture: $0, size, classes: classes) }
    let batch = BatchContext(random: RandomStream(seed: 0, purpose: "benchmark"))
    let targets = try objective.targets(for: objects, inputSize: size, batch)
    try self.init(model.parameters, trains: { _ in true }, [pictures] + targets) { inputs throws(ShapeError) in
      try objective.losses(for: inputs[0], Array(inputs.dropFirst()))[0]
    }
  }

  /// Boxes of a sixth to a half of the sides, with masks that fill them where the network learns from such.
  private static func objects(picture: Int, _ size: ImageSize, classes: Int) -> [TrainingObject] {
    (0..<count).map { index in
      let share = 1 / Float(2 + (index + picture) % 5)
      let width = (Float(size.width) * share).rounded(), height = (Float(size.height) * share).rounded()
      let x = ((Float(size.width) - width) * Float(index) / Float(count)).rounded()
      let y = ((Float(size.height) - height) * Float((index * 3) % count) / Float(count)).rounded()
      let box = Box(x1: x, y1: y, x2: x + width, y2: y + height)
      var pixels = [UInt8](repeating: 0, count: size.width * size.height)
      for row in Int(y)..<Int(y + height) {
        for column in Int(x)..<Int(x + width) { pixels[row * size.width + column] = 1 }
      }
      let mask = try? Mask(width: size.width, height: size.height, pixels: pixels)
      return TrainingObject(box: box, label: (index * 7 + picture) % classes, mask: mask)
    }
  }

  private static let count = 8

  /// Classes for what the network says of pictures: of each picture, or of each pixel.
  private static func labels(
    for pictures: Tensor, _ outputs: (Tensor) throws(ShapeError) -> Tensor
  ) throws(ShapeError) -> Tensor {
    let scores = try Recording().run(inputs: [pictures.spec]) { inputs throws(ShapeError) in try outputs(inputs[0]) }
    var shape = scores.shape
    let classes = shape[1]
    shape[1] = 1
    return try Tensor((0..<shape.reduce(1, *)).map { ($0 * 7 + 3) % classes }, shape: shape)
  }

  /// What each step of the plan took in one run; nil where it could not be compiled.
  func profile() throws(ShapeError) -> [StepTime]? { try step.profile(inputs) }

  /// The loss of one step.
  func run() throws(ShapeError) -> [Tensor] { [try step(inputs).loss] }
}
