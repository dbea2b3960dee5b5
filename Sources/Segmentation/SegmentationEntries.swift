import Imaging
import Models
import NeuralNetwork

/// The segmentation models of the catalog.
public enum SegmentationEntries {
  /// All of them.
  public static let all: [ModelEntry] = torchvision + book + uNets

  private static let uNets: [ModelEntry] = [
    ModelEntry(
      id: "unet", task: .segmentation, family: "U-Net",
      summary: "U-Net, padded, with batch normalisation: 31 million parameters",
      paper: "Ronneberger et al. 2015, arXiv 1505.04597", options: NetworkOptions(classes: 2),
      inputSize: ImageSize(width: 256, height: 256), contract: { try InputContract(size: nil, fit: .none) },
      defaultWeights: nil, builder: .network { UNet($0, UNet.Configuration(classes: $1.classes)) }),
    ModelEntry(
      id: "unet_small", task: .segmentation, family: "U-Net",
      summary: "the same, narrow and a level deeper: 3.6 million parameters, for pictures of about 192 pixels",
      paper: "Ronneberger et al. 2015, arXiv 1505.04597", options: NetworkOptions(classes: 7),
      inputSize: ImageSize(width: 192, height: 192),
      contract: { try InputContract(size: nil, fit: .shortestSide(192)) },
      defaultWeights: nil, builder: .network { UNet($0, .small(classes: $1.classes)) }),
    ModelEntry(
      id: "unet_paper", task: .segmentation, family: "U-Net",
      summary: "U-Net as its paper has it: valid convolutions, grey input, 572 -> 388",
      paper: "Ronneberger et al. 2015, arXiv 1505.04597", options: NetworkOptions(classes: 2), channels: 1,
      inputSize: ImageSize(width: 572, height: 572),
      // The segmenter mirrors 92 pixels of context around it.
      contract: {
        try InputContract(size: ImageSize(width: 388, height: 388), fit: .stretch, channels: .gray)
      }, defaultWeights: nil, builder: .network { UNetPaper($0, UNetPaper.Configuration(classes: $1.classes)) }),
  ]

  /// torchvision's, for Pascal VOC's 20 classes and the background.
  private static let torchvision: [ModelEntry] = [
    dilated("fcn_resnet50", "FCN", "fully convolutional network over ResNet-50", fcnPaper) {
      DenseClassifier.fcn($0, $1) { .resNet($0, .resNet50) }
    },
    dilated("fcn_resnet101", "FCN", "fully convolutional network over ResNet-101", fcnPaper) {
      DenseClassifier.fcn($0, $1) { .resNet($0, .resNet101) }
    },
    dilated("deeplabv3_resnet50", "DeepLabV3", "DeepLabV3 over ResNet-50", deepLabPaper) {
      DenseClassifier.deepLabV3($0, $1) { .resNet($0, .resNet50) }
    },
    dilated("deeplabv3_resnet101", "DeepLabV3", "DeepLabV3 over ResNet-101", deepLabPaper) {
      DenseClassifier.deepLabV3($0, $1) { .resNet($0, .resNet101) }
    },
    dilated("deeplabv3_mobilenet_v3_large", "DeepLabV3", "DeepLabV3 over MobileNetV3-Large", deepLabPaper) {
      DenseClassifier.deepLabV3($0, $1) { .mobileNetV3Large($0) }
    },
    dilated(
      "lraspp_mobilenet_v3_large", "LR-ASPP", "lite reduced ASPP over MobileNetV3-Large: the smallest and fastest",
      "Howard et al. 2019, arXiv 1905.02244", hasAuxiliaryHead: false
    ) { LRASPP($0, classes: $1.classes) { .mobileNetV3Large($0) } },
  ]

  private static let fcnPaper = "Long et al. 2014, arXiv 1411.4038"
  private static let deepLabPaper = "Chen et al. 2017, arXiv 1706.05587"

  private static func dilated(
    _ id: String, _ family: String, _ summary: String, _ paper: String, hasAuxiliaryHead: Bool = true,
    build: @escaping @Sendable (ParameterScope, NetworkOptions) -> any Network
  ) -> ModelEntry {
    ModelEntry(
      id: id, task: .segmentation, family: family, summary: summary, paper: paper,
      options: NetworkOptions(classes: 21), auxiliaryPrefixes: hasAuxiliaryHead ? ["aux_classifier."] : [],
      inputSize: ImageSize(width: 520, height: 520), contract: { try imageNet(shortestSide: 520) },
      defaultWeights: "\(id)_coco_with_voc_labels_v1", builder: .network(build))
  }

  private static func imageNet(shortestSide side: Int) throws -> InputContract {
    try InputContract(
      size: nil, fit: .shortestSide(side), mean: [0.485, 0.456, 0.406], standardDeviation: [0.229, 0.224, 0.225])
  }

  /// As "Dive into Deep Learning" builds FCN.
  private static let book: [ModelEntry] = ["fcn32s", "fcn16s", "fcn8s"].enumerated().map { skips, id in
    ModelEntry(
      id: id, task: .segmentation, family: "FCN with transposed convolutions",
      summary: "FCN over ResNet-18, transposed convolutions, scores of \(skips + 1) stage\(skips > 0 ? "s" : "")",
      paper: "Long et al. 2014, arXiv 1411.4038; Zhang et al. 2021, arXiv 2106.11342",
      options: NetworkOptions(classes: 21), inputSize: ImageSize(width: 480, height: 320),
      contract: { try imageNet(shortestSide: 320) }, defaultWeights: nil,
      builder: .network { FCNWithSkips($0, classes: $1.classes, skips: skips) })
  }
}
