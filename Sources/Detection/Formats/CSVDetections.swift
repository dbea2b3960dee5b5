import Support

/// A table of detections: `image,label,class,score,x1,y1,x2,y2`, quoted as RFC 4180 has it.
public final class CSVDetections {
  private let file: AtomicFile

  /// Starts the file with its header.
  public init(path: String) throws(FileError) {
    file = try AtomicFile(path: path)
    try file.write("image,label,class,score,x1,y1,x2,y2\n")
  }

  /// Appends the detections of one image.
  public func add(_ image: ImageDetections) throws(FileError) {
    for detection in image.detections {
      let box = detection.box
      let fields = [
        Self.quote(image.image), Self.quote(detection.label), "\(detection.classIndex)", "\(detection.score)",
        "\(box.x1)",
        "\(box.y1)", "\(box.x2)", "\(box.y2)",
      ]
      try file.write(fields.joined(separator: ",") + "\n")
    }
  }

  /// Gives the file its name.
  public func finish() throws(FileError) { try file.commit() }

  static func quote(_ field: String) -> String {
    guard field.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return field }
    return "\"" + field.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}
