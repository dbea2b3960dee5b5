import Configuration
import Detection
import Imaging
import Pipelines
import Testing

/// Filters, tracks, crops, metrics: on detections made by hand.
@Suite struct ObjectStageTests {
  /// Begins with frames whose objects the settings say: `LABEL:CLASS:SCORE:X1:Y1:X2:Y2`.
  struct FramesStage: SourceStage {
    static let frames = Setting<[String]>.texts("frames", nil, "Objects of each frame, with spaces between them.")
    static let truth = Setting<[String]>.texts("truth", [], "Objects that are there.")
    static let declaration = StageDeclaration(
      "frames", "Begins with frames.", settings: [frames.declaration, truth.declaration], main: "frames",
      effect: .begins, gives: [.image, .detections, .truth])
    let frames: [String]
    let truth: [String]
    var count: Int { frames.count }
    init(_ settings: SettingValues, _ context: StageContext) throws {
      frames = settings[Self.frames]
      truth = settings[Self.truth]
    }
    func name(at index: Int) -> String { "frame\(index)" }
    func input(at index: Int) -> ImageInput? { ImageInput(.file("frame\(index).png")) }
    func item(at index: Int) throws -> Item {
      var item = Item(name: "frame\(index)", input: ImageInput(.file("frame\(index).png")), index: index)
      item.image = try Image(width: 100, height: 100, format: .rgb, pixels: (0..<30_000).map { UInt8($0 % 251) })
      item.size = item.image?.size
      item.objects = Self.objects(frames[index]).map { Item.Object($0) }
      item.truth = Item.Truth(label: nil, objects: nil, classMap: nil, labels: ["cat", "dog"])
      item.truth?.objects = Self.objects(truth.indices.contains(index) ? truth[index] : "").map {
        SampleObject(box: $0.box, label: $0.classIndex)
      }
      return item
    }
    private static func objects(_ text: String) -> [Detection] {
      text.split(separator: " ").map { object in
        let parts = object.split(separator: ":")
        let n = parts.dropFirst().map { Float($0) ?? 0 }
        return Detection(
          label: String(parts[0]), classIndex: Int(n[0]), score: n[1], box: Box(x1: n[2], y1: n[3], x2: n[4], y2: n[5]))
      }
    }
  }

  private func items(_ stages: String) throws -> (items: [[Item]], summary: RunSummary) {
    var registry = StageRegistry.standard
    registry.add(FramesStage.self)
    let pipeline = try Pipeline(
      Pipeline.plan(text: "stages:\n" + stages, name: "p", registry: registry), models: .offline())
    var items: [[Item]] = []
    let summary = try pipeline.run { items.append((try? $0.result.get()) ?? []) }
    return (items, summary)
  }

  @Test func filtersByClassAreaAndScore() throws {
    let frame = "'cat:0:0.9:0:0:50:50 dog:1:0.8:0:0:10:10 cat:0:0.3:0:0:60:60 cat:0:0.7:90:90:200:200'"
    func left(_ stage: String) throws -> [Float] {
      try items("  - frames: [\(frame)]\n  - \(stage)\n").items[0].flatMap { $0.objects ?? [] }.map(\.detection.score)
    }
    #expect(try left("filter: cat") == [0.9, 0.3, 0.7])
    #expect(try left("filter: {except: [cat]}") == [0.8])
    #expect(try left("filter: {min_area: 0.2}") == [0.9, 0.3])
    // What reaches beyond the picture does not count: 10 x 10 pixels are left.
    #expect(try left("filter: {max_area: 100}") == [0.8, 0.7])
    #expect(try left("threshold: 0.75") == [0.9, 0.8])
    // 2500 / 3600 = 0.694.
    #expect(try left("nms: 0.69") == [0.9, 0.8, 0.7])
    #expect(try left("nms: 0.7") == [0.9, 0.8, 0.7, 0.3])
    #expect(try items("  - frames: ['', \(frame)]\n  - filter: {drop_empty: true}\n").items.map(\.count) == [0, 1])
  }

