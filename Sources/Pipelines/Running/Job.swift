import Imaging

/// An input on its way through all stages of a pipeline.
struct Job: Sendable {
  /// Its place among the inputs of this run: what batches are cut by.
  let place: Int
  /// Its place among all inputs.
  let index: Int
  let name: String
  var claims: [String: String] = [:]
  /// The samples that each stage gave; nil before, and when nobody needs them any more.
  var outputs: [[Item]?]
  /// What waits for a network.
  var pending: (items: [Item], prepared: [PreparedImage])?
  /// What each row stage wrote of it.
  var rows: [String: String] = [:]
  /// What each stage that remembers must know of its samples.
  var memories: [String: [String]] = [:]
  var failure: (any Error)?
  /// Whether an earlier run did it: only its rows are written, and its samples recalled.
  var wasDone = false

  var isActive: Bool { failure == nil && !wasDone }
}
