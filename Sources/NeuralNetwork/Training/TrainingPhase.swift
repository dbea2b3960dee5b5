import Synchronization
import TensorCore

/// A step of training while its forward pass runs: batch norm takes the batch's statistics, dropout drops. Without one, layers
/// predict.
package final class TrainingPhase: Sendable {
  private struct State: Sendable {
    var sites = 0
    var updates: [(parameter: Parameter, value: Tensor)] = []
  }

  /// The step that runs now, on this task.
  @TaskLocal package static var current: TrainingPhase?

  /// Seed and step, int64 `[2]`: what random layers draw from. A placeholder where the step is recorded.
  package let randomness: Tensor
  /// Whether random layers drop anything.
  package let drops: Bool
  private let trains: @Sendable (String) -> Bool
  private let state = Mutex(State())

  /// A step that trains the parameters for whose paths `trains` says so; dropout and stochastic depth are left out where it
  /// does not drop.
  package init(
    randomness: Tensor, drops: Bool = true, trains: @escaping @Sendable (String) -> Bool = { _ in true }
  ) {
    self.randomness = randomness
    self.drops = drops
    self.trains = trains
  }

  /// Seed and step as a tensor.
  package static func randomness(seed: UInt64, step: Int) throws(ShapeError) -> Tensor {
    try Tensor([Int(bitPattern: UInt(seed)), step], shape: [2])
  }

  /// Runs `body` as this step, with gradients of the trained parameters written to `tape`.
  package func run<R>(_ tape: Tape, _ body: () throws(ShapeError) -> R) throws(ShapeError) -> R {
    let result: Result<R, ShapeError> = Self.$current.withValue(self) {
      do throws(ShapeError) { return .success(try tape.run(body)) } catch { return .failure(error) }
    }
    return try result.get()
  }

  /// A tape for this step's parameters.
  package func makeTape() -> Tape { Tape(tracksParameter: trains) }

  /// Whether a parameter is trained, not frozen.
  package func trains(_ parameter: Parameter) -> Bool { parameter.kind == .trainable && trains(parameter.path) }

  /// A number for the next random layer: the order in which layers run is the network's.
  func nextSite() -> Int {
    state.withLock { state in
      state.sites += 1
      return state.sites - 1
    }
  }

  /// The number that the next random layer gets.
  var sites: Int { state.withLock { $0.sites } }

  /// This step once more from the random layer `site` on: the same draws; new values of buffers were noted the first time.
  func replayed(from site: Int) -> TrainingPhase {
    let phase = TrainingPhase(randomness: randomness, drops: drops, trains: trains)
    phase.state.withLock { $0.sites = site }
    return phase
  }

  /// Notes the new value of a buffer, to be assigned once the step is done.
  func update(_ parameter: Parameter, to value: Tensor) {
    state.withLock { $0.updates.append((parameter, value)) }
  }

  /// New values of buffers, in the order in which layers gave them.
  package var updates: [(parameter: Parameter, value: Tensor)] { state.withLock { $0.updates } }
}
