import Imaging
import Support

/// A file of events that TensorBoard reads: scalars and pictures by step.
///
/// Records as TensorFlow frames them (length, checksum, message, checksum), the messages `Event` and `Summary` of
/// `event.proto` and `summary.proto`.
public final class EventFile {
  /// Where it lies: `events.out.tfevents.TIME.HOST.PID` in its folder.
  public var path: String { file.path }
  private let file: AppendingFile
  private var pending: [UInt8] = []

  /// Begins a file in a folder, with a name of its own.
  ///
  /// - Parameter step: where a run is resumed, the first step that will come again: TensorBoard then forgets what files
  ///   before this one say of it and later ones.
  /// - Throws: `TrainingError.file`.
  public convenience init(folder: String, resumingAt step: Int? = nil) throws(TrainingError) {
    try self.init(
      folder: folder, resumingAt: step, time: WallClock.seconds, host: WallClock.host, process: WallClock.process)
  }

  /// The same at a given time and place.
  package init(folder: String, resumingAt step: Int?, time: Double, host: String, process: Int) throws(TrainingError) {
    file = try filing { () throws(FileError) in
      var second = Int(time)
      // Two files of one second, and of one process, are told apart by their names too.
      func name(_ second: Int) -> String {
        Path.join(folder, "events.out.tfevents.\(second).\(host).\(process)")
      }
      while FileIdentity(path: name(second)) != nil { second += 1 }
      return try AppendingFile(path: name(second))
    }
    var version = Self.event(time, step: 0)
    version.text(3, "brain.Event:2")
    add(version)
    if let step {
      var start = Self.event(time, step: step)
      var session = ProtocolBuffer()
      session.integer(1, 1)
      start.part(7, session.bytes)
      add(start)
    }
    try flush()
  }

  private static func event(_ time: Double, step: Int) -> ProtocolBuffer {
    var event = ProtocolBuffer()
    event.double(1, time)
    event.integer(2, step)
    return event
  }

  private func add(_ event: ProtocolBuffer) {
    let length = UInt64(event.bytes.count).littleEndianBytes
    pending += length + CRC32C.masked(length).littleEndianBytes
    pending += event.bytes
    pending += CRC32C.masked(event.bytes).littleEndianBytes
  }

  private func add(_ values: [ProtocolBuffer], step: Int, time: Double?) {
    var summary = ProtocolBuffer()
    for value in values { summary.part(1, value.bytes) }
    var event = Self.event(time ?? WallClock.seconds, step: step)
    event.part(5, summary.bytes)
    add(event)
  }

  /// Adds numbers of a step, such as `loss/train`. They are in the file after `flush()`.
  public func scalars(_ values: [(tag: String, value: Double)], step: Int, time: Double? = nil) {
    add(
      values.map { entry in
        var value = ProtocolBuffer()
        value.text(1, entry.tag)
        value.float(2, Float(entry.value))
        return value
      }, step: step, time: time)
  }

  /// Adds a picture of a step. It is in the file after `flush()`. Throws `TrainingError.inconsistent` for one that cannot be
  /// encoded.
  public func image(_ tag: String, _ image: Image, step: Int, time: Double? = nil) throws(TrainingError) {
    var content = ProtocolBuffer()
    content.integer(1, image.height)
    content.integer(2, image.width)
    content.integer(3, image.channels)
    do { content.part(4, try image.pngData()) } catch { throw .inconsistent("\(tag): \(error)") }
    var value = ProtocolBuffer()
    value.text(1, tag)
    value.part(4, content.bytes)
    add([value], step: step, time: time)
  }

  /// Writes what was added: whole records in one piece. Throws `TrainingError.file`.
  public func flush() throws(TrainingError) {
    try filing { () throws(FileError) in try file.write(pending) }
    pending = []
  }
}
