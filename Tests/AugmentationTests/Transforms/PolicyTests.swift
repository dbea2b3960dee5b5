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
    #expect(cases.count == 44)
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
    for operations in [1, 3] {
      let recipe = try Recipe([["rand_augment": ["num_ops": .number(Double(operations)), "magnitude": 12]]])
      for index in 0..<40 {
        let result = try recipe(sample, seed: 3, index: index)
        let object = try #require(result.objects?.first), box = object.box
        #expect(result.size == size)
        let tight = try #require(object.mask?.boundingBox)
        let note = "\(operations), \(index): \(box) \(tight)"
        // The box around a turned box around a turned box is loose, but what is in it stays in it.
        #expect(tight.x1 >= box.x1 - 1 && tight.y1 >= box.y1 - 1, "\(note)")
        #expect(tight.x2 <= box.x2 + 1 && tight.y2 <= box.y2 + 1, "\(note)")
        guard operations == 1 else { continue }
        #expect(tight.x1 <= box.x1 + 2 && tight.y1 <= box.y1 + 2, "\(note)")
        #expect(tight.x2 >= box.x2 - 2 && tight.y2 >= box.y2 - 2, "\(note)")
      }
    }
  }
}
