import Imaging
import Inference
import Models
import NeuralNetwork
import Support
import TensorCore

/// Times the bare network of a model, without pre- and postprocessing, on one input again and again.
public struct NetworkBenchmark: Sendable {
  /// What was measured.
  public struct Result: Sendable {
    /// Seconds of each run, in order.
    public let seconds: [Double]
    /// Images that went through the network at a time.
    public let batch: Int
    /// Products summed in one run; nil where shapes alone do not tell.
    public let multiplyAdds: Int?

    /// The middle of the runs, in seconds.
    public var median: Double { seconds.isEmpty ? 0 : seconds.sorted()[seconds.count / 2] }
    /// The shortest run, in seconds.
    public var minimum: Double { seconds.min() ?? 0 }
    /// Images a second at the median.
    public var imagesPerSecond: Double { median > 0 ? Double(batch) / median : 0 }
    /// 10^9 multiplications and additions a second at the median, each product counted as two.
    public var gigaflops: Double? { multiplyAdds.map { median > 0 ? 2 * Double($0) / median / 1e9 : 0 } }
  }

  /// What a step of training changes.
  public enum Training: String, Sendable, CaseIterable {
    /// Every parameter.
    case all
    /// Those of the last layer; the rest is frozen and predicts.
    case head
  }

  /// What one step of the compiled network took.
  public struct StepResult: Sendable {
    /// The kernel, such as `winograd 4x4`.
    public let algorithm: String
    /// The layer's path; empty where a step belongs to none.
    public let layer: String
    /// The shortest of all runs, in seconds.
    public let seconds: Double
    /// Products summed.
    public let multiplyAdds: Int

    /// 10^9 multiplications and additions a second.
    public var gigaflops: Double { seconds > 0 ? 2 * Double(multiplyAdds) / seconds / 1e9 : 0 }
  }

  private let runOnce: @Sendable () throws -> [Tensor]
  private let profileOnce: @Sendable () throws -> [StepTime]?
  private let input: Tensor
  private let multiplyAdds: Int?

  /// A benchmark of a loaded model on `[batch, channels, height, width]`: of predicting, or of the forward and backward pass of
  /// a step of `training`. `without` names passes of the compiler that are left out. Without values the input is drawn from -1 to 1
  /// by a fixed seed. Throws where the values do not fit the shape.
  public init(
    _ model: LoadedModel, shape: [Int], values: [Float]? = nil, training: Training? = nil, without: [String] = []
  ) throws {
    let network = model.network
    if let values {
      input = try Tensor(values, shape: shape)
    } else {
      let stream = RandomStream(seed: 0, purpose: "benchmark")
      let count = try TensorSpec(shape, .float32).checkedCount("benchmark")
      input = try Tensor((0..<count).map { 2 * stream.uniform(UInt64($0)) - 1 }, shape: shape)
    }
    let forward = try? NetworkCost(input: shape) { (x) throws(ShapeError) in _ = try network.rawOutputs(for: x) }
      .multiplyAdds
    let input = input
    guard let training else {
      multiplyAdds = forward
      let passes = GraphPasses.names.filter { !without.contains($0.name) }.map(\.pass)
      let compiled = CompiledFunction(model.parameters, passes: GraphPasses(passes)) { x throws(ShapeError) in
        try network.rawOutputs(for: x)
      }
      runOnce = { try compiled(input) }
      profileOnce = { try compiled.plan(for: input.spec)?.profile([input]) }
      return
    }
    multiplyAdds = training == .all ? forward.map { 3 * $0 } : forward
    let step = try TrainingStep(model, training, on: input)
    runOnce = { try step.run() }
    profileOnce = { try step.profile() }
  }

  /// The names of the compiler's passes, in the order in which they run.
  public static var passes: [String] { GraphPasses.names.map(\.name) }

  /// The outputs of one run. Throws `ShapeError`.
  public func outputs() throws -> [Tensor] { try runOnce() }

  /// Runs the network `count` times and gives what each of its steps took, in order; nil where it could not be compiled. Throws
  /// `ShapeError`. Stops early when `isCancelled`.
  public func profile(count: Int, isCancelled: () -> Bool = { false }) throws -> [StepResult]? {
    guard let first = try profileOnce() else { return nil }
    var shortest = first.map(\.seconds), runs = 1
    while runs < count, !isCancelled(), let times = try profileOnce() {
      for (index, time) in times.enumerated() { shortest[index] = min(shortest[index], time.seconds) }
      runs += 1
    }
    return zip(first, shortest).map {
      StepResult(algorithm: $0.algorithm, layer: $0.layer, seconds: $1, multiplyAdds: $0.multiplyAdds)
    }
  }

  /// Runs the network `count` times. Throws `ShapeError`. Stops early when `isCancelled`.
  public func run(count: Int, isCancelled: () -> Bool = { false }) throws -> Result {
    var seconds: [Double] = []
    while seconds.count < count, !isCancelled() { seconds.append(try timedRun()) }
    return Result(seconds: seconds, batch: input.shape[0], multiplyAdds: multiplyAdds)
  }

  /// Runs the network for about `seconds`, at least twice. Throws `ShapeError`.
  public func run(seconds: Double, isCancelled: () -> Bool = { false }) throws -> Result {
    let clock = ContinuousClock(), start = clock.now
    var times: [Double] = []
    while !isCancelled(), times.count < 2 || start.duration(to: clock.now) / .seconds(1) < seconds {
      times.append(try timedRun())
    }
    return Result(seconds: times, batch: input.shape[0], multiplyAdds: multiplyAdds)
  }

  private func timedRun() throws -> Double {
    try ContinuousClock().measure { _ = try runOnce() } / .seconds(1)
  }
}
