import Imaging
import Models

extension DetectionEntries {
  /// One-stage detectors over anchors or points: SSD, RetinaNet, FCOS.
  static let oneStage: [ModelEntry] = [
    oneStage(
      "ssd300_vgg16", "SSD", "SSD300 over VGG-16", "Liu et al. 2015, arXiv 1512.02325", side: 300,
      .network { SSD($0, .vgg16.with($1)) }),
    oneStage(
      "ssdlite320_mobilenet_v3_large", "SSD", "SSDLite over MobileNetV3-large", "Howard et al. 2019, arXiv 1905.02244",
      side: 320, .network { SSD($0, .lite.with($1)) }),
    oneStage(
      "retinanet_resnet50_fpn", "RetinaNet", "RetinaNet over ResNet-50 with a feature pyramid",
      "Lin et al. 2017, arXiv 1708.02002", side: 800, .network { RetinaNet($0, .resNet50.with($1)) }),
    oneStage(
      "retinanet_resnet50_fpn_v2", "RetinaNet", "RetinaNet over ResNet-50 with a feature pyramid, improved",
      "Zhang et al. 2019, arXiv 1912.02424", side: 800, .network { RetinaNet($0, .resNet50v2.with($1)) }),
    oneStage(
      "fcos_resnet50_fpn", "FCOS", "FCOS over ResNet-50 with a feature pyramid, without anchors",
      "Tian et al. 2019, arXiv 1904.01355", side: 800,
      .network { FCOS($0, classes: $1.classes, epsilon: $1.normEpsilon ?? 1e-5, side: $1.imageSize) }),
  ]

  /// The networks normalise and resize within themselves.
  private static func oneStage(
    _ id: String, _ family: String, _ summary: String, _ paper: String, side: Int, _ builder: ModelEntry.Builder
  ) -> ModelEntry {
    ModelEntry(
      id: id, task: .detection, family: family, summary: summary, paper: paper, options: NetworkOptions(classes: 91),
      inputSize: ImageSize(width: side, height: side),
      contract: { try InputContract(size: nil, fit: .none) },
      defaultWeights: id + "_coco_v1", builder: builder)
  }
}
