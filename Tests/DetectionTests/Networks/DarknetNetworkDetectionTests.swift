import Checkpoints
import Detection
import Imaging
import Models
import NeuralNetwork
import TensorCore
import TestSupport
import Testing

@Suite struct DarknetNetworkDetectionTests {
  private static func network() throws -> DarknetNetwork {
    let text =
      "[net]\nwidth=8\nheight=8\nchannels=1\n[convolutional]\nfilters=7\nactivation=linear\n"
      + "[yolo]\nnum=1\nanchors=2,3\nclasses=2\n"
    return try DarknetNetwork(ParameterStore().root, DarknetConfiguration(text: text, path: "n.cfg"))
  }

  /// Two images; each row: centre, size (fractions of the input), objectness, score of class 0, score of class 1.
  private static func outputs() throws -> [NamedTensor] {
    let nan = Float.nan
    return [
      NamedTensor(
        "yolo_1",
        try Tensor(
          [
            // Image 0: another image's boxes.
            0.5, 0.5, 1, 1, 0.9, 0.9, 0.9,
            0.5, 0.5, 1, 1, 0.9, 0.9, 0.9,
            0.5, 0.5, 1, 1, 0.9, 0.9, 0.9,
            // Image 1: two classes; one class; none, though the objectness reaches.
            0.5, 0.25, 0.5, 0.25, 0.75, 0.5, 0.625,
            0.25, 0.75, 0.125, 0.5, 1, 0.25, 1,
            0.5, 0.5, 1, 1, 0.75, 0.375, 0.25,
          ], shape: [2, 3, 7])),
      NamedTensor(
        "yolo_3",
        try Tensor(
          [
            0.5, 0.5, 1, 1, 0.9, 0.9, 0.9,
            0.5, 0.5, 1, 1, 0.9, 0.9, 0.9,
            0.5, 0.5, 1, 1, 0.9, 0.9, 0.9,
            0.5, 0.5, 1, 1, 0.9, 0.9, 0.9,
            // Image 1: too little objectness; no number in the box, the objectness, a class; a box beyond the picture.
            0.5, 0.5, 1, 1, 0.25, 0.9, 0.9,
            0.5, nan, 1, 1, 0.9, 0.9, 0.9,
            0.5, 0.5, 1, 1, nan, 0.9, 0.9,
            1, 0, 0.5, 0.5, 1, nan, 0.5,
          ], shape: [2, 4, 7])),
    ]
  }

  @Test func everyClassThatReachesTheConfidenceIsACandidate() throws {
    let found = try Self.network().candidates(
      in: Self.outputs(), image: 1, inputSize: ImageSize(width: 64, height: 32), confidence: 0.5)
    let wide = Box(x1: 16, y1: 4, x2: 48, y2: 12)
    let small = Box(x1: 12, y1: 16, x2: 20, y2: 32), outside = Box(x1: 48, y1: -8, x2: 80, y2: 8)
    #expect(found.map(\.box) == [wide, wide, small, outside])
    #expect(found.map(\.classIndex) == [0, 1, 1, 1])
    #expect(found.map(\.score) == [0.5, 0.625, 1, 0.5])
  }

  @Test func noneReachesMoreThanOne() throws {
    let size = ImageSize(width: 64, height: 32)
    #expect(try Self.network().candidates(in: Self.outputs(), image: 1, inputSize: size, confidence: 1.5).isEmpty)
    #expect(try Self.network().candidates(in: [], image: 0, inputSize: size, confidence: 0.5).isEmpty)
  }

  @Test func otherOutputsAreRefused() throws {
    let network = try Self.network(), size = ImageSize(width: 64, height: 32), outputs = try Self.outputs()
    for image in [-1, 2] {
      #expect(throws: ShapeError.self) {
        try network.candidates(in: outputs, image: image, inputSize: size, confidence: 0.5)
      }
    }
    for shape in [[1, 3, 5], [3, 7], [1, 7, 4, 4]] {
      let output = NamedTensor("yolo_9", try Tensor.zeros(shape))
      let message = errorMessage {
        _ = try network.candidates(in: [output], image: 0, inputSize: size, confidence: 0.5)
        return output.tensor
      }
      #expect(message.contains("yolo_9") && message.contains("\(shape)"), "\(message)")
    }
  }

  /// The network's own outputs are what `candidates` reads: a box for every cell.
  @Test func readsTheNetworksOwnOutputs() throws {
    let store = ParameterStore()
    let text =
      "[net]\nwidth=8\nheight=8\nchannels=1\n[convolutional]\nfilters=7\nstride=4\nactivation=linear\n"
      + "[yolo]\nnum=1\nanchors=2,3\nclasses=2\n"
    let network = try DarknetNetwork(store.root, DarknetConfiguration(text: text, path: "n.cfg"))
    for parameter in store.parameters { try parameter.assign(Tensor.zeros(parameter.spec.shape)) }
    let outputs = try network.outputs(for: Tensor.zeros([1, 1, 8, 8]))
    let found = try network.candidates(
      in: outputs, image: 0, inputSize: ImageSize(width: 8, height: 8), confidence: 0.25)
    // Sigmoids of 0: the middle of each of 2x2 cells, the anchor's size, scores of 0.5 * 0.5.
    let boxes = [(2, 2), (6, 2), (2, 6), (6, 6)].map { x, y in
      Box(centerX: Float(x), centerY: Float(y), width: 2, height: 3)
    }
    #expect(found.map(\.box) == boxes.flatMap { [$0, $0] })
    #expect(found.map(\.classIndex) == [0, 1, 0, 1, 0, 1, 0, 1] && found.allSatisfy { $0.score == 0.25 })
  }
}
