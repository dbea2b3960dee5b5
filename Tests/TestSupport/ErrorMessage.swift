import TensorCore

/// What an operation says when it throws; empty where it does not.
package func errorMessage(_ body: () throws -> Tensor) -> String {
  do { _ = try body() } catch { return "\(error)" }
  return ""
}
