import FoundationEssentials
import Support

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What a run has done so far, a line an input, so that a run after an interruption can go on with it.
final class RunJournal {
  private struct Head: Codable {
    var pipeline: String
  }

  private let path: String
  private let descriptor: Int32
  private let earlier: EarlierRun

  /// Opens a journal. Where `resumes`, it must belong to the same pipeline and inputs. Throws
  /// `PipelineError.cannotResume`, `FileError`.
  init(path: String, identity: String, resumes: Bool) throws {
    self.path = path
    var earlier = EarlierRun(), length = 0
    if resumes, FileIdentity(path: path) != nil { (earlier, length) = try Self.read(path, identity) }
    self.earlier = earlier
    descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | (length == 0 ? O_TRUNC : 0), 0o666)
    guard descriptor >= 0 else { throw FileError.unwritable(path: path, reason: FileError.systemReason()) }
    // A line that was cut short by a kill is written anew.
    if length > 0 {
      guard ftruncate(descriptor, off_t(length)) == 0, lseek(descriptor, 0, SEEK_END) >= 0 else {
        throw FileError.unwritable(path: path, reason: FileError.systemReason())
      }
    } else {
      write(JSONValue.object([("pipeline", .string(identity))]).text + "\n")
    }
  }

  deinit { close(descriptor) }

  private static func read(_ path: String, _ identity: String) throws -> (EarlierRun, Int) {
    let file = try MappedFile(path: path, limit: 1 << 40)
    var earlier = EarlierRun(file)
    guard let head = earlier.line(at: 0) else { return (EarlierRun(), 0) }
    guard let known = try? JSONDecoder().decode(Head.self, from: head), known.pipeline == identity else {
      throw PipelineError.cannotResume(
        "\(path): belongs to another pipeline or other inputs; run without --resume to begin anew")
    }
    var length = head.count + 1
    while earlier.note(lineAt: length) { length += (earlier.line(at: length)?.count ?? 0) + 1 }
    return (earlier, length)
  }

  /// The inputs that need not be done again: whole windows of the largest batch, so that every batch is made of the same
  /// samples as in a run without interruption.
  func earlier(places: Int, batch: Int, names: (Int) -> String) -> EarlierRun {
    earlier.windows(places: places, batch: batch, names: names)
  }

  /// One more input is done.
  func add(_ job: Job) {
    guard !earlier.holds(job.place) else { return }
    func members(_ values: [String: JSONValue]) -> JSONValue { .object(values.sorted { $0.key < $1.key }) }
    var line: [(String, JSONValue)] = [
      ("place", .int(job.place)), ("name", .string(job.name)), ("rows", members(job.rows.mapValues(JSONValue.string))),
    ]
    let memories = job.memories.filter { !$0.value.isEmpty }
    if !memories.isEmpty {
      line.append(("memories", members(memories.mapValues { .array($0.map(JSONValue.string)) })))
    }
    write(JSONValue.object(line).text + "\n")
  }

  /// Removes the journal of a run that left nothing to do.
  func finish(isWhole: Bool) { if isWhole { unlink(path) } }

  private func write(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Self.systemWrite(descriptor, $0) }
      if count < 0, errno != EINTR { return }
      bytes = bytes.dropFirst(max(count, 0))
    }
  }

  private static func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
    #if canImport(Glibc)
      Glibc.write(descriptor, bytes.baseAddress, bytes.count)
    #elseif canImport(Musl)
      Musl.write(descriptor, bytes.baseAddress, bytes.count)
    #else
      Darwin.write(descriptor, bytes.baseAddress, bytes.count)
    #endif
  }
}
