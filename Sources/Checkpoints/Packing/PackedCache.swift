import Support
import Synchronization
import TensorCore

/// Packed weights in the cache folder, for commands that predict: a start that finds them neither reads nor packs the weights.
///
/// The first start with a weights file only remembers it, so that a file that is used once costs nothing and leaves nothing
/// large. The second hashes it and writes what it has packed, after its results are out. From the third on, packed weights
/// are mapped.
public final class PackedCache: Sendable {
  /// The variable that holds the limit, in megabytes; 0 switches packed weights off.
  public static let variable = "VISION_PACKED_CACHE"
  /// Megabytes of packed weights that are kept where the variable does not say.
  public static let usualMegabytes = 2000

  private let folder: PackedFolder
  private let sessions = Mutex<[FileStamp: PackedSession]>([:])

  /// Seconds that a weights file must not have changed for.
  private let settling: Double

  /// A cache in `folder`, of at most `limit` bytes.
  package init(folder: String, limit: Int, packing: String = KernelISA.packing, settling: Double = 2) {
    self.settling = settling
    self.folder = PackedFolder(path: folder, limit: limit, packing: packing)
  }

  /// The one that this process's environment asks for, in the cache folder; nil where there is none or it is switched off.
  public static func standard(cache: String?, _ variable: (String) -> String? = { Environment[$0] }) -> PackedCache? {
    let limit = limit(variable)
    guard let cache, limit > 0 else { return nil }
    return PackedCache(folder: Path.join(cache, "packed"), limit: limit)
  }

  /// Bytes that are kept at most.
  public static func limit(_ variable: (String) -> String? = { Environment[$0] }) -> Int {
    let megabytes = variable(Self.variable).flatMap { Int($0) } ?? usualMegabytes
    return min(max(megabytes, 0), 1 << 30) * 1_000_000
  }

  /// Bytes that are kept.
  public var byteCount: Int { folder.byteCount }

  /// What is packed of a weights file; nil for a file so new that a change could go unnoticed.
  package func session(_ file: MappedFile?) -> PackedSession? {
    guard let file, file.stamp.isSettled(for: settling) else { return nil }
    return sessions.withLock { sessions in
      if let known = sessions[file.stamp] { return known }
      let session = PackedSession(file, in: folder)
      sessions[file.stamp] = session
      return session
    }
  }

  /// Keeps what was packed, once the results are out. Returns why nothing could be kept; nothing depends on it.
  public func finish(isCancelled: () -> Bool = { false }) -> String? {
    let ended = sessions.withLock { sessions in
      defer { sessions = [:] }
      return Array(sessions.values)
    }
    do throws(FileError) {
      for session in ended where !isCancelled() { try finish(session, isCancelled) }
      return nil
    } catch {
      return "packed weights are not kept: \(error)"
    }
  }

  private func finish(_ session: PackedSession, _ isCancelled: () -> Bool) throws(FileError) {
    if session.isUsed, let sha256 = session.sha256 { folder.touch(sha256) }
    guard session.hasFresh, isUnchanged(session.file) else { return }
    guard session.isSeen else { return try folder.remember(session.file.stamp, sha256: nil) }
    // Too large: its hash would be of no use.
    let fresh = try session.withParts(nil) { parts in PackedFile.length(parts, identity: folder.identity("")) }
    guard fresh <= folder.limit else { return }
    guard let sha256 = session.sha256 ?? FileDigest.of(session.file, progress: { _ in !isCancelled() }),
      isUnchanged(session.file)
    else { return }
    if session.sha256 == nil { try folder.remember(session.file.stamp, sha256: sha256) }
    _ = try session.withParts(folder.packed(sha256)) { parts throws(FileError) in
      try folder.write(parts, sha256, isCancelled: isCancelled)
    }
  }

  /// Whether the path still leads to the file that was mapped, in the same state.
  private func isUnchanged(_ file: MappedFile) -> Bool { FileStamp(path: file.path) == file.stamp }
}
