import Imaging
import Support

extension Item {
  /// A line for people: what was found, and the files that were written.
  public var line: String {
    if let fields, fields.contains("embedding"), let embedding {
      return ([name] + embedding.map { "\($0)" }).joined(separator: "\t")
    }
    func shows(_ field: String) -> Bool { fields?.contains(field) ?? true }
    var what: [String] = []
    if let objects, shows("detections") {
      what.append(objects.isEmpty ? "no objects" : objects.map(Self.text).joined(separator: ", "))
    }
    if let classes, shows("predictions") {
      what.append(classes.map { "\($0.label) \(Self.percentage(Double($0.score)))" }.joined(separator: ", "))
    }
    if let classMap, shows("classes") { what.append(Self.shares(classMap, mapLabels)) }
    if what.isEmpty, fields == nil {
      if let embedding { what.append("\(embedding.count) features") }
      if let size = image?.size ?? size { what.append("\(size)") }
    }
    what += facts.compactMap { fact in
      switch fact.1 {
      case .null, .array, .object: return nil
      default: break
      }
      guard shows(fact.0) else { return nil }
      return objects == nil && classes == nil && nameKey == "image" && outputs.count == 1
        ? nil : "\(fact.0) \(Self.plain(fact.1))"
    }
    let files = outputs.filter { shows($0.0) }.reversed().map { $0.1 }.joined(separator: ", ")
    let head = parts.isEmpty ? name : "\(name) #\(parts.map { "\($0)" }.joined(separator: "."))"
    let text = what.isEmpty ? head : "\(head): \(what.joined(separator: "; "))"
    return files.isEmpty ? text : text + " -> " + files
  }

  private static func text(_ object: Object) -> String {
    var text = "\(object.detection.label) \(hundredths(Double(object.detection.score)))"
    if let track = object.track { text += " #\(track)" }
    if let best = object.classes?.first { text += " (\(best.label) \(percentage(Double(best.score))))" }
    return text
  }

  private static func shares(_ map: ClassMap, _ labels: [String]) -> String {
    let total = Double(map.width) * Double(map.height)
    let regions = map.pixelCounts.enumerated().filter { $0.element > 0 }.sorted {
      ($0.element, $1.offset) > ($1.element, $0.offset)
    }
    return regions.map { index, pixels in
      "\(labels.indices.contains(index) ? labels[index] : "class \(index)") \(percentage(Double(pixels) / total))"
    }.joined(separator: ", ")
  }

  private static func plain(_ value: JSONValue) -> String {
    switch value {
    case .string(let text): text
    case .object(let members): members.map { "\($0.0) \(plain($0.1))" }.joined(separator: ", ")
    default: value.text
    }
  }

  private static func hundredths(_ value: Double) -> String {
    let value = Int((min(max(value, 0), 1e12) * 100).rounded())
    return "\(value / 100).\(value % 100 < 10 ? "0" : "")\(value % 100)"
  }

  private static func percentage(_ share: Double) -> String {
    let tenths = Int((min(max(share, 0), 1) * 1000).rounded())
    return "\(tenths / 10).\(tenths % 10)%"
  }
}
