/// Splits and mends PNG files for tests.
enum PNGChunks {
  /// Where each chunk starts and how long its data is, as far as the lengths hold.
  private static func walk(_ bytes: [UInt8]) -> [(start: Int, length: Int)] {
    var chunks: [(Int, Int)] = [], offset = 8
    while offset + 12 <= bytes.count {
      let length = bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
      guard offset + 12 + length <= bytes.count else { break }
      chunks.append((offset, length))
      offset += 12 + length
    }
    return chunks
  }

  /// The file with the right checksum on every chunk.
  static func repaired(_ bytes: [UInt8]) -> [UInt8] {
    var bytes = bytes
    for (start, length) in walk(bytes) {
      let sum = crc32(Array(bytes[start + 4..<start + 8 + length]))
      for index in 0..<4 {
        bytes[start + 8 + length + index] = UInt8(truncatingIfNeeded: sum >> (24 - 8 * UInt32(index)))
      }
    }
    return bytes
  }

  /// The data of all chunks of a name, put together. nil where a checksum is wrong.
  static func data(_ name: String, in bytes: [UInt8]) -> [UInt8]? {
    guard repaired(bytes) == bytes else { return nil }
    return walk(bytes).filter { bytes[$0.start + 4..<$0.start + 8].elementsEqual(name.utf8) }
      .flatMap { bytes[$0.start + 8..<$0.start + 8 + $0.length] }
  }

  /// Undoes the filters of rows of `count` bytes with `size` bytes a pixel, straight from the specification (9.2).
  static func unfiltered(_ data: [UInt8], rowBytes count: Int, pixelBytes size: Int) -> [UInt8] {
    var out: [UInt8] = [], above = [UInt8](repeating: 0, count: count)
    for row in stride(from: 0, to: data.count, by: count + 1) {
      var line = Array(data[row + 1..<row + 1 + count])
      for i in 0..<count {
        let a = i < size ? 0 : Int(line[i - size]), b = Int(above[i]), c = i < size ? 0 : Int(above[i - size])
        let p = a + b - c
        let paeth = abs(p - a) <= abs(p - b) && abs(p - a) <= abs(p - c) ? a : abs(p - b) <= abs(p - c) ? b : c
        let guess = [0, a, b, (a + b) / 2, paeth][Int(data[row])]
        line[i] = line[i] &+ UInt8(guess)
      }
      out += line
      above = line
    }
    return out
  }
}
