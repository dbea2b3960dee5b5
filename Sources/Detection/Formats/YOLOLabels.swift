/// YOLO's text format: `class centre-x centre-y width height score` a line, coordinates as fractions of the picture, boxes cut
/// at its edges. The score is a sixth column, as ultralytics writes it with `save_conf`.
public enum YOLOLabels {
  /// The lines for one image.
  public static func text(_ image: ImageDetections) -> String {
    let width = Float(image.width), height = Float(image.height)
    return image.detections.map { detection in
      let box = detection.box.clipped(width: width, height: height)
      let numbers = [
        (box.x1 + box.x2) / 2 / width, (box.y1 + box.y2) / 2 / height, (box.x2 - box.x1) / width,
        (box.y2 - box.y1) / height,
        detection.score,
      ]
      return "\(detection.classIndex) " + numbers.map { "\($0)" }.joined(separator: " ") + "\n"
    }.joined()
  }
}
