import Detection
import Imaging
import TensorCore
import TestSupport
import Testing

/// The same formula-filled outputs of heads as in Scripts/golden/one_stage.py.
@Suite struct OneStagePostprocessingTests {
  private let size = ImageSize(width: 90, height: 60)

  private func anchors(_ level: UInt32, _ count: Int) throws -> Tensor {
    let centre = try Formula.tensor([count, 2], seed: 100 * level + 4, scale: 30, offset: 35)
    let half = try Formula.tensor([count, 2], seed: 100 * level + 5, scale: 6, offset: 10)
    return try Tensor.concatenate([centre - half, centre + half], axis: 1)
  }

  private func output(_ level: UInt32, _ count: Int, centerness: Bool) throws -> PyramidHead.Output {
    let corrections = try Formula.tensor([1, count, 4], seed: 100 * level + 2, scale: 0.7, offset: 0.2)
    return PyramidHead.Output(
      logits: try Formula.tensor([1, count, 5], seed: 100 * level + 1, scale: 4, offset: -1),
      corrections: centerness ? try corrections.relu() : corrections,
      centerness: centerness ? try Formula.tensor([1, count, 1], seed: 100 * level + 3, scale: 3) : nil)
  }

  private func expect(_ result: ImageResult, equals name: String, _ golden: Golden) throws {
    #expect(try result.labels == golden["\(name).labels"].integers())
    #expect(try zip(result.scores, golden["\(name).scores"].floats()).allSatisfy { abs($0 - $1) < 1e-5 })
    #expect(try result.boxes.shape == golden["\(name).boxes"].shape)
    #expect(try zip(result.boxes.floats(), golden["\(name).boxes"].floats()).allSatisfy { abs($0 - $1) < 1e-3 })
  }

  @Test func retinaNetAsTorchvision() throws {
    let coder = BoxCoder()
    let result = try PyramidPostprocessing(candidates: 60)(
      [output(0, 70, centerness: false), output(1, 30, centerness: false)], anchors: [anchors(0, 70), anchors(1, 30)],
      size: size, thresholds: DetectionThresholds(score: 0.3, iou: 0.5, detections: 200),
      decode: { codes, anchors throws(ShapeError) in try coder.decode(codes, anchors: anchors) })
    try expect(result, equals: "retinanet", Golden("postprocessing"))
  }

  @Test func fcosAsTorchvision() throws {
    let coder = LinearBoxCoder()
    let result = try PyramidPostprocessing(candidates: 60)(
      [output(0, 70, centerness: true), output(1, 30, centerness: true)], anchors: [anchors(0, 70), anchors(1, 30)],
      size: size, thresholds: DetectionThresholds(score: 0.3, iou: 0.5, detections: 200),
      decode: { codes, anchors throws(ShapeError) in try coder.decode(codes, anchors: anchors) })
    try expect(result, equals: "fcos", Golden("postprocessing"))
  }

  @Test func ssdAsTorchvision() throws {
    let levels = [try output(0, 70, centerness: false), try output(1, 30, centerness: false)]
    let result = try SSDPostprocessing(candidates: 12)(
      logits: Tensor.concatenate(levels.map(\.logits), axis: 1),
      corrections: Tensor.concatenate(levels.map(\.corrections), axis: 1),
      boxes: Tensor.concatenate([anchors(0, 70), anchors(1, 30)], axis: 0), size: size,
      thresholds: DetectionThresholds(score: 0.1, iou: 0.5, detections: 30))
    try expect(result, equals: "ssd", Golden("postprocessing"))
  }

  @Test func nothingAboveTheThreshold() throws {
    let coder = BoxCoder()
    let result = try PyramidPostprocessing()(
      [output(0, 70, centerness: false)], anchors: [anchors(0, 70)], size: size,
      thresholds: DetectionThresholds(score: 1, iou: 0.5, detections: 200),
      decode: { codes, anchors throws(ShapeError) in try coder.decode(codes, anchors: anchors) })
    #expect(result.labels.isEmpty && result.scores.isEmpty && result.boxes.shape == [0, 4])
  }
}
