import Models

/// The detection models of the catalog.
public enum DetectionEntries {
  /// All of them.
  public static let all: [ModelEntry] = yolox + darknet

  private static let yolox: [ModelEntry] = [
    ("nano", .nano), ("tiny", .tiny), ("s", .small), ("m", .medium), ("l", .large), ("x", .extraLarge),
  ].map { (name: String, configuration: YOLOX.Configuration) in
    ModelEntry(
      id: "yolox_\(name)", task: .detection, family: "YOLOX",
      summary: "YOLOX-\(name), anchor-free one-stage detector (Ge et al. 2021, arXiv 2107.08430)",
      classes: configuration.classes,
      builder: .network { scope, classes in
        var configuration = configuration
        configuration.classes = classes
        return YOLOX(scope, configuration)
      })
  }

  private static let darknet: [ModelEntry] = [
    ("yolov2", 80, "YOLO v2 (Redmon and Farhadi 2016, arXiv 1612.08242)"),
    ("yolov2_tiny_voc", 20, "Tiny YOLO v2 for Pascal VOC (Redmon and Farhadi 2016, arXiv 1612.08242)"),
    ("yolov3", 80, "YOLO v3 (Redmon and Farhadi 2018, arXiv 1804.02767)"),
    ("yolov3_tiny", 80, "Tiny YOLO v3 (Redmon and Farhadi 2018, arXiv 1804.02767)"),
    ("yolov4", 80, "YOLO v4 (Bochkovskiy et al. 2020, arXiv 2004.10934)"),
    ("yolov4_tiny", 80, "Tiny YOLO v4 (Bochkovskiy et al. 2020, arXiv 2004.10934)"),
    ("yolo_fastest_1_1_xl", 80, "Yolo-Fastest 1.1 XL, a very small YOLO v3 (dog-qiuqiu 2020)"),
    ("mobilenetv2_yolov3_nano", 20, "MobileNetV2-YOLOv3-Nano for Pascal VOC (dog-qiuqiu 2020)"),
  ].map { ModelEntry(id: $0, task: .detection, family: "darknet", summary: $2, classes: $1, builder: .darknet) }
}
