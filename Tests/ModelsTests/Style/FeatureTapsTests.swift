import Models
import NeuralNetwork
import TensorCore
import TestSupport
import Testing

@Suite struct FeatureTapsTests {
  /// The indices in torchvision's `vgg19().features`, counted there.
  @Test func namesStandForTorchvisionsIndices() throws {
    #expect(try FeatureTaps(FeatureTaps.gatysStyle).indices == [1, 6, 11, 20, 29])
    #expect(try FeatureTaps(FeatureTaps.gatysContent).indices == [22])
    #expect(try FeatureTaps(["conv1_1", "pool1", "relu3_4", "conv5_4", "pool5"]).indices == [0, 4, 17, 34, 36])
    #expect(try FeatureTaps(["relu1_2", "relu2_2", "relu3_3", "relu4_3"], of: .vgg16).indices == [3, 8, 15, 22])
    #expect(try FeatureTaps(["bn1_1", "relu1_1", "relu5_4"], of: .vgg19.normalized).indices == [1, 2, 51])
  }

  @Test(arguments: ["relu1_3", "relu6_1", "relu3", "bn1_1", ""]) func otherNamesAreRefused(name: String) {
    let error = #expect(throws: ShapeError.self) { try FeatureTaps([name]) }
    #expect(error?.description.contains("there is no layer '\(name)'") == true)
  }

  @Test func featuresComeInTheOrderAsked() throws {
    let network = VGG(ParameterStore().root, .vgg19, hasHead: false)
    let taps = try FeatureTaps(["relu2_1", "conv1_1", "relu1_1"])
    let features = try taps(network, Formula.tensor([1, 3, 8, 12], seed: 3))
    #expect(features.map(\.name) == ["relu2_1", "conv1_1", "relu1_1"])
    #expect(features.map(\.tensor.shape) == [[1, 128, 4, 6], [1, 64, 8, 12], [1, 64, 8, 12]])
    #expect(try features[1].tensor.relu().floats() == features[2].tensor.floats())
    #expect(try features[1].tensor.floats().contains { $0 < 0 })
  }
}
