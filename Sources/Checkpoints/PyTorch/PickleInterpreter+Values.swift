/// Numbers, text, containers and the memo.
extension PickleInterpreter {
  mutating func number(_ opcode: PickleOpcode) throws(CheckpointError) -> PickleValue {
    switch opcode {
    case .newTrue: return .bool(true)
    case .newFalse: return .bool(false)
    case .binInt: return .integer(Int(Int32(bitPattern: try uint32())))
    case .binInt1: return .integer(Int(try uint8()))
    case .binInt2: return .integer(Int(try uint16()))
    case .binFloat:
      let bits = UInt64(bigEndian: try file.bytes.loadUnaligned(fromByteOffset: take(8).lowerBound, as: UInt64.self))
      return .float(Double(bitPattern: bits))
    case .long1: return integer(try take(Int(try uint8())))
    case .long4:
      let length = try uint32()
      return integer(try take(Int(length)))
    case .int:
      let digits = try line()
      if digits == "00" { return .bool(false) }
      if digits == "01" { return .bool(true) }
      return try decimal(digits)
    case .long:
      let digits = try line()
      return try decimal(digits.hasSuffix("L") ? String(digits.dropLast()) : digits)
    case .float:
      guard let value = Double(try line()) else { throw fault("a float that is none") }
      return .float(value)
    default: return .none
    }
  }

  private func decimal(_ digits: String) throws(CheckpointError) -> PickleValue {
    if let value = Int(digits) { return .integer(value) }
    guard digits.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 || $0 == 0x2D }) else {
      throw fault("an integer that is none")
    }
    return .bigInteger
  }

  /// Two's complement, little-endian.
  private func integer(_ range: Range<Int>) -> PickleValue {
    guard range.count <= 8 else { return .bigInteger }
    guard let last = range.last else { return .integer(0) }
    var value = file.bytes[last] >= 0x80 ? -1 : 0
    for index in range.reversed() { value = value << 8 | Int(file.bytes[index]) }
    return .integer(value)
  }

  mutating func text(_ opcode: PickleOpcode) throws(CheckpointError) -> PickleValue {
    let length: Int
    switch opcode {
    case .string:
      let quoted = try line()
      guard quoted.count >= 2, let quote = quoted.first, quote == "'" || quote == "\"", quoted.last == quote else {
        throw fault("a string without quotes")
      }
      return .string(String(quoted.dropFirst().dropLast()))
    case .unicode: return .string(try line())
    case .shortBinString, .shortBinUnicode, .shortBinBytes: length = Int(try uint8())
    case .binString, .binUnicode, .binBytes: length = Int(try uint32())
    default: length = Int(clamping: try uint64())
    }
    let range = try take(length)
    switch opcode {
    case .binBytes, .shortBinBytes, .binBytes8, .byteArray8: return .bytes
    default: return .string(String(decoding: file.bytes[range], as: UTF8.self))
    }
  }

  mutating func collect(_ opcode: PickleOpcode) throws(CheckpointError) {
    switch opcode {
    case .emptyList, .emptySet: try push(.list(try container([])))
    case .emptyTuple: try push(.tuple(try container([])))
    case .emptyDict: try push(.dictionary(try container([])))
    case .list, .frozenSet:
      let values = try popToMark()
      try push(.list(try container(values)))
    case .tuple:
      let values = try popToMark()
      try push(.tuple(try container(values)))
    case .tuple1, .tuple2, .tuple3:
      var values: [PickleValue] = []
      for _ in 0..<(opcode == .tuple1 ? 1 : opcode == .tuple2 ? 2 : 3) { values.append(try pop()) }
      try push(.tuple(try container(values.reversed())))
    case .dict:
      let values = try popToMark()
      guard values.count % 2 == 0 else { throw fault("a dictionary with a key without value") }
      try push(.dictionary(try container(values)))
    case .append: try extend([try pop()], isDictionary: false)
    case .appends, .addItems: try extend(try popToMark(), isDictionary: false)
    case .setItem:
      let value = try pop()
      try extend([try pop(), value], isDictionary: true)
    case .setItems: try extend(try popToMark(), isDictionary: true)
    default: break
    }
  }

  /// Adds values to the container on the stack. What goes into a placeholder is forgotten.
  private mutating func extend(_ values: [PickleValue], isDictionary: Bool) throws(CheckpointError) {
    switch try top() {
    case .list(let index) where !isDictionary: try add(values, index)
    case .dictionary(let index) where isDictionary:
      guard values.count % 2 == 0 else { throw fault("a dictionary with a key without value") }
      try add(values, index)
    case .placeholder: break
    default: throw fault("items for something that is no container")
    }
  }

  private mutating func add(_ values: [PickleValue], _ index: Int) throws(CheckpointError) {
    kept += values.count
    guard kept <= Self.valueLimit else { throw tooLarge() }
    tree.containers[index] += values
  }

  mutating func remember(_ opcode: PickleOpcode) throws(CheckpointError) {
    let key: Int
    switch opcode {
    case .binGet, .binPut: key = Int(try uint8())
    case .longBinGet, .longBinPut: key = Int(try uint32())
    case .memoize: key = memo.count
    default:
      guard let number = Int(try line()) else { throw fault("a memo key that is no number") }
      key = number
    }
    switch opcode {
    case .get, .binGet, .longBinGet:
      guard let value = memo[key] else { throw fault("the pickle has no value \(key) in its memo") }
      try push(value)
    default:
      guard memo.count < Self.valueLimit else { throw tooLarge() }
      memo[key] = try top()
    }
  }
}
