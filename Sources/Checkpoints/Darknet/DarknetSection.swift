/// A `[section]` of a darknet configuration: a layer, or the network's own settings.
///
/// Values are read by type; a bad one throws `CheckpointError.damaged` that names the file, the line, the key and what was
/// expected.
public struct DarknetSection: Sendable {
  /// A `key=value` line.
  public struct Option: Sendable, Hashable {
    /// The key, without spaces.
    public let key: String
    /// The value, without spaces, as darknet reads it.
    public let value: String
    /// The line, counted from 1.
    public let line: Int
  }

  /// What kind of layer it is, such as `convolutional`: darknet's short forms (`conv`, `max`, `network`) are spelled out.
  public let kind: String
  /// Its options in the file's order. Of two with one key the first counts, as in darknet.
  public let options: [Option]
  /// The line of `[kind]`, counted from 1.
  public let line: Int
  /// The file, for error messages.
  public let path: String

  /// Numbers that a list may have.
  private static let listLimit = 10_000

  package init(kind: String, options: [Option], line: Int, path: String) {
    self.kind = Self.fullKinds[kind] ?? kind
    self.options = options
    self.line = line
    self.path = path
  }

  private static let fullKinds = [
    "network": "net", "conv": "convolutional", "max": "maxpool", "avg": "avgpool", "conn": "connected",
    "soft": "softmax",
  ]

  /// The option of this key; nil where there is none.
  public func option(_ key: String) -> Option? { options.first { $0.key == key } }

  /// The value as text; nil where there is none.
  public func string(_ key: String) -> String? { option(key)?.value }

  /// The value as a whole number in `range`; `fallback` where there is none.
  public func integer(
    _ key: String, default fallback: Int, in range: ClosedRange<Int> = Int(Int32.min)...Int(Int32.max)
  ) throws(CheckpointError) -> Int {
    guard let option = option(key) else { return fallback }
    return try integer(option, option.value, range)
  }

  /// The value as a whole number in `range`; throws where there is none.
  public func integer(
    _ key: String, in range: ClosedRange<Int> = Int(Int32.min)...Int(Int32.max)
  ) throws(CheckpointError) -> Int {
    guard let option = option(key) else { throw fault("[\(kind)] needs \(key)") }
    return try integer(option, option.value, range)
  }

  /// The value as a finite number; `fallback` where there is none.
  public func number(_ key: String, default fallback: Double) throws(CheckpointError) -> Double {
    guard let option = option(key) else { return fallback }
    return try number(option, option.value)
  }

  /// Whether the value is 1; `fallback` where there is none. Throws unless it is 0 or 1.
  public func flag(_ key: String, default fallback: Bool = false) throws(CheckpointError) -> Bool {
    try integer(key, default: fallback ? 1 : 0, in: 0...1) == 1
  }

  /// The value as whole numbers with commas between them; nil where there is none.
  public func integers(
    _ key: String, in range: ClosedRange<Int> = Int(Int32.min)...Int(Int32.max)
  ) throws(CheckpointError) -> [Int]? {
    guard let option = option(key) else { return nil }
    var values: [Int] = []
    for part in try parts(option) { values.append(try integer(option, part, range)) }
    return values
  }

  /// The value as finite numbers with commas between them; nil where there is none.
  public func numbers(_ key: String) throws(CheckpointError) -> [Double]? {
    guard let option = option(key) else { return nil }
    var values: [Double] = []
    for part in try parts(option) { values.append(try number(option, part)) }
    return values
  }

  /// An error of this section, or of one of its options: `CheckpointError.damaged` with the file and the line.
  public func fault(
    _ problem: String, option: Option? = nil, expected: String? = nil, found: String? = nil
  ) -> CheckpointError {
    .damaged(CheckpointFault(problem, path: path, line: option?.line ?? line, expected: expected, found: found))
  }

  private func integer(_ option: Option, _ text: String, _ range: ClosedRange<Int>) throws(CheckpointError) -> Int {
    guard let value = Int(text), range.contains(value) else {
      let isWide = range == Int(Int32.min)...Int(Int32.max)
      let expected = isWide ? "a whole number" : "a whole number from \(range.lowerBound) to \(range.upperBound)"
      throw fault(
        "\(CheckpointFault.printable(option.key)) of [\(kind)] is wrong", option: option, expected: expected,
        found: "\"\(CheckpointFault.printable(text))\"")
    }
    return value
  }

  private func number(_ option: Option, _ text: String) throws(CheckpointError) -> Double {
    guard let value = Double(text), value.isFinite else {
      throw fault(
        "\(CheckpointFault.printable(option.key)) of [\(kind)] is wrong", option: option, expected: "a number",
        found: "\"\(CheckpointFault.printable(text))\"")
    }
    return value
  }

  /// The parts between commas; a comma at the end adds none.
  private func parts(_ option: Option) throws(CheckpointError) -> [String] {
    var parts = option.value.split(separator: ",", maxSplits: Self.listLimit, omittingEmptySubsequences: false).map(
      String.init)
    if parts.last == "" { parts.removeLast() }
    guard parts.count <= Self.listLimit else {
      throw fault("\(CheckpointFault.printable(option.key)) has more than \(Self.listLimit) numbers", option: option)
    }
    return parts
  }
}