  @Test func tracksKeepTheirNumbers() throws {
    let frames = [
      "cat:0:0.9:0:0:20:20 dog:1:0.9:50:50:70:70", "cat:0:0.8:4:0:24:20 dog:1:0.9:52:50:72:70", "dog:1:0.9:54:50:74:70",
      "cat:0:0.9:6:0:26:20 dog:1:0.9:54:50:74:70 cat:0:0.5:80:0:99:20",
    ].map { "'\($0)'" }.joined(separator: ", ")
    let found = try items("  - frames: [\(frames)]\n  - track: {iou: 0.3, patience: 2}\n").items
    #expect(found.map { $0.flatMap { $0.objects ?? [] }.map(\.track) } == [[1, 2], [1, 2], [2], [1, 2, 3]])
    let strict = try items("  - frames: [\(frames)]\n  - track: {iou: 0.3, patience: 0}\n").items
    #expect(strict[3][0].objects?.map(\.track) == [3, 2, 4])
  }

  @Test func cropsAreTheObjectsPixels() throws {
    let found = try items("  - frames: ['cat:0:0.9:10:20:14:23 dog:1:0.9:95.5:95.5:200:200']\n  - crop\n").items[0]
    #expect(found.map { $0.image?.size.description } == ["4x3", "5x5"])
    let first = try #require(found[0].image)
    // The first pixel is that of row 20, column 10: bytes 6030 to 6032 of the pattern.
    let expected = [6030, 6031, 6032].map { UInt8($0 % 251) }
    #expect(Array(first.pixels.prefix(3)) == expected)
    #expect(found.map(\.parts) == [[0], [1]] && found[1].cut?.object == 1)
  }

  @Test func blurredObjectsHaveNoFeatures() throws {
    let found = try items(
      "  - frames: ['cat:0:0.9:0:0:60:60 dog:1:0.9:60:60:100:100']\n  - blur: {cells: 2, margin: 0, classes: [cat]}\n"
    ).items[0]
    let image = try #require(found[0].image)
    func pixel(_ x: Int, _ y: Int) -> [UInt8] { Array(image.pixels[3 * (y * 100 + x)..<3 * (y * 100 + x) + 3]) }
    #expect(pixel(0, 0) == pixel(29, 29) && pixel(30, 0) == pixel(59, 29))
    #expect(pixel(70, 70) == [21210, 21211, 21212].map { UInt8($0 % 251) })
  }

  @Test func countsSumUp() throws {
    let (found, summary) = try items(
      "  - frames: ['cat:0:0.9:0:0:5:5 cat:0:0.9:0:0:5:5', 'dog:1:0.9:0:0:5:5', '']\n  - count\n")
    #expect(found.map { $0[0].facts.first?.1.text } == ["2", "1", "0"])
    #expect(summary.results.first?.values.map { $0.1.text } == ["3", "3", "{\"cat\": 2, \"dog\": 1}"])
  }

  /// By hand: cats are found at once and once more at a wrong place with a higher score; the dog is missed.
  /// Cat: precision 1/2 at recall 1, interpolated 0.5 everywhere; dog: 0. IoU is 1, so every bound is alike.
  @Test func averagePrecisionByHand() throws {
    let text =
      "  - frames: {frames: ['cat:0:0.9:60:60:80:80 cat:0:0.8:0:0:20:20'], truth: ['cat:0:1:0:0:20:20 dog:1:1:40:40:50:50']}\n  - metrics\n"
    let result = try items(text).summary.results.first?.values.last?.1.text
    #expect(
      result?.hasPrefix("{\"ap\": 0.25, \"ap50\": 0.25, \"ap75\": 0.25, \"ap_small\": 0.25, \"ap_medium\": -1") == true)
    #expect(result?.hasSuffix("\"voc_ap50\": 0.25, \"voc07_ap50\": 0.25}") == true)
  }
}
