import Inference
import NeuralNetwork
import TensorCore

/// Forward and backward pass of a network under cross-entropy, compiled.
struct TrainingStep: Sendable {
  private let step: CompiledStep
  private let network: @Sendable (Tensor) throws(ShapeError) -> Tensor

  init(
    _ store: ParameterStore, _ training: NetworkBenchmark.Training,
    _ network: @escaping @Sendable (Tensor) throws(ShapeError) -> Tensor
  ) {
    self.network = network
    let last = store.parameters.last { $0.kind == .trainable }?.path ?? ""
    let head = last.lastIndex(of: ".").map { String(last[...$0]) } ?? last
    let trains: @Sendable (String) -> Bool = { path in training == .all || path.hasPrefix(head) }
    step = CompiledStep(
      parameter: { path throws(ShapeError) in try store.value(at: path) }, changes: trains
    ) { inputs throws(ShapeError) in
      let phase = TrainingPhase(randomness: inputs[2], trains: trains), tape = phase.makeTape()
      let loss = try phase.run(tape) { () throws(ShapeError) in
        try -network(inputs[0]).logSoftmax(axis: 1).gather(axis: 1, index: inputs[1]).mean()
      }
      var updates: [String: Tensor] = [:]
      for (parameter, value) in phase.updates { updates[parameter.path] = value }
      return StepResults(loss: loss, gradients: try tape.gradients(of: loss).parameters, updates: updates)
    }
  }

  /// Classes for what the network says of `input`: of each image, or of each pixel.
  func labels(for input: Tensor) throws(ShapeError) -> Tensor {
    let recording = Recording()
    let scores = try recording.run(inputs: [input.spec]) { inputs throws(ShapeError) in try network(inputs[0]) }
    var shape = scores.shape
    let classes = shape[1]
    shape[1] = 1
    return try Tensor((0..<shape.reduce(1, *)).map { ($0 * 7 + 3) % classes }, shape: shape)
  }

  /// What each step of the plan took in one run; nil where it could not be compiled.
  func profile(_ input: Tensor, _ labels: Tensor) throws(ShapeError) -> [StepTime]? {
    try step.profile([input, labels, TrainingPhase.randomness(seed: 0, step: 0)])
  }

  /// The loss and a gradient.
  func run(_ input: Tensor, _ labels: Tensor) throws(ShapeError) -> [Tensor] {
    let results = try step([input, labels, TrainingPhase.randomness(seed: 0, step: 0)])
    return [results.loss]
  }
}
