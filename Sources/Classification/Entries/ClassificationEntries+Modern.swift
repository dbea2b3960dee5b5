import Imaging
import Models
import NeuralNetwork

extension ClassificationEntries {
  /// Mobile and scaled networks, ConvNeXt, and the transformers.
  static let modern: [ModelEntry] = mobile

  private static let mobile: [ModelEntry] = [
    modern(
      "mobilenet_v2", "MobileNet", "MobileNetV2, inverted residuals with linear bottlenecks",
      paper: "Sandler et al. 2018, arXiv 1801.04381", weights: "imagenet1k_v2", resize: 232
    ) { MobileNetV2($0, classes: $1.classes) },
    modern(
      "mobilenet_v3_small", "MobileNet", "MobileNetV3-Small, 2.5 million parameters",
      paper: "Howard et al. 2019, arXiv 1905.02244"
    ) { scope, options in
      var configuration = MobileNetV3.Configuration.small()
      configuration.classes = options.classes
      return MobileNetV3(scope, configuration)
    },
    modern(
      "mobilenet_v3_large", "MobileNet", "MobileNetV3-Large, 5.5 million parameters",
      paper: "Howard et al. 2019, arXiv 1905.02244", weights: "imagenet1k_v2", resize: 232
    ) { scope, options in
      var configuration = MobileNetV3.Configuration.large()
      configuration.classes = options.classes
      return MobileNetV3(scope, configuration)
    },
  ]

  /// An entry of a classifier of ImageNet's 1,000 classes. `resize`, `side` and `filter` are those of the default weights.
  private static func modern(
    _ id: String, _ family: String, _ summary: String, paper: String, weights: String = "imagenet1k_v1",
    resize: Int = 256, side: Int = 224, filter: ResizeFilter = .bilinear,
    build: @escaping @Sendable (ParameterScope, NetworkOptions) -> any Network
  ) -> ModelEntry {
    ModelEntry(
      id: id, task: .classification, family: family, summary: summary, paper: paper,
      options: NetworkOptions(classes: 1000), inputSize: ImageSize(width: side, height: side),
      contract: { try .imageNet(resize: resize, crop: side, filter: filter) }, defaultWeights: "\(id)_\(weights)",
      builder: .network(build))
  }
}
