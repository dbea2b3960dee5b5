import Imaging
import Models
import NeuralNetwork

extension ClassificationEntries {
  /// Mobile and scaled networks, ConvNeXt, and the transformers.
  static let modern: [ModelEntry] = mobile + shuffleNet + efficientNet + convNeXt + visionTransformer + swin

  private static let mobile: [ModelEntry] = [
    modern(
      "mobilenet_v2", "MobileNet", "MobileNetV2, inverted residuals with linear bottlenecks",
      paper: "Sandler et al. 2018, arXiv 1801.04381", weights: "imagenet1k_v2", resize: 232
    ) { MobileNetV2($0, classes: $1.classes) },
    modern(
      "mobilenet_v3_small", "MobileNet", "MobileNetV3-Small, for slow processors",
      paper: "Howard et al. 2019, arXiv 1905.02244"
    ) { MobileNetV3($0, .small().with(\.classes, $1.classes)) },
    modern(
      "mobilenet_v3_large", "MobileNet", "MobileNetV3-Large, a backbone of mobile detectors and segmenters",
      paper: "Howard et al. 2019, arXiv 1905.02244", weights: "imagenet1k_v2", resize: 232
    ) { MobileNetV3($0, .large().with(\.classes, $1.classes)) },
  ]

  private static let shuffleNet: [ModelEntry] = [
    ("x0_5", "0.5", ShuffleNetV2.Configuration.half, 256), ("x1_0", "1.0", .plain, 256),
    ("x1_5", "1.5", .oneAndHalf, 232), ("x2_0", "2.0", .double, 232),
  ].map { name, width, configuration, resize in
    modern(
      "shufflenet_v2_\(name)", "ShuffleNet", "ShuffleNet v2, \(width) times the width",
      paper: "Ma et al. 2018, arXiv 1807.11164", resize: resize
    ) { ShuffleNetV2($0, configuration.with(\.classes, $1.classes)) }
  }

  private static let efficientNet: [ModelEntry] =
    [
      ("b0", EfficientNet.Configuration.b0, "imagenet1k_v1", 256, 224, ResizeFilter.bicubic),
      ("b1", .b1, "imagenet1k_v2", 255, 240, .bilinear), ("b2", .b2, "imagenet1k_v1", 288, 288, .bicubic),
      ("b3", .b3, "imagenet1k_v1", 320, 300, .bicubic), ("b4", .b4, "imagenet1k_v1", 384, 380, .bicubic),
      ("b5", .b5, "imagenet1k_v1", 456, 456, .bicubic), ("b6", .b6, "imagenet1k_v1", 528, 528, .bicubic),
      ("b7", .b7, "imagenet1k_v1", 600, 600, .bicubic),
    ].map { name, configuration, weights, resize, side, filter in
      modern(
        "efficientnet_\(name)", "EfficientNet", "EfficientNet-\(name.uppercased()), scaled in width, depth and size",
        paper: "Tan and Le 2019, arXiv 1905.11946", weights: weights, resize: resize, side: side, filter: filter
      ) { EfficientNet($0, configuration.with(\.classes, $1.classes)) }
    }
    + [
      ("s", EfficientNet.Configuration.v2Small, 384, ResizeFilter.bilinear, false),
      ("m", .v2Medium, 480, .bilinear, false), ("l", .v2Large, 480, .bicubic, true),
    ].map { name, configuration, side, filter, isCentred in
      modern(
        "efficientnet_v2_\(name)", "EfficientNet", "EfficientNetV2-\(name.uppercased()), quicker to train",
        paper: "Tan and Le 2021, arXiv 2104.00298", resize: side, side: side, filter: filter, isCentred: isCentred
      ) { EfficientNet($0, configuration.with(\.classes, $1.classes)) }
    }

  private static let convNeXt: [ModelEntry] = [
    ("tiny", ConvNeXt.Configuration.tiny, 236), ("small", .small, 230), ("base", .base, 232), ("large", .large, 232),
  ].map { name, configuration, resize in
    modern(
      "convnext_\(name)", "ConvNeXt", "ConvNeXt-\(name), a convolutional network in the shape of a transformer",
      paper: "Liu et al. 2022, arXiv 2201.03545", resize: resize
    ) { ConvNeXt($0, configuration.with(\.classes, $1.classes)) }
  }

  private static let visionTransformer: [ModelEntry] = [
    ("b_16", VisionTransformer.Configuration.base16, "imagenet1k_v1", 256, 224, ResizeFilter.bilinear),
    ("b_32", .base32, "imagenet1k_v1", 256, 224, .bilinear), ("l_16", .large16, "imagenet1k_v1", 242, 224, .bilinear),
    ("l_32", .large32, "imagenet1k_v1", 256, 224, .bilinear),
  ].map { name, configuration, weights, resize, side, filter in
    modern(
      "vit_\(name)", "ViT", "Vision transformer over patches of \(configuration.patch) pixels",
      paper: "Dosovitskiy et al. 2020, arXiv 2010.11929", weights: weights, resize: resize, side: side, filter: filter,
      positions: PositionEmbedding(key: VisionTransformer.positionKey, patch: configuration.patch)
    ) {
      VisionTransformer($0, configuration.with(\.classes, $1.classes).with(\.imageSize, $1.imageSize ?? 224))
    }
  }

  private static let swin: [ModelEntry] =
    [
      ("t", SwinTransformer.Configuration.tiny, 232, 260), ("s", .small, 246, 260), ("b", .base, 238, 272),
    ].flatMap { name, configuration, resize, secondResize in
      [
        modern(
          "swin_\(name)", "Swin", "Swin Transformer, attention within shifted windows",
          paper: "Liu et al. 2021, arXiv 2103.14030", resize: resize, filter: .bicubic
        ) { SwinTransformer($0, configuration.with(\.classes, $1.classes)) },
        modern(
          "swin_v2_\(name)", "Swin", "Swin Transformer v2, cosine attention within shifted windows",
          paper: "Liu et al. 2021, arXiv 2111.09883", resize: secondResize, side: 256, filter: .bicubic
        ) { SwinTransformer($0, configuration.second.with(\.classes, $1.classes)) },
      ]
    }

  /// An entry of a classifier of ImageNet's 1,000 classes. `resize`, `side`, `filter` and whether values are centred on 0.5
  /// are those of the default weights.
  private static func modern(
    _ id: String, _ family: String, _ summary: String, paper: String, weights: String = "imagenet1k_v1",
    resize: Int = 256, side: Int = 224, filter: ResizeFilter = .bilinear, isCentred: Bool = false,
    positions: PositionEmbedding? = nil, build: @escaping @Sendable (ParameterScope, NetworkOptions) -> any Network
  ) -> ModelEntry {
    ModelEntry(
      id: id, task: .classification, family: family, summary: summary, paper: paper,
      options: NetworkOptions(classes: 1000), positions: positions, inputSize: ImageSize(width: side, height: side),
      contract: {
        var contract = try InputContract.imageNet(resize: resize, crop: side, filter: filter)
        if isCentred {
          contract.mean = [0.5, 0.5, 0.5]
          contract.standardDeviation = [0.5, 0.5, 0.5]
        }
        return contract
      }, defaultWeights: "\(id)_\(weights)", builder: .network(build))
  }
}
