import Catalog
import Detection
import Models
import TensorCore
import TestSupport
import Testing

/// Detectors whose parts are compiled find what the same network finds as it is written. Faster R-CNN over a fresh MobileNetV3 is not
/// among them: its scores are so nearly the same everywhere that rounding chooses the boxes.
@Suite struct CompiledDetectorTests {
  @Test(arguments: [
    "ssd300_vgg16", "ssdlite320_mobilenet_v3_large", "fasterrcnn_resnet50_fpn", "retinanet_resnet50_fpn",
    "fcos_resnet50_fpn", "maskrcnn_resnet50_fpn", "keypointrcnn_resnet50_fpn",
  ])
  func findsTheSame(_ id: String) throws {
    let loaded = try TrainingPlace.atHome.load(ModelRequest(model: id, weights: "random", seed: 3))
    let plain = try #require(loaded.network as? any TorchvisionDetector)
    let compiled = try #require(Detector(loaded).network as? any TorchvisionDetector)
    #expect(compiled.findsMasks == plain.findsMasks && compiled.thresholds == plain.thresholds)
    #expect(compiled.findsMasks == (id == "maskrcnn_resnet50_fpn"))
    var g = SeededGenerator(seed: 5)
    let picture = try Tensor(
      (0..<3 * 96 * 128).map { _ in Float.random(in: 0...1, using: &g) }, shape: [1, 3, 96, 128])
    var thresholds = plain.thresholds
    (thresholds.score, thresholds.detections) = (0.0011, 21)
    let expected = try plain.detect(image: picture, thresholds), found = try compiled.detect(image: picture, thresholds)
    try #require(found.labels.count == expected.labels.count)
    #expect(!found.labels.isEmpty)
    for (x, y) in zip(found.scores, expected.scores) { #expect(abs(x - y) <= 1e-4) }
    // Pixels of a picture that most of them enlarge eightfold.
    for (x, y) in try zip(found.boxes.floats(), expected.boxes.floats()) { #expect(abs(x - y) <= 1e-2) }
    if let masks = found.masks, let wanted = expected.masks {
      for (x, y) in try zip(masks.floats(), wanted.floats()) where abs(x - y) > 1e-3 { Issue.record("\(x), not \(y)") }
    }
    #expect(found.masks?.shape == expected.masks?.shape && found.keypoints?.shape == expected.keypoints?.shape)
  }
}
