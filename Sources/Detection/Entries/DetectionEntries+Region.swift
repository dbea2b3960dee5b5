import Imaging
import Models

extension DetectionEntries {
  /// Two-stage detectors: the R-CNN family.
  static let region: [ModelEntry] = [
    region("fasterrcnn_resnet50_fpn", .resNet50, "Faster R-CNN, ResNet-50 with a feature pyramid"),
    region(
      "fasterrcnn_resnet50_fpn_v2", .resNet50V2, "Faster R-CNN, ResNet-50 with a feature pyramid, improved",
      "Li et al. 2021, arXiv 2111.11429"),
    region("fasterrcnn_mobilenet_v3_large_fpn", .mobileNetV3Large, "Faster R-CNN, MobileNetV3-Large"),
    region(
      "fasterrcnn_mobilenet_v3_large_320_fpn", .mobileNetV3Large320, "Faster R-CNN, MobileNetV3-Large at 320 pixels",
      side: 320),
    region(
      "fasterrcnn_vgg16", .vgg16, "Faster R-CNN as in the paper: VGG-16 and RoI pooling", side: 600, weights: nil),
    region(
      "maskrcnn_resnet50_fpn", .maskResNet50, "Mask R-CNN: boxes and masks, ResNet-50 with a feature pyramid", mask),
    region(
      "maskrcnn_resnet50_fpn_v2", .maskResNet50V2,
      "Mask R-CNN: boxes and masks, ResNet-50 with a feature pyramid, improved", "Li et al. 2021, arXiv 2111.11429"),
    region(
      "keypointrcnn_resnet50_fpn", .keypointResNet50,
      "Keypoint R-CNN: persons and 17 of their joints, ResNet-50 with a feature pyramid", mask),
  ]

  private static let mask = "He et al. 2017, arXiv 1703.06870"

  private static func region(
    _ id: String, _ configuration: FasterRCNN.Configuration, _ summary: String,
    _ paper: String = "Ren et al. 2015, arXiv 1506.01497", side: Int = 800, weights: String? = "coco_v1"
  ) -> ModelEntry {
    ModelEntry(
      id: id, task: .detection, family: "R-CNN", summary: summary, paper: paper,
      options: NetworkOptions(classes: configuration.classes), inputSize: ImageSize(width: side, height: side),
      contract: { try InputContract(size: nil, fit: .none) }, defaultWeights: weights.map { "\(id)_\($0)" },
      builder: .network { scope, options in FasterRCNN(scope, configuration.with(options)) })
  }
}
