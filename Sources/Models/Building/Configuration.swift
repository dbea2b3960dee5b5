/// What tells the variants of a family apart: a value of data.
package protocol Configuration: Sendable, Hashable {}

extension Configuration {
  /// The same with one entry changed.
  package func with<Value>(_ entry: WritableKeyPath<Self, Value>, _ value: Value) -> Self {
    var changed = self
    changed[keyPath: entry] = value
    return changed
  }
}
