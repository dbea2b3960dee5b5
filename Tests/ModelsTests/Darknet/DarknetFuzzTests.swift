import Checkpoints
import Models
import NeuralNetwork
import TensorCore
import TestSupport
import Testing

/// Random configurations: they build or throw, never trap; what builds small runs at its own size.
@Suite struct DarknetFuzzTests {
  private static let kinds = [
    "convolutional", "maxpool", "avgpool", "route", "shortcut", "upsample", "reorg", "connected", "dropout", "softmax",
    "cost", "yolo", "region",
  ]
  private static let keys = [
    "filters", "size", "stride", "pad", "padding", "dilation", "groups", "group_id", "batch_normalize", "layers",
    "from",
    "output", "classes", "num", "anchors", "mask", "scale_x_y", "new_coords", "softmax", "temperature", "scale",
    "coords",
    "activation", "stride_x", "width", "height", "channels",
  ]

  private static func value(_ random: inout SeededGenerator) -> String {
    let edges = [
      -1, 0, 1, 2, 3, 4, 7, 16, 64, 1023, 1024, 1025, 16_384, 65_535, 65_536, 1 << 20, 1 << 28, 1 << 31, 1 << 32,
      1_000_000_000_000, Int.max, Int.min,
    ]
    switch random.int(0...5) {
    case 0, 1: return String(random.one(of: edges))
    case 2: return String(random.int(-100...1_000_000_000_000))
    case 3: return (0..<random.int(1...6)).map { _ in String(random.int(-3...9)) }.joined(separator: ",")
    case 4:
      return random.one(of: [
        "", ",", "x", "1.5", "1e999", "nan", "-0", "+7", "0x10", "9999999999999999999999", "leaky",
      ])
    default: return String(random.int(-100...70_000))
    }
  }

  /// Every key of every section with values from -100 to a million millions and at the edges.
  @Test(arguments: kinds) func extremeValues(kind: String) {
    var random = SeededGenerator(seed: 31)
    let outcomes = (0..<4000).map { _ in
      var options: [String: String] = [
        "filters": "14", "size": "3", "stride": "2", "layers": "-1", "from": "-1", "output": "14", "classes": "2",
        "num": "2",
        "anchors": "1,2,3,4",
      ]
      for _ in 0..<random.int(1...3) { options[random.one(of: Self.keys)] = Self.value(&random) }
      let lines = options.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "\n")
      let net = "[net]\nwidth=\(random.one(of: [1, 8, 16_384]))\nheight=8\nchannels=\(random.one(of: [1, 4, 1024]))\n"
      // A head needs its channels, and nothing after it.
      let isHead = kind == "yolo" || kind == "region"
      let before = "[convolutional]\nfilters=\(isHead ? 14 : 28)\nactivation=linear\n"
      let text = "\(net)\(before)[\(kind)]\n\(lines)\n" + (isHead ? "" : "[convolutional]\nsize=1\n")
      let message = DarknetFixtures.message(text)
      #expect(message.isEmpty || message.hasPrefix("n.cfg: "), "\(message)")
      return message.isEmpty
    }
    #expect(outcomes.contains(true))
    #expect(outcomes.contains(false) || ["avgpool", "dropout", "cost"].contains(kind))
  }

  /// Sections in random order with small values: whatever builds computes an output at the size that it asks for.
  @Test func whatBuildsRuns() throws {
    var random = SeededGenerator(seed: 32), built = 0
    for _ in 0..<3000 {
      var text = "[net]\nwidth=\(random.int(3...9))\nheight=\(random.int(3...9))\nchannels=\(random.int(1...4))\n"
      var upsamples = 0
      for section in 0..<random.int(1...6) {
        var kind = random.one(of: Self.kinds)
        if kind == "upsample" { upsamples += 1 }
        if upsamples > 1 { kind = "convolutional" }
        text += "[\(kind)]\n"
        if kind == "yolo" || kind == "region" { text += "num=1\nanchors=3,4\nclasses=\(random.int(1...3))\n" }
        if kind == "route" || kind == "shortcut" {
          let sources = (0..<random.int(1...3)).map { _ in String(random.int(-section - 1...section)) }
          text += (kind == "route" ? "layers=" : "from=") + sources.joined(separator: ",") + "\n"
        }
        for key in ["filters", "size", "stride", "padding", "groups", "output", "dilation"] where random.int(0...2) > 0
        {
          text += "\(key)=\(key == "stride" ? random.int(1...2) : random.int(1...8))\n"
        }
        text += random.one(of: ["", "pad=1\n", "batch_normalize=1\n"])
      }
      let store = ParameterStore()
      guard let network = try? DarknetFixtures.network(text, store), store.trainableCount < 1_000_000 else { continue }
      built += 1
      do {
        for output in try network.outputs(for: Formula.tensor([1] + network.inputShape, seed: 5)) {
          #expect(output.tensor.count > 0, "\(text)")
        }
      } catch { Issue.record("\(error) for \(text)") }
    }
    #expect(built > 300, "\(built) networks were built")
  }
}
