import Support

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A compressed file inflated into a nameless file of the cache folder, so that it can be mapped: memory stays constant, and
/// nothing is left behind however the program ends.
enum ExpandedFile {
  static func inflate(gzip file: MappedFile, limits: ArchiveLimits) throws(DatasetError) -> MappedFile {
    let folder = CacheFolder.path
    do { try Folder.create(folder) } catch { throw .output(error) }
    let path = Path.join(folder, ".expanded.\(getpid())-\(serial.next())")
    let output: AtomicFile
    do { output = try AtomicFile(path: path) } catch { throw .output(error) }
    var total = 0
    var writeFault: FileError?
    let fault = Inflater.run(file.bytes, format: .gzip) { chunk in
      total += chunk.count
      guard total <= limits.maximumExpandedBytes else { return .tooLong(limits.maximumExpandedBytes) }
      do throws(FileError) {
        try output.write(chunk)
        return nil
      } catch {
        writeFault = error
        return .memory
      }
    }
    if let writeFault { throw .output(writeFault) }
    if let fault { throw .damaged(file: file.path, fault: fault.text) }
    do {
      try output.commit()
      defer { unlink(path) }
      return try MappedFile(path: path)
    } catch { throw DatasetError(error) }
  }

  private static let serial = Counter()
}

/// The folder for what can be made again.
enum CacheFolder {
  /// `$VISION_CACHE`, else `$XDG_CACHE_HOME/vision`, else `~/.cache/vision`.
  static var path: String {
    if let path = Environment["VISION_CACHE"] { return path }
    if let path = Environment["XDG_CACHE_HOME"] { return Path.join(path, "vision") }
    return Path.join(Environment["HOME"] ?? "/tmp", ".cache/vision")
  }
}
