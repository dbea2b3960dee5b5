import Imaging
import Models
import NeuralNetwork

extension ClassificationEntries {
  /// From LeNet to DenseNet: plain, residual and densely connected convolutional networks.
  static let classic: [ModelEntry] = small + plain + vgg + inception + resNets + cifarResNets + dense

  private static let plain: [ModelEntry] = [
    imageNet("alexnet", "AlexNet", "AlexNet in its one-column form", "Krizhevsky 2014, arXiv 1404.5997") {
      AlexNet($0, classes: $1.classes)
    },
    imageNet(
      "squeezenet1_0", "SqueezeNet", "SqueezeNet 1.0, 1.2 million parameters", "Iandola et al. 2016, arXiv 1602.07360"
    ) {
      SqueezeNet($0, .version1x0.with($1))
    },
    imageNet(
      "squeezenet1_1", "SqueezeNet", "SqueezeNet 1.1, 2.4 times less work than 1.0",
      "Iandola et al. 2016, arXiv 1602.07360"
    ) {
      SqueezeNet($0, .version1x1.with($1))
    },
    ModelEntry(
      id: "nin", task: .classification, family: "NiN",
      summary: "Network in Network, as in Dive into Deep Learning, for colour images",
      paper: "Lin et al. 2013, arXiv 1312.4400",
      options: NetworkOptions(classes: 10), inputSize: ImageSize(width: 224, height: 224),
      contract: { try .imageNet() }, defaultWeights: nil, builder: .network { NiN($0, classes: $1.classes) }),
  ]

  private static let inception: [ModelEntry] = [
    imageNet(
      "googlenet", "GoogLeNet", "GoogLeNet, inception blocks with batch normalisation",
      "Szegedy et al. 2014, arXiv 1409.4842",
      options: NetworkOptions(classes: 1000, hasAuxiliaryHeads: true), auxiliaryPrefixes: ["aux1.", "aux2."]
    ) { GoogLeNet($0, $1) },
    imageNet(
      "inception_v3", "Inception", "Inception v3, factorised convolutions in branches",
      "Szegedy et al. 2015, arXiv 1512.00567",
      options: NetworkOptions(classes: 1000, hasAuxiliaryHeads: true), auxiliaryPrefixes: ["AuxLogits."], resize: 342,
      crop: 299
    ) { InceptionV3($0, $1) },
  ]

  private static let dense: [ModelEntry] = [
    (121, .denseNet121), (161, .denseNet161), (169, .denseNet169), (201, .denseNet201),
  ].map { (depth: Int, configuration: DenseNet.Configuration) in
    imageNet(
      "densenet\(depth)", "DenseNet", "DenseNet-\(depth), densely connected", "Huang et al. 2016, arXiv 1608.06993"
    ) { DenseNet($0, configuration.with($1)) }
  }

  private static let vgg: [ModelEntry] = [
    (11, .vgg11), (13, .vgg13), (16, .vgg16), (19, .vgg19),
  ].flatMap { (depth: Int, plain: VGG.Configuration) in
    [("", "", plain), ("_bn", " with batch normalisation", plain.normalized)].map { suffix, remark, configuration in
      imageNet(
        "vgg\(depth)\(suffix)", "VGG", "VGG-\(depth)\(remark)", "Simonyan and Zisserman 2014, arXiv 1409.1556"
      ) { scope, options in VGG(scope, configuration.with(options)) }
    }
  }

  private static let resNets: [ModelEntry] = [
    ("resnet18", "ResNet-18", .resNet18, 1), ("resnet34", "ResNet-34", .resNet34, 1),
    ("resnet50", "ResNet-50", .resNet50, 2), ("resnet101", "ResNet-101", .resNet101, 2),
    ("resnet152", "ResNet-152", .resNet152, 2),
    ("resnext50_32x4d", "ResNeXt-50, 32 groups of 4 channels", .resNeXt50x32x4, 2),
    ("resnext101_32x8d", "ResNeXt-101, 32 groups of 8 channels", .resNeXt101x32x8, 2),
    ("resnext101_64x4d", "ResNeXt-101, 64 groups of 4 channels", .resNeXt101x64x4, 1),
    ("wide_resnet50_2", "Wide ResNet-50, bottlenecks twice as wide", .wideResNet50x2, 2),
    ("wide_resnet101_2", "Wide ResNet-101, bottlenecks twice as wide", .wideResNet101x2, 2),
  ].map { (id: String, summary: String, configuration: ResNet.Configuration, version: Int) in
    let paper =
      switch id.prefix(4) {
      case "resn" where configuration.groups > 1: "Xie et al. 2016, arXiv 1611.05431"
      case "wide": "Zagoruyko and Komodakis 2016, arXiv 1605.07146"
      default: "He et al. 2015, arXiv 1512.03385"
      }
    // Whatever was trained by the newer recipe is resized to 232, the first weights of the 64x4d among them.
    let resize = version == 2 || id == "resnext101_64x4d" ? 232 : 256
    return imageNet(id, "ResNet", summary, paper, version: version, resize: resize) { scope, options in
      ResNet(scope, configuration.with(options))
    }
  }

  private static let cifarResNets: [ModelEntry] = [20, 32, 44, 56, 110].map { layers in
    ModelEntry(
      id: "cifar_resnet\(layers)", task: .classification, family: "CIFAR ResNet",
      summary: "ResNet-\(layers) for CIFAR-10, shortcuts without parameters", paper: "He et al. 2015, arXiv 1512.03385",
      options: NetworkOptions(classes: 10), inputSize: ImageSize(width: 32, height: 32),
      contract: { try .imageNet(resize: 32, crop: 32) }, defaultWeights: "resnet\(layers)_cifar10",
      builder: .network { CIFARResNet($0, depth: (layers - 2) / 6, classes: $1.classes) })
  }

  /// A classifier of ImageNet's 1,000 classes, with torchvision's weights of that version.
  private static func imageNet(
    _ id: String, _ family: String, _ summary: String, _ paper: String,
    options: NetworkOptions = NetworkOptions(classes: 1000), auxiliaryPrefixes: [String] = [], version: Int = 1,
    resize: Int = 256, crop: Int = 224, _ build: @escaping @Sendable (ParameterScope, NetworkOptions) -> any Network
  ) -> ModelEntry {
    ModelEntry(
      id: id, task: .classification, family: family, summary: summary, paper: paper, options: options,
      auxiliaryPrefixes: auxiliaryPrefixes, inputSize: ImageSize(width: crop, height: crop),
      contract: { try .imageNet(resize: resize, crop: crop) }, defaultWeights: "\(id)_imagenet1k_v\(version)",
      builder: .network(build))
  }
}
