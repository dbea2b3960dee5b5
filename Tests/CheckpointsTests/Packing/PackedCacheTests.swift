import Checkpoints
import Foundation
import Support
import TensorCore
import Testing

/// Packed weights from one start of the program to the next.
@Suite struct PackedCacheTests {
  let place: PackedPlace

  init() throws { place = try PackedPlace() }

  @Test func theFirstStartRemembersTheSecondWritesTheThirdReads() throws {
    #expect(try place.start().found == [false, false])
    #expect(place.packedFiles().isEmpty && place.names().count == 1)
    #expect(try place.start().found == [false, false])
    #expect(place.packedFiles().count == 1)
    let third = try place.start()
    #expect(third.found == [true, true] && third.values == [2, -2])
  }

  @Test func nothingThatIsWrittenIsTemporary() throws {
    for _ in 0..<3 { try place.start() }
    #expect(!place.names().contains { $0.hasSuffix(".partial") })
  }

  @Test func weightsChangedInPlaceAreNoticed() throws {
    for _ in 0..<3 { try place.start() }
    try place.write(weights: 3)
    let changed = try place.start()
    #expect(changed.found == [false, false] && changed.values == [6, -6])
    for _ in 0..<2 { #expect(try place.start().values == [6, -6]) }
    #expect(try place.start().found == [true, true])
  }

  @Test func aCopyOfTheWeightsSharesWhatIsPacked() throws {
    for _ in 0..<2 { try place.start() }
    try place.write(weights: 1, to: "copy.weights")
    for _ in 0..<2 { try place.start(weights: "copy.weights") }
    #expect(place.packedFiles().count == 1)
    #expect(try place.start(weights: "copy.weights").found == [true, true])
    #expect(try place.start().found == [true, true])
  }

  @Test func anotherTierOrVersionPacksForItself() throws {
    for _ in 0..<2 { try place.start() }
    #expect(try place.start(packing: "tier-v2").found == [false, false])
    #expect(place.packedFiles().count == 2)
    #expect(try place.start(packing: "tier-v2").found == [true, true])
    // Under another's name it is not taken for it.
    let files = place.packedFiles().sorted()
    try FileManager.default.removeItem(atPath: place.cachePath + "/" + files[0])
    try FileManager.default.moveItem(
      atPath: place.cachePath + "/" + files[1], toPath: place.cachePath + "/" + files[0])
    #expect(try place.start().found == [false, false])
    #expect(try place.start().found == [true, true])
  }

  @Test func onlyValuesOfTheFileAreKept() throws {
    for _ in 0..<2 { try place.start() }
    let cache = place.cache(), file = try MappedFile(path: place.folder("net.weights"))
    let session = try #require(cache.session(file))
    let stored = try place.tensor(file, 0..<64)
    #expect(session.kept(stored, form: "one", byteCount: 256) != nil)
    #expect(session.kept(stored, form: "one", byteCount: 260) == nil)
    #expect(session.kept(stored, form: "other", byteCount: 256) == nil)
    #expect(session.kept(try place.tensor(file, 1..<65), form: "one", byteCount: 256) == nil)
    // Written to, a tensor has memory of its own.
    var changed = stored
    try changed.withUnsafeMutableBytes { $0[0] = $0[0] }
    #expect(session.kept(changed, form: "one", byteCount: 256) == nil && !session.isChecked(changed))
    let same = try Tensor(stored.floats(), shape: [64])
    #expect(session.kept(same, form: "one", byteCount: 256) == nil)
    session.add(try Storage(byteCount: 256, operation: "test"), 0..<256, of: same, form: "new")
    #expect(!session.hasFresh && session.isUsed)
  }

  @Test func aFileJustWrittenIsNotTrusted() throws {
    let cache = PackedCache(folder: place.cachePath, limit: 1 << 20, packing: "tier-v1", settling: 60)
    #expect(cache.session(try MappedFile(path: place.folder("net.weights"))) == nil)
  }

  @Test func aFolderThatCannotBeWrittenCostsOneLine() throws {
    try place.folder.write("a file", to: "cache/packed")
    let first = try place.start()
    #expect(first.values == [2, -2] && first.note?.hasPrefix("packed weights are not kept: ") == true)
  }

  @Test func interruptedNothingIsWritten() throws {
    try place.start()
    let cache = place.cache(), file = try MappedFile(path: place.folder("net.weights"))
    let session = try #require(cache.session(file))
    session.add(
      try Storage(byteCount: 256, operation: "test"), 0..<256, of: try place.tensor(file, 0..<64), form: "one")
    var asked = 0
    let note = cache.finish {
      asked += 1
      return asked > 3
    }
    #expect(note == nil && place.packedFiles().isEmpty && !place.names().contains { $0.hasSuffix(".partial") })
  }

  @Test func theEnvironmentSetsTheLimit() {
    func limit(_ value: String?) -> Int { PackedCache.limit { $0 == "VISION_PACKED_CACHE" ? value : nil } }
    #expect(limit(nil) == 2_000_000_000 && limit("5") == 5_000_000 && limit("nonsense") == 2_000_000_000)
    #expect(limit("0") == 0 && limit("-1") == 0)
    #expect(PackedCache.standard(cache: "/c") { _ in "0" } == nil)
    #expect(PackedCache.standard(cache: nil) { _ in nil } == nil)
    #expect(PackedCache.standard(cache: "/c") { _ in nil } != nil)
  }
}
