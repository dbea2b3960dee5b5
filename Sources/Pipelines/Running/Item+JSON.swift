import Classification
import Detection
import Imaging
import Support

extension Item {
  /// What results say of it, in the order of the command line's contract.
  public var record: [(String, JSONValue)] {
    var record: [(String, JSONValue)] = [(nameKey, .string(name))]
    if let part = parts.last { record.append(("part", .int(part))) }
    if let cut { record += [("object", .int(cut.object)), ("box", cut.box.json)] }
    if let size = image?.size ?? size { record += [("width", .int(size.width)), ("height", .int(size.height))] }
    if models.count == 1 {
      record.append(("model", .string(models[0].model)))
    } else if !models.isEmpty {
      record.append(("models", .object(models.map { ($0.stage, .string($0.model)) })))
    }
    if let truth, let label = truth.label {
      record.append(("truth", .string(truth.labels.indices.contains(label) ? truth.labels[label] : "class \(label)")))
    }
    if let classes { record.append(("predictions", .array(classes.map(\.json)))) }
    if let objects { record.append(("detections", .array(objects.map(\.json)))) }
    if let embedding { record.append(("embedding", .array(embedding.map(JSONValue.float)))) }
    record += outputs.map { ($0.0, .string($0.1)) }
    if let classMap { record.append(("classes", classMap.json(labels: mapLabels))) }
    record += facts
    guard let fields else { return record }
    return record.filter { $0.0 == nameKey || fields.contains($0.0) }
  }
}

extension Box {
  /// `[x1, y1, x2, y2]`.
  package var json: JSONValue { .array([x1, y1, x2, y2].map(JSONValue.float)) }
}

extension Prediction {
  /// `{label, class, score}`.
  package var json: JSONValue {
    .object([("label", .string(label)), ("class", .int(classIndex)), ("score", .float(score))])
  }
}

extension Item.Object {
  var json: JSONValue {
    var members: [(String, JSONValue)] = [
      ("label", .string(detection.label)), ("class", .int(detection.classIndex)), ("score", .float(detection.score)),
      ("box", detection.box.json),
    ]
    if let mask = detection.mask { members.append(("mask", mask.json)) }
    if !detection.keypoints.isEmpty {
      let points = detection.keypoints.map { JSONValue.array([.float($0.x), .float($0.y), .float($0.score)]) }
      members.append(("keypoints", .array(points)))
    }
    if let track { members.append(("track", .int(track))) }
    if let classes { members.append(("predictions", .array(classes.map(\.json)))) }
    return .object(members)
  }
}

extension ClassMap {
  /// The classes that are there, by index, with their pixels.
  func json(labels: [String]) -> JSONValue {
    let total = Double(width) * Double(height)
    return .array(
      pixelCounts.enumerated().filter { $0.element > 0 }.map { index, pixels in
        .object([
          ("label", .string(labels.indices.contains(index) ? labels[index] : "class \(index)")), ("class", .int(index)),
          ("pixels", .int(pixels)), ("fraction", .float(Float(Double(pixels) / total))),
        ])
      })
  }
}
