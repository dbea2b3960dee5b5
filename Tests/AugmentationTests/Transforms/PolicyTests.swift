import Augmentation
import Imaging
import TestSupport
import Testing

@Suite struct PolicyTests {
  @Test func strengthsAreTorchvisions() throws {
    let golden = try Golden("augmentation")
    let spaces: [String: PolicySpace] = [
      "randAugment": .randAugment, "trivialAugment": .trivialAugment, "autoAugment": .autoAugment, "augMix": .augMix,
    ]
    let cases = try golden.cases(GoldenTransformTests.Case.self).filter { $0.op == "space" }
    #expect(cases.count == 45)
    for item in cases {
      let names = try #require(item.steps)
      let space = try #require(spaces[names[0]])
      let entry = try #require(space.entries.first { $0.operation.rawValue == names[1] }, "\(names)")
      let values = try golden["\(item.key).values"].floats()
      for (bin, value) in values.enumerated() {
        let magnitude = PolicySpace.magnitude(entry.strength, bin: bin, of: values.count, in: TestPicture.size)
        #expect(abs((magnitude ?? .nan) - Double(value)) <= 1e-6 * max(1, abs(Double(value))), "\(names) \(bin)")
      }
    }
  }

  @Test func policiesMoveBoxesAndMasksWithThePicture() throws {
    // A white square on black whose mask and box are known: wherever it goes, they must follow.
    let size = ImageSize(width: 60, height: 60)
    var pixels = [UInt8](repeating: 0, count: 3600)
    for y in 20..<40 { for x in 20..<40 { pixels[y * 60 + x] = 255 } }
    let mask = try Mask(width: 60, height: 60, pixels: pixels)
    let sample = Sample(
      image: try Image(width: 60, height: 60, format: .gray, pixels: pixels),
      objects: [SampleObject(box: Box(x1: 20, y1: 20, x2: 40, y2: 40), label: 0, mask: mask)])
    let recipe = try Recipe([["rand_augment": ["num_ops": 3, "magnitude": 12]]])
    for index in 0..<40 {
      let result = try recipe(sample, seed: 3, index: index)
      let object = try #require(result.objects?.first)
      #expect(result.size == size)
      let tight = try #require(object.mask?.boundingBox)
      // A sheared or turned square fills its box no more, but touches all its edges.
      #expect(
        abs(tight.x1 - object.box.x1) <= 3 && abs(tight.y2 - object.box.y2) <= 3, "\(index): \(object.box) \(tight)")
    }
  }
}
