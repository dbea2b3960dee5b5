import Support

/// The folder of packed weights: which weights files were seen, and the packed ones, within a limit.
///
/// `DEVICE-NODE.seen` is about a weights file: its stamp, and its SHA-256 from the second start on. `HASH.TIER.packed` holds packed
/// weights, and `HASH.TIER.packed.checked` the stamp under which they were found whole; its time is that of the last use.
struct PackedFolder: Sendable {
  let path: String
  /// Bytes of packed weights that are kept at most.
  let limit: Int
  /// The order of packed bytes: see `KernelISA.packing`.
  let packing: String

  private static let mostSeen = 256, oldAfter = 3600.0

  // MARK: Weights files

  /// Whether this state of a weights file was seen at an earlier start, and its hash where it is known.
  func seen(_ stamp: FileStamp) -> (isSeen: Bool, sha256: String?) {
    let lines = text(seenPath(stamp)).split(separator: "\n")
    guard lines.count == 2, lines[0] == stamp.text else { return (false, nil) }
    let hash =
      lines[1].utf8.count == 64 && lines[1].utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    return (true, hash ? String(lines[1]) : nil)
  }

  /// Remembers a weights file, with its hash where that is known.
  func remember(_ stamp: FileStamp, sha256: String?) throws(FileError) {
    try Folder.create(path)
    try AtomicFile.write(Array("\(stamp.text)\n\(sha256 ?? "-")\n".utf8), to: seenPath(stamp))
  }

  private func seenPath(_ stamp: FileStamp) -> String { Path.join(path, "\(stamp.device)-\(stamp.node).seen") }

  // MARK: Packed weights

  /// What the packed weights of a weights file belong to.
  func identity(_ sha256: String) -> String { "\(sha256) \(packing)" }
  /// The file of packed weights.
  func packedPath(_ sha256: String) -> String { Path.join(path, "\(sha256).\(packing).packed") }

  /// The packed weights of a weights file; nil where there are none, or they are another user's. A damaged file is removed.
  ///
  /// Its sums are compared only where it has changed since that was done last: reading all of it takes as long as packing
  /// small networks.
  func packed(_ sha256: String) -> PackedFile? {
    let path = packedPath(sha256)
    guard let file = try? MappedFile(path: path) else { return nil }
    // Somebody else's is theirs to keep.
    guard file.stamp.isOurs else { return nil }
    guard let packed = PackedFile(file, identity: identity(sha256)) else {
      remove(path)
      return nil
    }
    if text(path + ".checked") != file.stamp.text {
      guard packed.isWhole() else {
        remove(path)
        return nil
      }
      noteChecked(path, file.stamp)
    }
    file.preferLargePages()
    return packed
  }

  /// Writes packed weights, where they fit in. False where they do not, or `isCancelled`.
  func write(_ parts: [PackedFile.Part], _ sha256: String, isCancelled: () -> Bool) throws(FileError) -> Bool {
    let path = packedPath(sha256), identity = identity(sha256)
    let length = PackedFile.length(parts, identity: identity)
    guard length <= limit else { return false }
    try Folder.create(self.path)
    shrink(toHold: length, as: path)
    guard try PackedFile.write(parts, identity: identity, to: path, isCancelled: isCancelled) else { return false }
    if let stamp = FileStamp(path: path) { noteChecked(path, stamp) }
    return true
  }

  /// Says that packed weights were used.
  func touch(_ sha256: String) { Folder.touch(packedPath(sha256) + ".checked") }

  private func noteChecked(_ path: String, _ stamp: FileStamp) {
    // A change within the same tick of the clock would go unnoticed: a file just written by ourselves is taken on trust.
    try? AtomicFile.write(Array(stamp.text.utf8), to: path + ".checked")
  }

  // MARK: Limit

  /// Bytes of packed weights.
  var byteCount: Int { files().reduce(0) { $0 + $1.stamp.byteCount } }

  /// Makes room for a file, those not used for longest going first, and clears up what broken starts left.
  private func shrink(toHold length: Int, as path: String) {
    var files = files().filter { $0.path != path }.sorted { $0.used < $1.used }
    var total = files.reduce(length) { $0 + $1.stamp.byteCount }
    while total > limit, !files.isEmpty {
      let oldest = files.removeFirst()
      total -= oldest.stamp.byteCount
      remove(oldest.path)
    }
    let names = (try? Folder.allNames(in: self.path)) ?? [], now = WallClock.seconds
    func stamps(_ suffix: String) -> [(path: String, modified: Double)] {
      names.filter { $0.hasSuffix(suffix) }.compactMap { name in
        let path = Path.join(self.path, name)
        return FileStamp(path: path).map { (path, Double($0.modified) * 1e-9) }
      }.sorted { $0.modified < $1.modified }
    }
    for file in stamps(".partial") where file.modified < now - Self.oldAfter { Folder.removeFile(file.path) }
    for file in stamps(".seen").dropLast(Self.mostSeen) { Folder.removeFile(file.path) }
  }

  private func files() -> [(path: String, stamp: FileStamp, used: Int)] {
    ((try? Folder.names(in: path)) ?? []).filter { $0.hasSuffix(".packed") }.compactMap { name in
      let path = Path.join(self.path, name)
      return FileStamp(path: path).map { (path, $0, FileStamp(path: path + ".checked")?.modified ?? $0.modified) }
    }
  }

  private func remove(_ path: String) {
    Folder.removeFile(path)
    Folder.removeFile(path + ".checked")
  }

  /// A small file's text; empty where there is none.
  private func text(_ path: String) -> String {
    guard let file = try? MappedFile(path: path, limit: 4096), file.stamp.isOurs else { return "" }
    return withExtendedLifetime(file) { String(decoding: file.bytes, as: UTF8.self) }
  }
}
