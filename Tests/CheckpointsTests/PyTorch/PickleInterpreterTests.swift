import Checkpoints
import TensorCore
import Testing

/// Pickles written by hand, in the legacy container, which needs nothing around them.
@Suite struct PickleInterpreterTests {
  static let magic: [UInt8] = [0x80, 2, 0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, 0x2E]
  static let one: [UInt8] = Array(
    "ctorch._utils\n_rebuild_tensor\n((U\u{7}storagectorch\nFloatStorage\nU\u{1}0U\u{3}cpuK\u{1}tQK\0)).".utf8.dropLast(
      3))

  /// A file of this object's pickle (without its STOP) and, for each storage, one float 1.
  static func legacy(_ object: [UInt8], storages: [String] = []) -> [UInt8] {
    var bytes = magic + [0x80, 2, 0x4D, 0xE9, 3, 0x2E] + [0x80, 2, 0x7D, 0x2E]
    bytes += [0x80, 2] + object + [0x2E] + [0x80, 2, 0x5D]
    for key in storages { bytes += [0x55, UInt8(key.utf8.count)] + Array(key.utf8) + [0x61] }
    bytes += [0x2E]
    for _ in storages { bytes += [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x3F] }
    return bytes
  }

  /// Instructions that leave a 0-d tensor on the stack.
  static let scalar: [UInt8] = one + Array("))tR".utf8)

  static func read(_ object: [UInt8], storages: [String] = ["0"]) throws(CheckpointError) -> StateDictionary {
    try StateDictionary.read(bytes: legacy(object, storages: storages), path: "w.pth")
  }

  static func text(_ string: String) -> [UInt8] { [0x55, UInt8(string.utf8.count)] + Array(string.utf8) }

  @Test func readsAHandWrittenStateDict() throws {
    let state = try Self.read([0x7D] + Self.text("w") + Self.scalar + [0x73])
    #expect(state.names == ["w"])
    #expect(try state.tensor("w").floats() == [1])
    #expect(try state.tensor("w").shape == [])
  }

  /// PROTO 2 text instructions of protocols 0 and 1: `(dp0 S'w' p1 ... s`.
  @Test func readsTextInstructions() throws {
    let object = Array("(dp0\nS'w'\np1\nI7\nI01\nL12L\nF1.5\nV\u{E9}\n0000020g0\n0".utf8)
    let state = try Self.read(object + Self.scalar + [0x73])
    #expect(state.names == ["w"])
  }

  @Test func aDictionaryThatHoldsItselfIsRead() throws {
    // }q0 'w' tensor s 'self' h0 s 'list' ]q1 h1 a s
    let object = [0x7D, 0x71, 0] + Self.text("w") + Self.scalar + [0x73] + Self.text("self") + [0x68, 0, 0x73]
    let state = try Self.read(object + Self.text("list") + [0x5D, 0x71, 1, 0x68, 1, 0x61, 0x73])
    #expect(state.names == ["w"])
    // Through a wrapper that is its own wrapper.
    let loop = [0x7D, 0x71, 0] + Self.text("model") + [0x68, 0, 0x73]
    #expect(throws: CheckpointError.self) { try Self.read(loop, storages: []) }
  }

  @Test func theLaterOfTwoValuesCounts() throws {
    let object =
      [0x7D] + Self.text("w") + [0x4E, 0x73] + Self.text("v") + Self.scalar + [0x73] + Self.text("w") + Self.scalar + [
        0x73
      ]
    #expect(try Self.read(object).names == ["w", "v"])
  }

  @Test func depthDoesNoHarm() throws {
    let nested = [UInt8](repeating: 0x29, count: 1) + [UInt8](repeating: 0x85, count: 300_000)
    let state = try Self.read([0x7D] + Self.text("w") + Self.scalar + [0x73] + Self.text("x") + nested + [0x73])
    #expect(state.names == ["w"])
  }

  /// Lists of themselves many times over: 2^40 values if anyone walked them all.
  @Test func sharedListsAreWalkedOnce() throws {
    var object: [UInt8] = [0x7D] + Self.text("w") + Self.scalar + [0x73] + Self.text("x") + [0x5D, 0x71, 0]
    for level in UInt8(1)...40 { object += [0x5D, 0x71, level, 0x68, level - 1, 0x61, 0x68, level - 1, 0x61] }
    object += [UInt8](repeating: 0x30, count: 41) + [0x68, 40, 0x73]
    #expect(try Self.read(object).names == ["w"])
  }

  @Test func tooManyValuesAreRefused() throws {
    let error = #expect(throws: CheckpointError.self) { try Self.read([UInt8](repeating: 0x4E, count: 4_000_001)) }
    #expect(error?.code == "checkpoint.unsupported")
    let marks = #expect(throws: CheckpointError.self) { try Self.read([UInt8](repeating: 0x28, count: 4_000_001)) }
    #expect(marks?.code == "checkpoint.unsupported")
  }

