import Checkpoints
import Foundation
import TestSupport
import Testing

@Suite struct KeyMapTests {
  @Test func anInfixIsReplacedWhereItStandsFirst() {
    let rule = KeyRule(.infix(".mlp.linear_1."), replacement: ".mlp.0.")
    #expect(rule.apply(to: "layer_3.mlp.linear_1.weight") == "layer_3.mlp.0.weight")
    #expect(rule.apply(to: "layer_3.mlp.0.weight") == "layer_3.mlp.0.weight")
    #expect(rule.apply(to: "mlp.linear_1.weight") == "mlp.linear_1.weight")
    #expect(KeyRule(.infix(".a."), replacement: ".").apply(to: "x.a.y.a.z") == "x.y.a.z")
    #expect(KeyRule(.infix("num_batches"), replacement: nil).apply(to: "bn.num_batches_tracked") == nil)
    #expect(KeyRule(.infix("num_batches"), replacement: nil).apply(to: "bn.weight") == "bn.weight")
  }

  @Test func anInfixIsWrittenAsItIsRead() throws {
    let rule = KeyRule(.infix(".norm.1."), replacement: ".norm1.")
    let text = try JSONEncoder().encode(rule)
    #expect(try JSONDecoder().decode(KeyRule.self, from: text) == rule)
    let empty = #"{"infix": "", "replacement": "x"}"#
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(KeyRule.self, from: Data(empty.utf8)) }
  }

  /// What torchvision 0.29 makes of the keys of older files (Scripts/golden/migrations.py): the file's key, and ours or none.
  static let migrations: [String: [[String?]]] = {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Goldens/migrations.json")
    return (try? JSONDecoder().decode([String: [[String?]]].self, from: Data(contentsOf: file))) ?? [:]
  }()

  @Test func everyKindOfMigrationIsThere() {
    let old = Set(Self.migrations.values.joined().compactMap { $0[0] != $0[1] ? $0[0] : nil })
    for key in [
      "features.denseblock1.denselayer1.norm.1.running_mean", "features.denseblock1.denselayer2.conv.2.weight",
      "encoder.layers.encoder_layer_0.mlp.linear_2.bias", "rpn.head.conv.weight", "backbone.fpn.inner_blocks.3.bias",
      "head.regression_head.conv.6.weight", "roi_heads.mask_head.mask_fcn4.bias",
      "backbone.body.bn1.num_batches_tracked",
    ] {
      #expect(old.contains(key), "\(key)")
    }
  }

  @Test(arguments: migrations.keys.sorted()) func oldFilesGetTodaysKeys(id: String) throws {
    let map = try Manifest.load(id: id, in: ShippedManifestsTests.home).keyMap
    let pairs = try #require(Self.migrations[id])
    var seen: Set<String> = []
    for pair in pairs {
      let old = try #require(pair[0])
      #expect(map.apply(to: old) == pair[1], "\(old)")
      guard let new = pair[1] else { continue }
      #expect(map.apply(to: new) == new, "\(new)")
      #expect(seen.insert(new).inserted, "\(new)")
    }
    #expect(seen.count >= 20)
  }
}
