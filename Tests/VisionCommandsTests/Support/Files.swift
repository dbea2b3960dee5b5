import Foundation

/// Files that tests feed to the program, made byte by byte.
enum Files {
  /// A safetensors file of one float32 tensor.
  static func safeTensors(_ name: String, _ shape: [Int], dtype: String = "F32", _ values: [Float]) -> Data {
    let bytes = values.flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian, Array.init) }
    let header = #"{"\#(name)":{"dtype":"\#(dtype)","shape":\#(shape),"data_offsets":[0,\#(bytes.count)]}}"#
    return header64(UInt64(header.utf8.count)) + Data(header.utf8) + Data(bytes)
  }

  /// The tensor `input` that a network gets: smooth values of 0 to 255.
  static func networkInput(_ shape: [Int]) -> Data {
    let count = shape.reduce(1, *)
    return safeTensors("input", shape, (0..<count).map { 127.5 + 127.5 * sin(Float($0) * 0.01) })
  }

  /// A header size as safetensors has it.
  static func header64(_ size: UInt64) -> Data { withUnsafeBytes(of: size.littleEndian) { Data($0) } }

  /// The first bytes of a PNG that claims this size; nothing follows them.
  static func pngHeader(width: UInt32, height: UInt32) -> Data {
    func big(_ value: UInt32) -> [UInt8] { withUnsafeBytes(of: value.bigEndian, Array.init) }
    let chunk = Array("IHDR".utf8) + big(width) + big(height) + [8, 2, 0, 0, 0]
    var crc: UInt32 = 0xFFFF_FFFF
    for byte in chunk {
      crc ^= UInt32(byte)
      for _ in 0..<8 { crc = crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    return Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + big(13) + chunk + big(~crc))
  }

  /// A whole picture cut in half.
  static func truncatedPhoto() throws -> Data {
    let whole = try Data(contentsOf: URL(fileURLWithPath: Program.sample("street.jpg")))
    return whole.prefix(whole.count / 2)
  }
}
