import Imaging
import Support
import Synchronization

/// Keeps decoded pictures in memory or on disk, by the content of their files and the settings they were decoded with: a changed file
/// or setting is another key. Annotations are never kept: they are cheap, and may change while pictures do not.
public final class SampleCache: Sendable {
  /// Where pictures are kept.
  public enum Place: Sendable, Hashable {
    /// At most this many bytes of pixels; when they are full, no more are added.
    case memory(bytes: Int)
    /// In this folder, one file a picture.
    case disk(folder: String)
  }

  private struct State {
    var images: [String: Image] = [:]
    var bytes = 0
    var hits = 0
  }

  private let place: Place
  private let state = Mutex(State())

  /// An empty cache, or what the folder holds.
  public init(_ place: Place) { self.place = place }

  /// How often a picture was found in it.
  public var hits: Int { state.withLock(\.hits) }

  /// The sample, its picture from here where it is known.
  func sample(_ dataset: any Dataset, _ index: Int, _ options: DecodeOptions) throws(DatasetError) -> Sample {
    let file = try dataset.file(at: index)
    let side = options.smallestSide.map { "s\($0)" } ?? "full"
    let key = Self.hex(file.fingerprint) + Self.hex(UInt64(file.count)) + "-" + side
    if let image = read(key) {
      state.withLock { $0.hits += 1 }
      return try dataset.sample(at: index, options: options, decoded: image)
    }
    let sample = try dataset.sample(at: index, options: options)
    write(sample.image, key)
    return sample
  }

  private static func hex(_ value: UInt64) -> String { String(value, radix: 16) }

  private func read(_ key: String) -> Image? {
    switch place {
    case .memory: return state.withLock { $0.images[key] }
    case .disk(let folder):
      guard let file = try? MappedFile(path: Path.join(folder, key)) else { return nil }
      return withExtendedLifetime(file) { StoredImage.read(file.bytes) }
    }
  }

  private func write(_ image: Image, _ key: String) {
    switch place {
    case .memory(let limit):
      state.withLock { state in
        guard state.bytes + image.pixels.count <= limit, state.images.updateValue(image, forKey: key) == nil else {
          return
        }
        state.bytes += image.pixels.count
      }
    case .disk(let folder):
      // A cache that cannot be written is only slower.
      guard (try? Folder.create(folder)) != nil else { return }
      try? AtomicFile.write(StoredImage.bytes(image), to: Path.join(folder, key))
    }
  }
}

/// A picture as the cache's files hold it: a header of 24 bytes, the pixels, checked by length and a fingerprint.
private enum StoredImage {
  private static let magic = Array("visnimg1".utf8)

  static func bytes(_ image: Image) -> [UInt8] {
    var bytes = magic
    for value in [UInt32(image.width), UInt32(image.height), UInt32(image.channels), 0] {
      withUnsafeBytes(of: value.littleEndian) { bytes += Array($0) }
    }
    let fingerprint = FileBytes(image.pixels).fingerprint
    withUnsafeBytes(of: fingerprint.littleEndian) { bytes += Array($0) }
    return bytes + image.pixels
  }

  static func read(_ bytes: UnsafeRawBufferPointer) -> Image? {
    guard bytes.starts(with: magic), let width = bytes.uint32(at: 8), let height = bytes.uint32(at: 12),
      let channels = bytes.uint32(at: 16), let format = PixelFormat.allCases.first(where: { $0.channels == channels }),
      bytes.count >= 32
    else { return nil }
    let pixels = Array(bytes[32...])
    let stored = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self))
    guard FileBytes(pixels).fingerprint == stored else { return nil }
    return try? Image(width: width, height: height, format: format, pixels: pixels)
  }
}
