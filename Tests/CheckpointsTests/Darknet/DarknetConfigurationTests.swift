import Checkpoints
import Foundation
import Support
import Testing

@Suite struct DarknetConfigurationTests {
  static let text = """
    # A comment
    [net]
    width = 416
    height=320   # trailing
    scales=.1,.1
    \t
    ; another comment
    [conv]
    batch_normalize=1
    filters=16
    filters=32
    activation=leaky
    pad=2
    negative=-5

    [route]
    layers = -1, 8,
    bad=1,x
    empty=
    """

  static func parse(_ text: String) throws(CheckpointError) -> DarknetConfiguration {
    try DarknetConfiguration(text: text, path: "n.cfg")
  }

  static func message(_ body: () throws(CheckpointError) -> Void) -> String {
    do throws(CheckpointError) {
      try body()
      return "nothing was thrown"
    } catch { return "\(error)" }
  }

  @Test func readsSectionsInOrder() throws {
    let configuration = try Self.parse(Self.text)
    #expect(configuration.network.kind == "net" && configuration.network.line == 2)
    #expect(configuration.layers.map(\.kind) == ["convolutional", "route"])
    #expect(configuration.layers.map(\.line) == [8, 16])
    #expect(try configuration.network.integer("width") == 416)
    #expect(try configuration.network.integer("height", default: 0) == 320)
    #expect(try configuration.network.numbers("scales") == [0.1, 0.1])
    #expect(try configuration.network.number("momentum", default: 0.9) == 0.9)
    let layer = configuration.layers[0]
    #expect(layer.options.map(\.key) == ["batch_normalize", "filters", "filters", "activation", "pad", "negative"])
    #expect(layer.option("filters")?.value == "16" && layer.option("filters")?.line == 10)
    #expect(layer.string("activation") == "leaky" && layer.string("none") == nil)
    #expect(try layer.flag("batch_normalize") && !layer.flag("stopbackward") && layer.flag("missing", default: true))
    #expect(try configuration.layers[1].integers("layers") == [-1, 8])
    #expect(try configuration.layers[1].integers("none") == nil)
    #expect(try configuration.layers[1].numbers("empty") == [])
    #expect(try Self.parse("\u{FEFF}[network]\r\nwidth=1\r\n").network.integer("width") == 1)
  }

  @Test func wrongValuesNameFileLineAndKey() throws {
    let layers = try Self.parse(Self.text).layers
    #expect(
      Self.message { () throws(CheckpointError) in _ = try layers[0].integer("activation") }
        == "n.cfg: activation of [convolutional] is wrong (expected a whole number, found \"leaky\") in line 12")
    #expect(
      Self.message { () throws(CheckpointError) in _ = try layers[0].integer("negative", default: 1, in: 1...4096) }
        == "n.cfg: negative of [convolutional] is wrong (expected a whole number from 1 to 4096, found \"-5\") in line 14"
    )
    #expect(
      Self.message { () throws(CheckpointError) in _ = try layers[0].flag("pad") }.contains(
        "from 0 to 1, found \"2\") in line 13"))
    #expect(
      Self.message { () throws(CheckpointError) in _ = try layers[0].integer("size") }
        == "n.cfg: [convolutional] needs size in line 8")
    #expect(
      Self.message { () throws(CheckpointError) in _ = try layers[1].integers("bad") }.contains(
        "found \"x\") in line 18"))
    #expect(
      Self.message { () throws(CheckpointError) in _ = try layers[1].numbers("bad") }.contains("expected a number"))
    #expect(
      Self.message { () throws(CheckpointError) in _ = try layers[1].number("empty", default: 1) }.contains(
        "in line 19"))
  }

  @Test(arguments: [
    ("", "must be [net]", 1), ("# only a comment", "must be [net]", 1), ("[convolutional]\n", "must be [net]", 1),
    ("width=1\n[net]", "before the first section", 1), ("[net]\nwidth", "key=value", 2),
    ("[net]\n\n=1", "key=value", 3),
    ("[net\n", "closing bracket", 1), ("[]\n", "closing bracket", 1), ("[net]\n\u{1B}[31m", "key=value", 2),
  ])
  func refusesOtherText(_ text: String, _ words: String, _ line: Int) {
    let message = Self.message { () throws(CheckpointError) in _ = try Self.parse(text) }
    #expect(message.contains(words) && message.hasSuffix("in line \(line)"), "\(message)")
    #expect(!message.contains("\u{1B}"))
  }

  @Test func sizesAreLimited() {
    let many = "[net]\n" + String(repeating: "[a]\n", count: 10_000)
    #expect(
      Self.message { () throws(CheckpointError) in _ = try Self.parse(many) }.contains("more than 10000 sections"))
    let options = "[net]\n" + String(repeating: "a=1\n", count: 1001)
    #expect(
      Self.message { () throws(CheckpointError) in _ = try Self.parse(options) }.contains("more than 1000 options"))
    let list = "[net]\na=" + String(repeating: "1,", count: 20_000)
    #expect(
      Self.message { () throws(CheckpointError) in _ = try Self.parse(list).network.integers("a") }.contains(
        "more than 10000"))
    for text in ["[net]\na=nan", "[net]\na=inf", "[net]\na=1e999"] {
      #expect(
        Self.message { () throws(CheckpointError) in _ = try Self.parse(text).network.number("a", default: 0) }
          .contains("a number"))
    }
    #expect(
      Self.message { () throws(CheckpointError) in _ = try Self.parse("[net]\na=99999999999").network.integer("a") }
        .contains("whole"))
  }

  @Test func readsFiles() throws {
    #expect(throws: FileError.self) { try DarknetConfiguration.read(path: "/no such folder/n.cfg") }
    try SafeTensorsWriteTests.inFolder { folder in
      try Data("[net]\nwidth=7\n".utf8).write(to: URL(fileURLWithPath: folder + "/a.cfg"))
      #expect(try DarknetConfiguration.read(path: folder + "/a.cfg").network.integer("width") == 7)
      try Data([0x5B, 0xFF, 0]).write(to: URL(fileURLWithPath: folder + "/b.cfg"))
      #expect(throws: CheckpointError.self) { try DarknetConfiguration.read(path: folder + "/b.cfg") }
      try Data([]).write(to: URL(fileURLWithPath: folder + "/c.cfg"))
      #expect(throws: CheckpointError.self) { try DarknetConfiguration.read(path: folder + "/c.cfg") }
    }
  }

  /// Published files; sections counted with `grep -c '^\\['`, the `[net]` among them.
  @Test(
    .enabled(if: RealWeightsTests.folder != nil, "VISION_TEST_DATA names no folder of test data"),
    arguments: [
      ("MobileNetV2-YOLOv3-Nano-voc", 81), ("yolo-fastest-1.1-xl", 132), ("yolov2-tiny-voc", 17), ("yolov3-tiny", 25),
      ("yolov3", 108),
    ])
  func readsPublishedFiles(_ name: String, _ sections: Int) throws {
    let folder = try #require(RealWeightsTests.folder)
    let configuration = try DarknetConfiguration.read(path: "\(folder)darknet/\(name).cfg")
    #expect(configuration.layers.count == sections - 1)
    #expect(try configuration.network.integer("channels") == 3)
    for layer in configuration.layers where layer.kind == "yolo" {
      let anchors = try #require(try layer.numbers("anchors"))
      #expect(try anchors.count == 2 * layer.integer("num"))
    }
  }
}
