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

  private static let darknet: [ModelEntry] = []
}
