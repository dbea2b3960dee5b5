import Checkpoints
import Foundation
import Testing

@Suite struct BuiltInFilesTests {
  /// What the program carries must be what `Weights/` holds: run Scripts/embed_weights.py after a change.
  @Test func theProgramCarriesTheShippedManifests() throws {
    let root = URL(fileURLWithPath: #filePath).pathComponents.dropLast(4).joined(separator: "/").dropFirst()
    let shipped = WeightsHome(path: String(root))
    let ids = try Manifest.ids(in: shipped)
    #expect(try Manifest.ids(in: .builtIn) == ids)
    #expect(ids.count >= 117)
    for id in ids {
      let ours = try Manifest.load(id: id, in: .builtIn), theirs = try Manifest.load(id: id, in: shipped)
      #expect(ours == theirs, "\(id)")
      #expect(try ours.labels(in: .builtIn) == theirs.labels(in: shipped), "\(id)")
      #expect(try ours.categoryIDs(in: .builtIn) == theirs.categoryIDs(in: shipped), "\(id)")
    }
  }
}
