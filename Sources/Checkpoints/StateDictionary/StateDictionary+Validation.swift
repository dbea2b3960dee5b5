import TensorCore

extension StateDictionary {
  /// Checks that names and shapes are a network's: all of them, nothing else. Element types are not compared.
  ///
  /// `num_batches_tracked` counters may be missing, as PyTorch's strict loading allows. Throws `CheckpointError.mismatch`
  /// with every missing, unexpected and mis-shaped name.
  public func validate(
    against expected: [(name: String, shape: [Int])],
    isOptional: (String) -> Bool = { $0 == "num_batches_tracked" || $0.hasSuffix(".num_batches_tracked") }
  ) throws(CheckpointError) {
    var missing: [String] = [], misshapen: [String] = []
    var known: Set<String> = []
    for (name, shape) in expected {
      known.insert(name)
      guard contains(name) else {
        if !isOptional(name) { missing.append(name) }
        continue
      }
      if let spec = spec(of: name) {
        if spec.shape != shape { misshapen.append("\(name) (expected \(shape), found \(spec.shape))") }
      } else {
        misshapen.append("\(name) (its element type is not read)")
      }
    }
    let unexpected = names.filter { !known.contains($0) }
    guard missing.isEmpty, misshapen.isEmpty, unexpected.isEmpty else {
      throw .mismatch(path: path, missing: missing, unexpected: unexpected, misshapen: misshapen)
    }
  }
}
