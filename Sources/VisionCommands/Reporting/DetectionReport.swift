import Detection
import Support

/// How a detection run's results read: a line an image, or JSON.
enum DetectionReport {
  static func text(_ image: String, _ written: DetectionRun.Written) -> String {
    let objects = written.detections.detections.map { "\($0.label) \(Shown.hundredths(Double($0.score)))" }
    let what = objects.isEmpty ? "no objects" : objects.joined(separator: ", ")
    return "\(image): \(what)" + (written.annotated.map { " -> \($0)" } ?? "")
  }

  static func fields(_ written: DetectionRun.Written, model: String) -> [(String, JSONValue)] {
    let detections = written.detections.detections.map { detection in
      var members: [(String, JSONValue)] = [
        ("label", .string(detection.label)), ("class", .int(detection.classIndex)), ("score", .float(detection.score)),
        ("box", .array([detection.box.x1, detection.box.y1, detection.box.x2, detection.box.y2].map(JSONValue.float))),
      ]
      if let mask = detection.mask { members.append(("mask", mask.json)) }
      if !detection.keypoints.isEmpty {
        let points = detection.keypoints.map { JSONValue.array([.float($0.x), .float($0.y), .float($0.score)]) }
        members.append(("keypoints", .array(points)))
      }
      return JSONValue.object(members)
    }
    return [
      ("width", .int(written.detections.width)), ("height", .int(written.detections.height)),
      ("model", .string(model)), ("detections", .array(detections)),
      ("annotated", written.annotated.map(JSONValue.string) ?? .null),
    ]
  }
}
