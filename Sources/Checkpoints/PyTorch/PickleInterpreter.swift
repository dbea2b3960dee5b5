/// Reads a pickle (protocols 0 to 5) into an inert `PickleTree`.
///
/// The machine has the instructions but nothing to carry out: a global is a name, a call of a known global makes a
/// description of a tensor or a dictionary, and a call of any other makes a placeholder. Sizes are limited, values are
/// kept by index, so that neither cycles nor depth can do harm.
struct PickleInterpreter {
  /// What a finished pickle gives.
  struct Result {
    let root: PickleValue
    let tree: PickleTree
    /// Byte after the pickle.
    let end: Int
  }

  /// Instructions, and values kept: far more than state dicts of thousands of tensors need.
  static let instructionLimit = 50_000_000
  static let valueLimit = 4_000_000

  let file: CheckpointFile
  let end: Int
  var position: Int
  var stack: [PickleValue] = []
  var marks: [Int] = []
  var memo: [Int: PickleValue] = [:]
  var tree = PickleTree()
  /// Values in containers, counted against the limit.
  var kept = 0

  /// Reads the pickle that starts at `range`'s lower bound and ends somewhere within it. Throws `damaged`, `unsupported`.
  static func run(_ file: CheckpointFile, _ range: Range<Int>) throws(CheckpointError) -> Result {
    var machine = PickleInterpreter(file: file, end: range.upperBound, position: range.lowerBound)
    for _ in 0..<instructionLimit {
      let start = machine.position
      let byte = try machine.uint8()
      guard let opcode = PickleOpcode(rawValue: byte) else {
        throw file.damaged("unknown pickle instruction \(byte)", at: start)
      }
      if opcode == .stop {
        let root = try machine.pop()
        return Result(root: root, tree: machine.tree, end: machine.position)
      }
      try machine.perform(opcode)
    }
    throw file.unsupported("a pickle of more than \(instructionLimit) instructions")
  }

  private init(file: CheckpointFile, end: Int, position: Int) {
    self.file = file
    self.end = end
    self.position = position
  }

  private mutating func perform(_ opcode: PickleOpcode) throws(CheckpointError) {
    switch opcode {
    case .mark:
      guard marks.count < Self.valueLimit else { throw tooLarge() }
      marks.append(stack.count)
    case .stop: break  // `run` ends there
    case .pop:
      if marks.last == stack.count, !marks.isEmpty { marks.removeLast() } else { _ = try pop() }
    case .popMark: _ = try popToMark()
    case .dup: try push(try top())
    case .proto:
      let version = try uint8()
      guard version <= 5 else { throw file.unsupported("pickle protocol \(version)", at: position - 2) }
    case .frame:
      let length = try uint64()
      guard length <= UInt64(end - position) else { throw fault("a pickle frame reaches past the end") }
    case .float, .int, .binInt, .binInt1, .long, .binInt2, .none, .binFloat, .newTrue, .newFalse, .long1, .long4:
      try push(try number(opcode))
    case .string, .binString, .shortBinString, .unicode, .binUnicode, .shortBinUnicode, .binUnicode8, .binBytes,
      .shortBinBytes,
      .binBytes8, .byteArray8:
      try push(try text(opcode))
    case .append, .appends, .list, .emptyList, .tuple, .emptyTuple, .tuple1, .tuple2, .tuple3, .dict, .emptyDict,
      .setItem,
      .setItems, .emptySet, .addItems, .frozenSet:
      try collect(opcode)
    case .get, .binGet, .longBinGet, .put, .binPut, .longBinPut, .memoize: try remember(opcode)
    case .global, .stackGlobal, .reduce, .build, .inst, .obj, .newObj, .newObjEx, .persistentID, .binPersistentID:
      try call(opcode)
    case .ext1, .ext2, .ext4, .nextBuffer, .readOnlyBuffer:
      throw file.unsupported("pickle instruction \(opcode.rawValue), which state dicts do not use", at: position - 1)
    }
  }

  // MARK: The stack

  mutating func push(_ value: PickleValue) throws(CheckpointError) {
    guard stack.count < Self.valueLimit else { throw tooLarge() }
    stack.append(value)
  }

  func top() throws(CheckpointError) -> PickleValue {
    guard stack.count > marks.last ?? 0, let value = stack.last else { throw fault("the pickle's stack is empty") }
    return value
  }

  mutating func pop() throws(CheckpointError) -> PickleValue {
    let value = try top()
    stack.removeLast()
    return value
  }

  /// The values above the last mark.
  mutating func popToMark() throws(CheckpointError) -> [PickleValue] {
    guard let mark = marks.popLast() else { throw fault("the pickle has no mark here") }
    let values = Array(stack[mark...])
    stack.removeSubrange(mark...)
    return values
  }

  /// A container of these values.
  mutating func container(_ values: [PickleValue]) throws(CheckpointError) -> Int {
    kept += values.count + 1
    guard kept <= Self.valueLimit else { throw tooLarge() }
    tree.containers.append(values)
    return tree.containers.count - 1
  }

  // MARK: Bytes

  mutating func take(_ count: Int) throws(CheckpointError) -> Range<Int> {
    guard count >= 0, count <= end - position else { throw fault("the pickle ends early") }
    defer { position += count }
    return position..<position + count
  }

  mutating func uint8() throws(CheckpointError) -> UInt8 { file.bytes[try take(1).lowerBound] }
  mutating func uint16() throws(CheckpointError) -> UInt16 { try file.uint16(at: take(2).lowerBound) }
  mutating func uint32() throws(CheckpointError) -> UInt32 { try file.uint32(at: take(4).lowerBound) }
  mutating func uint64() throws(CheckpointError) -> UInt64 { try file.uint64(at: take(8).lowerBound) }

  /// Text up to the next line end.
  mutating func line() throws(CheckpointError) -> String {
    let limit = min(end, position + 1_000_000)
    guard let newline = file.bytes[position..<limit].firstIndex(of: 0x0A) else { throw fault("the pickle ends early") }
    defer { position = newline + 1 }
    return String(decoding: file.bytes[position..<newline], as: UTF8.self)
  }

  // MARK: Errors

  func fault(_ problem: String) -> CheckpointError { file.damaged(problem, at: position) }
  func tooLarge() -> CheckpointError {
    file.unsupported("a pickle of more than \(Self.valueLimit) values", at: position)
  }
}
