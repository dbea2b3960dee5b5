import Checkpoints
import TensorCore
import Testing

/// How the types that tensors lack come out, and that views of files are safe to use.
@Suite struct StoredTensorTests {
  static func read(_ dtype: String, _ shape: String, _ data: [UInt8]) throws -> Tensor {
    let header = "{\(SafeTensorsReadTests.entry("t", dtype, shape, 0, data.count))}"
    let bytes = SafeTensorsReadTests.file(header) + data
    return try StateDictionary.read(bytes: bytes, path: "w").tensor("t")
  }

  @Test func widensAndNarrows() throws {
    let doubles = [1.5, -0.1, .infinity, 1e300, .nan].flatMap { value in withUnsafeBytes(of: value) { Array($0) } }
    let floats = try Self.read("F64", "[5]", doubles).floats()
    #expect(Array(floats.prefix(4)) == [1.5, -0.1, .infinity, .infinity] && floats[4].isNaN)
    #expect(try Self.read("I16", "[2]", [0xFF, 0xFF, 1, 2]).integers() == [-1, 513])
    #expect(try Self.read("U16", "[1,2]", [0xFF, 0xFF, 1, 2]).integers() == [65535, 513])
    #expect(try Self.read("U32", "[1]", [0xFF, 0xFF, 0xFF, 0xFF]).integers() == [4_294_967_295])
    #expect(try Self.read("U16", "[1,2]", [0, 0, 1, 2]).dtype == .int32)
    #expect(try Self.read("U32", "[1]", [0, 0, 0, 0]).dtype == .int64)
  }

  /// Data that do not start at a multiple of the element size are copied, and read right.
  @Test(arguments: 0..<8) func alignmentDoesNotMatter(_ shift: Int) throws {
    let header = "{\(SafeTensorsReadTests.entry("t", "F32", "[2]", 0, 8))}" + String(repeating: " ", count: shift)
    let bytes = SafeTensorsReadTests.file(header) + [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0]
    let tensor = try StateDictionary.read(bytes: bytes, path: "w").tensor("t")
    #expect(try tensor.floats() == [1, -2])
    #expect(tensor.withUnsafeBytes { Int(bitPattern: $0.baseAddress) % 4 } == 0)
  }

  /// A tensor keeps its file's bytes, and writing to it changes a copy.
  @Test func tensorsOutliveTheirFileAndAreCopiedOnWrite() throws {
    let header = "{\(SafeTensorsReadTests.entry("t", "U8", "[3]", 0, 3))}"
    var state: StateDictionary? = try StateDictionary.read(bytes: SafeTensorsReadTests.file(header, data: 3), path: "w")
    let first = try state?.tensor("t"), second = try state?.tensor("t")
    state = nil
    var written = try #require(first)
    try written.withUnsafeMutableBytes { $0[0] = 9 }
    #expect(try written.bytes() == [9, 1, 2])
    #expect(try second?.bytes() == [0, 1, 2])
  }
}
