/// A 64-bit sum that tells damaged bytes from whole ones, at the speed of memory. No protection against forgery.
enum QuickSum {
  private static let first: UInt64 = 0x9E37_79B1_85EB_CA87, second: UInt64 = 0xC2B2_AE3D_27D4_EB4F

  static func of(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var a = first, b = second, c = ~first, d = ~second, at = 0
    @inline(__always) func mixed(_ sum: UInt64, _ offset: Int) -> UInt64 {
      let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      let next = sum &+ word &* second
      return (next << 31 | next >> 33) &* first
    }
    // Four sums, so that the processor need not wait for one.
    while at + 32 <= bytes.count {
      a = mixed(a, at)
      b = mixed(b, at + 8)
      c = mixed(c, at + 16)
      d = mixed(d, at + 24)
      at += 32
    }
    var sum = UInt64(bytes.count)
    for lane in [a, b, c, d] { sum = (sum ^ lane) &* first &+ second }
    while at < bytes.count {
      sum = (sum ^ UInt64(bytes[at])) &* first
      sum ^= sum >> 29
      at += 1
    }
    sum = (sum ^ sum >> 32) &* second
    return sum ^ sum >> 29
  }
}
