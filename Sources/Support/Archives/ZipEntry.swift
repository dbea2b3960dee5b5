/// One file of a zip archive, as its directory has it. Nothing of it is checked: the name may lead anywhere.
package struct ZipEntry: Sendable {
  /// The path; bytes that are not UTF-8 are replaced. Folders end with a slash.
  package let name: String
  /// 0 is stored, 8 deflated.
  package let method: Int
  /// Whether a password is needed.
  package let isEncrypted: Bool
  /// Whether it is a symbolic link, for archives made on Unix.
  package let isLink: Bool
  /// Of the content.
  package let crc: UInt32
  /// Bytes in the archive.
  package let compressedSize: Int
  /// Bytes of the content.
  package let size: Int
  /// Where its own header lies.
  package let headerOffset: Int
}
