import Foundation
import Testing

/// How much is kept, and several starts at once.
@Suite struct PackedLimitTests {
  let place: PackedPlace

  init() throws { place = try PackedPlace() }

  @Test func whatWasNotUsedForLongestGoesFirst() throws {
    for value in 1...3 { try place.write(weights: Float(value), to: "\(value).weights") }
    for value in [1, 2] { for _ in 0..<2 { try place.start(weights: "\(value).weights") } }
    let size =
      try FileManager.default.attributesOfItem(
        atPath: place.cachePath + "/" + place.packedFiles()[0])[.size] as? Int
    let room = try #require(size) * 5 / 2
    // The first is used again, not in the same tick of the files' clock: the second has to go.
    usleep(50_000)
    #expect(try place.start(limit: room, weights: "1.weights").found == [true, true])
    usleep(50_000)
    for _ in 0..<2 { try place.start(limit: room, weights: "3.weights") }
    #expect(place.packedFiles().count == 2)
    #expect(try place.start(limit: room, weights: "1.weights").found == [true, true])
    #expect(try place.start(limit: room, weights: "3.weights").found == [true, true])
    #expect(try place.start(limit: room, weights: "2.weights").found == [false, false])
    #expect(place.cache().byteCount <= room)
  }

  @Test func whatDoesNotFitIsNotWritten() throws {
    for _ in 0..<3 { #expect(try place.start(limit: 1000).found == [false, false]) }
    #expect(place.packedFiles().isEmpty && place.names().count == 1)
  }

  @Test func whatBrokenStartsLeftIsClearedUp() throws {
    try place.start()
    let old = place.cachePath + "/.x.packed.1-0.partial", new = place.cachePath + "/.y.packed.2-0.partial"
    for path in [old, new] { try Data([1]).write(to: URL(fileURLWithPath: path)) }
    try FileManager.default.setAttributes([.modificationDate: Date(timeIntervalSinceNow: -7200)], ofItemAtPath: old)
    try place.start()
    #expect(!FileManager.default.fileExists(atPath: old) && FileManager.default.fileExists(atPath: new))
  }

  @Test func startsAtOnceDoNoHarm() async throws {
    try place.start()
    let place = Shared(place)
    try await withThrowingTaskGroup(of: [Float].self) { group in
      for _ in 0..<8 {
        group.addTask {
          var last: [Float] = []
          for _ in 0..<20 { last = try place.value.start().values }
          return last
        }
      }
      for try await values in group { #expect(values == [2, -2]) }
    }
    #expect(try place.value.start().found == [true, true])
    #expect(place.value.packedFiles().count == 1 && !place.value.names().contains { $0.hasSuffix(".partial") })
  }

  /// A place that several tasks only read.
  private struct Shared: @unchecked Sendable {
    let value: PackedPlace
    init(_ value: PackedPlace) { self.value = value }
  }
}
