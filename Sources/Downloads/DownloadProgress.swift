/// How far a pull is.
public struct DownloadProgress: Sendable, Equatable {
  /// What is being done.
  public enum Phase: Sendable, Equatable {
    /// Another process pulls the same file.
    case waiting
    /// Bytes come in.
    case downloading
    /// The connection broke; the next try is near.
    case retrying
    /// The hash is computed.
    case verifying
  }

  /// The file's name.
  public let name: String
  /// What is being done.
  public let phase: Phase
  /// Bytes done.
  public let received: Int
  /// All bytes, where known.
  public let total: Int?
}
