import CKernels
import Detection
import Imaging
import TensorCore
import TestSupport
import Testing

@Suite struct BoxOperatorsTests {
  @Test func agreeWithTorchvision() throws {
    let golden = try Golden("boxes")
    let a = try golden["a"], b = try golden["b"]
    try expectClose(BoxOperators.area(a), golden["area"], .elementwise)
    try expectClose(BoxOperators.iou(a, b), golden["iou"], .elementwise, "iou")
    try expectClose(BoxOperators.giou(a, b), golden["giou"], .accumulated, "giou")
    try expectClose(BoxOperators.diou(a, b), golden["diou"], .accumulated, "diou")
    try expectClose(BoxOperators.ciou(a, b), golden["ciou"], .accumulated, "ciou")
    try expectClose(BoxOperators.clip(a, to: ImageSize(width: 48, height: 60)), golden["clip"], .exact)
    #expect(try BoxOperators.removeSmall(a, minimumSize: 24.5) == golden["small"].integers())
    try expectClose(BoxOperators.masksToBoxes(golden["masks"]), golden["masksToBoxes"], .exact)
    for from in BoxOperators.Format.allCases {
      for to in BoxOperators.Format.allCases {
        let source = try BoxOperators.convert(a, from: .xyxy, to: from)
        #expect(try source.shape == golden["xyxy.\(from)"].shape)
        try expectClose(
          BoxOperators.convert(a, from: from, to: to), golden["\(from).\(to)"], .elementwise, "\(from) \(to)")
      }
    }
  }

  @Test func byHand() throws {
    let a = try Tensor([0, 0, 2, 2] as [Float], shape: [1, 4]),
      b = try Tensor([1, 1, 3, 3, 4, 0, 6, 2] as [Float], shape: [2, 4])
    #expect(try BoxOperators.iou(a, b).floats() == [1 / 7, 0])
    // The boxes around both have 9 and 12 square pixels, of which 2 and 4 lie in neither.
    #expect(try BoxOperators.giou(a, b).floats() == [1 / 7 - 2 / 9, -4 / 12])
    // Squared distances 2 and 16 over squared diagonals 18 and 40.
    let distances = try BoxOperators.diou(a, b).floats()
    #expect(abs(distances[0] - (1 / 7 - 2 / 18)) < 1e-6 && abs(distances[1] + 0.4) < 1e-6)
    // Squares have one aspect ratio, so nothing more goes.
    #expect(try BoxOperators.ciou(a, b).floats() == distances)
    #expect(try BoxOperators.convert(a, from: .xyxy, to: .cxcywh).floats() == [1, 1, 2, 2])
  }

  @Test func boxesWithoutArea() throws {
    let point = try Tensor([3, 3, 3, 3] as [Float], shape: [1, 4])
    #expect(try BoxOperators.iou(point, point).floats() == [0])
    #expect(try BoxOperators.giou(point, point).floats() == [0])
    #expect(try BoxOperators.diou(point, point).floats() == [0])
    let none = try Tensor([] as [Float], shape: [0, 4])
    #expect(try BoxOperators.iou(none, point).shape == [0, 1] && BoxOperators.iou(point, none).shape == [1, 0])
    #expect(try BoxOperators.area(none).shape == [0] && BoxOperators.removeSmall(none, minimumSize: 1).isEmpty)
  }

  @Test func masks() throws {
    let masks = try Tensor([0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0] as [UInt8], shape: [2, 2, 3])
    #expect(try BoxOperators.masksToBoxes(masks).floats() == [1, 1, 1, 1, 0, 0, 0, 0])
    #expect(errorMessage { try BoxOperators.masksToBoxes(.zeros([2, 3])) }.contains("[N, H, W]"))
  }

  @Test func errors() throws {
    let boxes = try Tensor.zeros([2, 4]), wrong = try Tensor.zeros([2, 5])
    #expect(errorMessage { try BoxOperators.area(wrong) }.contains("[N, 4]"))
    #expect(errorMessage { try BoxOperators.ciou(boxes, wrong) }.contains("[N, 4]"))
    #expect(errorMessage { try BoxOperators.clip(boxes.cast(to: .int64), to: .init(width: 1, height: 1)) } != "")
  }

  static let tiers = [VK_ISA_AVX2, VK_ISA_AVX512].filter { $0.rawValue <= vk_isa_detect().rawValue }

  /// Nothing is contracted: all tiers give the same bits.
  @Test(arguments: tiers) func tiersAgree(_ isa: vk_isa) {
    var generator = SeededGenerator(seed: 9)
    for _ in 0..<40 {
      let rows = generator.int(1...5), columns = generator.int(1...70)
      func boxes(_ count: Int) -> [Float] {
        (0..<count).flatMap { _ -> [Float] in
          let x = Float(generator.int(0...90)) / 2, y = Float(generator.int(0...90)) / 3
          return [x, y, x + Float(generator.int(-2...40)) / 3, y + Float(generator.int(-2...40)) / 7]
        }
      }
      let a = boxes(rows), b = boxes(columns)
      var planes = [Float](repeating: 0, count: 6 * columns)
      vk_box_planes(b, columns, &planes)
      for kind in [VK_IOU, VK_GIOU, VK_DIOU, VK_CIOU] {
        var wanted = [Float](repeating: 7, count: rows * columns), got = wanted
        vk_box_overlaps(VK_ISA_PORTABLE, kind, a, 0, rows, planes, columns, &wanted)
        vk_box_overlaps(isa, kind, a, 0, rows, planes, columns, &got)
        #expect(got.map(\.bitPattern) == wanted.map(\.bitPattern), "\(kind) \(rows) x \(columns)")
      }
      let order = (0..<Int32(columns)).shuffled(using: &generator)
      var work = [Float](repeating: 0, count: vk_nms_workspace(columns))
      for threshold: Float in [-1, 0, 0.3, 0.7, 1, .nan] {
        var wanted = [Int32](repeating: -1, count: columns), got = wanted
        let count = vk_nms(VK_ISA_PORTABLE, b, order, columns, threshold, &wanted, &work)
        #expect(vk_nms(isa, b, order, columns, threshold, &got, &work) == count && got == wanted)
      }
    }
  }
}
