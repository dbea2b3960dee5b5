import Imaging
import Models

/// The detection models of the catalog.
public enum DetectionEntries {
  /// All of them.
  public static let all: [ModelEntry] = yolox + darknet + oneStage + region

  /// Those that count the background as their first class and resize pictures within themselves: torchvision's.
  fileprivate static let torchvision = Set((oneStage + region).map(\.id))

  private static let yolox: [ModelEntry] = [
    ("nano", 416, .nano), ("tiny", 416, .tiny), ("s", 640, .small), ("m", 640, .medium), ("l", 640, .large),
    ("x", 640, .extraLarge),
  ].map { (name: String, side: Int, configuration: YOLOX.Configuration) in
    let size = ImageSize(width: side, height: side)
    return ModelEntry(
      id: "yolox_\(name)", task: .detection, family: "YOLOX",
      summary: "YOLOX-\(name), anchor-free one-stage detector", paper: "Ge et al. 2021, arXiv 2107.08430",
      options: NetworkOptions(classes: configuration.classes), inputSize: size, contract: { try .yolox(size) },
      defaultWeights: "yolox_\(name)",
      builder: .network { scope, options in
        var configuration = configuration
        configuration.classes = options.classes
        return YOLOX(scope, configuration)
      })
  }

  private static let darknet: [ModelEntry] = [
    ("yolov2", 80, 608, "YOLO v2", "Redmon and Farhadi 2016, arXiv 1612.08242"),
    ("yolov2_tiny_voc", 20, 416, "Tiny YOLO v2 for Pascal VOC", "Redmon and Farhadi 2016, arXiv 1612.08242"),
    ("yolov3", 80, 608, "YOLO v3", "Redmon and Farhadi 2018, arXiv 1804.02767"),
    ("yolov3_tiny", 80, 416, "Tiny YOLO v3", "Redmon and Farhadi 2018, arXiv 1804.02767"),
    ("yolov4", 80, 608, "YOLO v4", "Bochkovskiy et al. 2020, arXiv 2004.10934"),
    ("yolov4_tiny", 80, 416, "Tiny YOLO v4", "Bochkovskiy et al. 2020, arXiv 2004.10934"),
    ("yolo_fastest_1_1_xl", 80, 320, "Yolo-Fastest 1.1 XL, a very small YOLO v3", "dog-qiuqiu 2020"),
    ("mobilenetv2_yolov3_nano", 20, 320, "MobileNetV2-YOLOv3-Nano for Pascal VOC", "dog-qiuqiu 2020"),
  ].map { id, classes, side, summary, paper in
    ModelEntry(
      id: id, task: .detection, family: "darknet", summary: summary, paper: paper,
      options: NetworkOptions(classes: classes), inputSize: ImageSize(width: side, height: side),
      contract: { try .darknet(ImageSize(width: side, height: side)) }, defaultWeights: id, builder: .darknet)
  }
}

extension ModelEntry {
  /// Whether the first of its classes is the background, as torchvision's detectors count them, which also resize within themselves.
  package var countsBackground: Bool { DetectionEntries.torchvision.contains(id) }

  /// Whether its default boxes grow evenly from a smallest one that can be chosen.
  package var hasEvenBoxes: Bool { id == "ssdlite320_mobilenet_v3_large" }
}
