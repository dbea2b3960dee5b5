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
  private struct Line: Codable {
    var place: Int
    var name: String
    var rows: [String: String]
  }
  private struct Head: Codable {
    var pipeline: String
  }

  private let path: String
  private let descriptor: Int32
  private var done: [Int: Line] = [:]

  /// Opens a journal. Where `resumes`, it must belong to the same pipeline and inputs. Throws
  /// `PipelineError.cannotResume`, `FileError`.
  init(path: String, identity: String, resumes: Bool) throws {
    self.path = path
    var length = 0
    if resumes, FileIdentity(path: path) != nil { (done, length) = try Self.read(path, identity) }
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

  private static func read(_ path: String, _ identity: String) throws -> ([Int: Line], Int) {
    let file = try MappedFile(path: path, limit: 1 << 32)
    return try withExtendedLifetime(file) {
      let decoder = JSONDecoder()
      var done: [Int: Line] = [:]
      var length = 0
      for (number, line) in file.bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        .enumerated()
      {
        let end = line.endIndex
        guard end < file.bytes.count else { break }
        let data = Data(UnsafeRawBufferPointer(rebasing: line))
        if number == 0 {
          guard let head = try? decoder.decode(Head.self, from: data), head.pipeline == identity else {
            throw PipelineError.cannotResume(
              "\(path): belongs to another pipeline or other inputs; run without --resume to begin anew")
          }
        } else {
          guard let entry = try? decoder.decode(Line.self, from: data) else { break }
          done[entry.place] = entry
        }
        length = end + 1
      }
      return (done, length)
    }
  }

  /// The rows of the inputs that need not be done again, by place: whole windows of the largest batch, so that every
  /// batch is made of the same samples as in a run without interruption.
  func skippable(places: Int, batch: Int, names: (Int) -> String) -> [Int: [String: String]] {
    var result: [Int: [String: String]] = [:]
    var begin = 0
    while begin < places {
      let end = min(begin + batch, places)
      if (begin..<end).allSatisfy({ done[$0].map { line in line.name == names(line.place) } ?? false }) {
        for place in begin..<end { result[place] = done[place]?.rows }
      }
      begin = end
    }
    return result
  }

  /// One more input is done.
  func add(_ job: Job) {
    guard done[job.place] == nil else { return }
    let rows = job.rows.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.string($0.value)) }
    write(
      JSONValue.object([("place", .int(job.place)), ("name", .string(job.name)), ("rows", .object(rows))]).text + "\n")
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
