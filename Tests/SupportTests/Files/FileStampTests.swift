import Foundation
import Support
import Testing

@Suite struct FileStampTests {
  /// Cameras and archives write such times; nanoseconds since 1970 fit into 64 bits until 2262.
  @Test(arguments: [-20_000_000_000.0, 0, 10_413_792_000, 13_000_000_000]) func anyTimeWillDo(seconds: Double) throws {
    let path = FileManager.default.temporaryDirectory.path + "/stamp-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data([1, 2, 3]).write(to: URL(fileURLWithPath: path))
    var times = [timeval(tv_sec: Int(seconds), tv_usec: 0), timeval(tv_sec: Int(seconds), tv_usec: 0)]
    #expect(utimes(path, &times) == 0)
    let file = try MappedFile(path: path)
    #expect(file.bytes.count == 3 && FileStamp(path: path)?.byteCount == 3)
  }
}
