/// The file formats that are read and written.
public enum ImageFileFormat: String, Sendable, Hashable, CaseIterable {
  case jpeg, png

  private static let pngSignature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
  private static let jpegSignature: [UInt8] = [0xFF, 0xD8, 0xFF]

  /// The format by content, never by name. Throws `empty`, `unsupported` with the name of another known kind,
  /// `truncated` where a signature is cut short, or `notAnImage`.
  public static func recognize(_ bytes: UnsafeRawBufferPointer) throws(ImageError) -> ImageFileFormat {
    guard !bytes.isEmpty else { throw .empty }
    let head = Array(bytes.prefix(32))
    if head.starts(with: jpegSignature) { return .jpeg }
    if head.starts(with: pngSignature) { return .png }
    if head.count < 3, jpegSignature.starts(with: head) { throw .truncated("\(head.count) bytes of JPEG") }
    if head.count < 8, pngSignature.starts(with: head) { throw .truncated("\(head.count) bytes of PNG") }
    if let name = otherKind(head) { throw .unsupported("a \(name) file") }
    throw .notAnImage
  }

  /// The name of a well-known kind that is not decoded.
  private static func otherKind(_ head: [UInt8]) -> String? {
    func has(_ text: String, at offset: Int = 0) -> Bool { head.dropFirst(offset).starts(with: text.utf8) }
    if has("GIF87a") || has("GIF89a") { return "GIF" }
    if has("RIFF"), has("WEBP", at: 8) { return "WebP" }
    if has("II*\0") || has("MM\0*") || has("II+\0") || has("MM\0+") { return "TIFF" }
    if has("BM"), head.count >= 26 { return "BMP" }
    if has("ftypavif", at: 4) || has("ftypavis", at: 4) { return "AVIF" }
    if ["heic", "heix", "hevc", "mif1", "msf1"].contains(where: { has("ftyp" + $0, at: 4) }) { return "HEIF" }
    if has("jP  ", at: 4) || head.starts(with: [0xFF, 0x4F, 0xFF, 0x51]) { return "JPEG 2000" }
    if has("JXL ", at: 4) || head.starts(with: [0xFF, 0x0A]) { return "JPEG XL" }
    if has("8BPS") { return "Photoshop" }
    if has("%PDF-") { return "PDF" }
    if has("qoif") { return "QOI" }
    if head.count > 2, has("P"), (0x31...0x37).contains(head[1]), [0x09, 0x0A, 0x0D, 0x20].contains(head[2]) {
      return "netpbm"
    }
    return nil
  }
}
