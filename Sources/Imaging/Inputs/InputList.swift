/// The inputs of a run, packed: a name takes its bytes and eight more, so that a million of them take little memory.
public struct InputList: Sendable {
  /// The names one behind the other, as UTF-8.
  private var bytes: [UInt8] = []
  /// Where each name ends.
  private var ends: [Int] = []
  /// The few that are no files.
  private var others: [Int: Result<ImageInput, InputExpansion.Fault>] = [:]

  /// No inputs.
  public init() {}

  /// How many there are.
  public var count: Int { ends.count }

  /// How an input is named in results and errors: its path, `-`, or the argument that gave none.
  public func name(at index: Int) -> String {
    String(decoding: bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]], as: UTF8.self)
  }

  /// An input, or the argument that gave none.
  public subscript(index: Int) -> Result<ImageInput, InputExpansion.Fault> {
    others[index] ?? .success(ImageInput(.file(name(at: index))))
  }

  /// One more file.
  mutating func append(file path: String) {
    bytes += path.utf8
    ends.append(bytes.count)
  }

  /// Standard input.
  mutating func appendStandardInput() {
    others[count] = .success(ImageInput(.standardInput))
    append(file: "-")
  }

  /// An argument that gives no image.
  mutating func append(_ fault: InputExpansion.Fault) {
    others[count] = .failure(fault)
    append(file: fault.argument)
  }
}
