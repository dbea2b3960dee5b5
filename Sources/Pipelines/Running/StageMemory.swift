import FoundationEssentials

/// What stages must know of samples, as a journal keeps it: JSON in which every number comes back as it was.
extension RecallingStage {
  /// What it must know of a sample, as text; nil where it passes it by.
  func written(_ item: Item) throws -> String? {
    guard let memory = try memory(of: item) else { return nil }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    return String(decoding: try encoder.encode(memory), as: UTF8.self)
  }

  /// Sees a sample again.
  func recall(written text: String) throws {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    try recall(decoder.decode(Memory.self, from: Data(text.utf8)))
  }
}