  static let broken: [(String, [UInt8])] = [
    ("pop of nothing", [0x30]), ("get of nothing", [0x68, 9]), ("tuple without mark", [0x74]),
    ("reduce of nothing", [0x52]),
    ("appends to nothing", [0x28, 0x4E, 0x65]), ("items to a number", [0x4B, 1, 0x4E, 0x4E, 0x73]),
    ("unknown instruction", [0xFE]),
    ("extension registry", [0x82, 1]), ("pop below the mark", [0x4E, 0x28, 0x86]),
    ("odd items", [0x7D, 0x28, 0x4E, 0x75]),
    ("call of a number", [0x4B, 1, 0x29, 0x52]),
    ("frame past the end", [0x95, 255, 255, 255, 255, 255, 255, 255, 255]),
    ("text past the end", [0x8D, 255, 255, 255, 255, 255, 255, 255, 127]),
    ("long past the end", [0x8B, 255, 255, 255, 255]),
    ("protocol 9", [0x80, 9]), ("persistent id of a number", [0x4B, 1, 0x51]),
    ("text persistent id", [0x50, 0x31, 0x0A]),
    ("global with numbers for names", [0x4B, 1, 0x4B, 1, 0x93]), ("string without quotes", Array("Sabc\n".utf8)),
    ("integer without digits", Array("Ixyz\n".utf8)),
    ("tensor without arguments", Array("ctorch._utils\n_rebuild_tensor\n)R".utf8)),
    ("parameter without arguments", Array("ctorch._utils\n_rebuild_parameter\n)R".utf8)),
    ("size without arguments", Array("ctorch\nSize\n)R".utf8)), ("no object", []),
    ("pairs that are none", Array("ccollections\nOrderedDict\n]K\u{1}a\u{85}R".unicodeScalars.map { UInt8($0.value) })),
  ]

  @Test(arguments: 0..<broken.count) func refusesBrokenPickles(_ index: Int) throws {
    let (what, object) = Self.broken[index]
    #expect(throws: CheckpointError.self, "\(what)") { try Self.read(object) }
  }

  /// Calls of other globals stay placeholders whatever is done with them.
  @Test(arguments: [
    "cos\nsystem\n(S'true'\ntR", "(S'true'\nios\nsystem\n", "(cos\nsystem\nS'true'\no", "cos\nsystem\n)\u{81}",
    "cos\nsystem\n)}\u{92}",
    "cos\nsystem\n)R}b", "cos\nsystem\n)RNa", "cos\nsystem\n)R)R", "U\u{2}osU\u{6}system\u{93})R", "cos\nsystem\n",
    "]cos\nsystem\na",
    "ctorch._tensor\n_rebuild_from_type_v2\n(cos\nsystem\nctorch\nTensor\n)}tR",
  ])
  func otherGlobalsAreNamedAndNeverCalled(_ program: String) throws {
    let value = program.unicodeScalars.map { UInt8($0.value) }
    let error = #expect(throws: CheckpointError.self) {
      try Self.read([0x7D] + Self.text("w") + Self.scalar + [0x73] + Self.text("evil") + value + [0x73])
    }
    #expect(error?.code == "checkpoint.unsafe")
    #expect(error?.description.contains("os.system") == true && error?.description.contains("evil: ") == true)
    // The same beside the chosen state dict does not matter.
    let beside =
      [0x7D] + Self.text("model") + [0x7D] + Self.text("w") + Self.scalar + [0x73, 0x73] + Self.text("evil") + value + [
        0x73
      ]
    #expect(try Self.read(beside).names == ["w"])
  }

  @Test func legacyStoragesMustFit() throws {
    let object = [0x7D] + Self.text("w") + Self.scalar + [0x73]
    #expect(throws: CheckpointError.self) { try Self.read(object, storages: []) }
    #expect(throws: CheckpointError.self) { try Self.read(object, storages: ["1"]) }
    var bytes = Self.legacy(object, storages: ["0"])
    bytes[bytes.count - 12] = 2
    #expect(throws: CheckpointError.self) { try StateDictionary.read(bytes: bytes, path: "w.pth") }
    bytes[bytes.count - 5] = 0xFF
    #expect(throws: CheckpointError.self) { try StateDictionary.read(bytes: bytes, path: "w.pth") }
  }

  /// A scalar expanded to 2^40 elements: refused when asked for, not allocated.
  @Test func expansionIsLimited() throws {
    let huge = Self.one + [0x28, 0x8A, 6, 0, 0, 0, 0, 0, 1, 0x74, 0x28, 0x4B, 0, 0x74, 0x74, 0x52]
    let state = try Self.read([0x7D] + Self.text("w") + huge + [0x73])
    #expect(state.spec(of: "w") == TensorSpec([1 << 40]))
    let error = #expect(throws: CheckpointError.self) { try state.tensor("w") }
    #expect(error?.code == "checkpoint.memory")
  }
}
