import Augmentation
import Imaging
import TensorCore
import TestSupport
import Testing

@Suite struct SampleTensorTests {
  @Test func numbersForANetworkAreTorchvisions() throws {
    let golden = try Golden("augmentation")
    let item = try #require(golden.cases(GoldenTransformTests.Case.self).first { $0.op == "normalize" })
    let sample = try Recipe([["normalize": ["mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]]]])(
      Sample(image: TestPicture.image()), seed: 0)
    let tensor = try Tensor(samples: [sample, sample])
    #expect(tensor.shape == [2, 3, TestPicture.size.height, TestPicture.size.width])
    let values = try golden["\(item.key).values"].floats()
    #expect(try tensor.floats() == values + values)
    #expect(throws: AugmentationError.self) { try Tensor(samples: []) }
    let small = try Crop(top: 0, left: 0, height: 2, width: 2).apply(to: sample)
    #expect(throws: AugmentationError.self) { try Tensor(samples: [sample, small]) }
  }
}
