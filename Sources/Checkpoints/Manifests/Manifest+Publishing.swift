extension Manifest {
  /// The manifest whose weights are published under this file name; nil where there is none.
  ///
  /// With `model`, only of weights for it: general names (`lenet.pth`) say nothing alone. Only the manifests whose text has the
  /// name are decoded, so that a fault in another does no harm. Throws `invalidManifest` for a fault in the one meant.
  public static func publishing(
    fileName: String, model: String? = nil, in home: WeightsHome
  ) throws(WeightsError) -> Manifest? {
    guard isPlainFileName(fileName) else { return nil }
    let quoted = Array("\"\(fileName)\"".utf8)
    for id in try ids(in: home) {
      guard let text = try? home.bytes(id + ".json"), contains(quoted, in: text) else { continue }
      let manifest = try load(id: id, in: home)
      if manifest.weights.name == fileName, model == nil || manifest.model == model { return manifest }
    }
    return nil
  }

  private static func contains(_ pattern: [UInt8], in text: [UInt8]) -> Bool {
    text.withUnsafeBufferPointer { text in
      pattern.withUnsafeBufferPointer { pattern in
        guard text.count >= pattern.count else { return false }
        return (0...(text.count - pattern.count)).contains { start in
          text[start + 1] == pattern[1] && pattern.indices.allSatisfy { text[start + $0] == pattern[$0] }
        }
      }
    }
  }
}
