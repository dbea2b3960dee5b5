/// Pascal VOC's annotation of one image, as XML. Boxes are cut at the picture's edges and count pixels from 1, as VOC's do.
public enum VOCAnnotation {
  /// The XML text.
  public static func text(_ image: ImageDetections, file name: String) -> String {
    var lines = [
      "<annotation>", "  <filename>\(escape(name))</filename>",
      "  <size><width>\(image.width)</width><height>\(image.height)</height><depth>3</depth></size>",
      "  <segmented>0</segmented>",
    ]
    for detection in image.detections {
      let box = detection.box.clipped(width: Float(image.width), height: Float(image.height))
      func pixel(_ edge: Float, _ limit: Int) -> Int { min(max(Int(edge.rounded()), 1), limit) }
      lines += [
        "  <object>", "    <name>\(escape(detection.label))</name>", "    <pose>Unspecified</pose>",
        "    <truncated>\(box == detection.box ? 0 : 1)</truncated>", "    <difficult>0</difficult>",
        "    <confidence>\(detection.score)</confidence>",
        "    <bndbox><xmin>\(pixel(box.x1 + 1, image.width))</xmin><ymin>\(pixel(box.y1 + 1, image.height))</ymin>"
          + "<xmax>\(pixel(box.x2, image.width))</xmax><ymax>\(pixel(box.y2, image.height))</ymax></bndbox>",
        "  </object>",
      ]
    }
    return (lines + ["</annotation>"]).joined(separator: "\n") + "\n"
  }

  private static func escape(_ text: String) -> String {
    var escaped = ""
    for character in text {
      switch character {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      default: escaped.append(character)
      }
    }
    return escaped
  }
}
