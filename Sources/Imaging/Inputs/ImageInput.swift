import Support

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// One picture to be read: a file, or standard input.
public struct ImageInput: Sendable, Hashable {
  /// Where it comes from.
  public enum Source: Sendable, Hashable {
    /// An encoded image file.
    case file(String)
    /// One encoded image on standard input.
    case standardInput
  }

  /// Where it comes from.
  public let source: Source

  /// An input.
  public init(_ source: Source) { self.source = source }

  /// How it is named in results and errors: the path, or `-`.
  public var name: String {
    switch source {
    case .file(let path): path
    case .standardInput: "-"
    }
  }

  /// The base name that pictures made of it get, without extension.
  public var stem: String {
    switch source {
    case .file(let path): Path.stem(of: path)
    case .standardInput: "stdin"
    }
  }

  /// The encoded bytes, mapped or read, for the time of `body`. Throws `FileError`, or what `body` throws.
  public func withBytes<R>(limits: ImageLimits = .standard, _ body: (UnsafeRawBufferPointer) throws -> R) throws -> R {
    switch source {
    case .file(let path):
      let file = try MappedFile(path: path, limit: limits.maximumFileBytes)
      return try withExtendedLifetime(file) { try body(file.bytes) }
    case .standardInput:
      return try Self.readStandardInput(limit: limits.maximumFileBytes).withUnsafeBytes(body)
    }
  }

  /// The decoded picture: upright 8-bit RGB. Throws `FileError` and `ImageError`.
  public func decode(limits: ImageLimits = .standard) throws -> Image {
    try withBytes(limits: limits) { try Image.decode($0, limits: limits) }
  }

  /// Waits for bytes or the end; false where Ctrl-C came instead, which a plain `read` would sleep through.
  private static func waitForStandardInput() -> Bool {
    var wanted = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
    while poll(&wanted, 1, 100) == 0 {
      if Interruption.isRequested { return false }
    }
    return true
  }

  private static func readStandardInput(limit: Int) throws(FileError) -> [UInt8] {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      guard waitForStandardInput() else { throw .unreadable(path: "-", reason: "interrupted; nothing was read") }
      let count = read(0, &chunk, chunk.count)
      if count < 0 {
        if errno == EINTR { continue }
        throw .unreadable(path: "-", reason: FileError.systemReason())
      }
      if count == 0 { return bytes }
      guard bytes.count + count <= limit else { throw .tooLarge(path: "-", bytes: bytes.count + count, limit: limit) }
      bytes += chunk[..<count]
    }
  }
}
