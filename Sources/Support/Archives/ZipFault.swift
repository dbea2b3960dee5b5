/// What is wrong with a zip archive. Those who read one say which file it is.
package enum ZipFault: Error, Equatable {
  /// It breaks the rules of its format; what, and at which byte.
  case damaged(String, offset: Int)
  /// A kind of archive that is not read.
  case unsupported(String)
  /// More files than the caller takes.
  case tooMany(Int)
}
