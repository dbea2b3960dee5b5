import Synchronization
import TensorCore

/// Where explanations look: a network's last maps of features, before their places are averaged or read.
package final class FeatureMapTap: Sendable {
  /// How a map is stored.
  package enum Layout: Sendable, Hashable {
    /// `[N, C, H, W]`.
    case channelsFirst
    /// `[N, H, W, C]`.
    case channelsLast
    /// `[N, skipped + rows * columns, C]`.
    case tokens(rows: Int, columns: Int, skipped: Int)
  }

  /// A map, followed by the tape that is written.
  package struct Map: Sendable {
    package let tensor: Tensor
    package let layout: Layout
  }

  private let state = Mutex([Map]())

  /// The tap that is open now, on this task.
  @TaskLocal static var current: FeatureMapTap?

  /// A tap that has seen nothing.
  package init() {}

  /// The maps in the order in which the network made them.
  package var maps: [Map] { state.withLock { $0 } }

  /// Runs `body` with this tap open.
  package func run<R, E: Error>(_ body: () throws(E) -> R) throws(E) -> R {
    let result: Result<R, E> = Self.$current.withValue(self) {
      do throws(E) { return .success(try body()) } catch { return .failure(error) }
    }
    return try result.get()
  }

  func add(_ tensor: Tensor, _ layout: Layout) { state.withLock { $0.append(Map(tensor: tensor, layout: layout)) } }
}

extension Tensor {
  /// Says that this is a network's last map of features. Gradients end here where an explanation asks.
  package func asLastMap(_ layout: FeatureMapTap.Layout = .channelsFirst) -> Tensor {
    guard let tap = FeatureMapTap.current else { return self }
    let map = Tape.current?.watch(detached()) ?? self
    tap.add(map, layout)
    return map
  }
}
