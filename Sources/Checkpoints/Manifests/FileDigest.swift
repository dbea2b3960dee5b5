import Crypto
import Support

/// The SHA-256 of bytes that come piece by piece.
public struct FileDigest: Sendable {
  private var state = SHA256()

  /// Of no bytes yet.
  public init() {}

  /// Takes in more bytes.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) { state.update(bufferPointer: bytes) }

  /// 64 lower-case hexadecimal digits.
  public func hexadecimal() -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in state.finalize() {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// The SHA-256 of a file, as 64 lower-case hexadecimal digits. `progress` is told the bytes done, and stops by `false`.
  public static func of(
    path: String, progress: (Int) -> Bool = { _ in true }
  ) throws(FileError) -> String? {
    of(try MappedFile(path: path), progress: progress)
  }

  /// The SHA-256 of a mapped file, whose pages are given back as they are done with.
  package static func of(_ file: MappedFile, progress: (Int) -> Bool = { _ in true }) -> String? {
    var digest = FileDigest()
    var start = 0
    while start < file.bytes.count {
      let end = min(start + (1 << 20), file.bytes.count)
      withExtendedLifetime(file) { digest.update(UnsafeRawBufferPointer(rebasing: file.bytes[start..<end])) }
      file.release(start..<end)
      start = end
      guard progress(start) else { return nil }
    }
    return digest.hexadecimal()
  }
}
