import Catalog
import Detection
import Models
import TensorCore
import TestSupport
import Testing

/// Detectors whose parts are compiled find what the same network finds as it is written.
@Suite struct CompiledDetectorTests {
  @Test(arguments: [
    "ssdlite320_mobilenet_v3_large", "fasterrcnn_mobilenet_v3_large_320_fpn", "retinanet_resnet50_fpn",
    "fcos_resnet50_fpn", "maskrcnn_resnet50_fpn", "keypointrcnn_resnet50_fpn",
  ])
  func findsTheSame(_ id: String) throws {
    let loaded = try TrainingPlace.atHome.load(ModelRequest(model: id, weights: "random", seed: 3))
    let plain = try #require(loaded.network as? any TorchvisionDetector)
    let compiled = try #require(Detector(loaded).network as? any TorchvisionDetector)
    #expect(compiled.findsMasks == plain.findsMasks && compiled.thresholds == plain.thresholds)
    #expect(compiled.findsMasks == (id == "maskrcnn_resnet50_fpn"))
    var g = SeededGenerator(seed: 5)
    // Such that the pyramids' networks do not make it large.
    let picture = try Tensor(
      (0..<3 * 96 * 128).map { _ in Float.random(in: 0...1, using: &g) }, shape: [1, 3, 96, 128])
    var thresholds = plain.thresholds
    (thresholds.score, thresholds.detections) = (0.0011, 21)
    let expected = try plain.detect(image: picture, thresholds), found = try compiled.detect(image: picture, thresholds)
    try #require(found.labels.count == expected.labels.count)
    #expect(!found.labels.isEmpty)
    for (x, y) in zip(found.scores, expected.scores) { #expect(abs(x - y) <= 1e-4) }
    #expect(found.masks?.shape == expected.masks?.shape && found.keypoints?.shape == expected.keypoints?.shape)
  }
}
