/// Reads YOLO's label files, collecting the classes that the set's description does not name.
struct YOLOParser {
  var faults = FaultList()
  private var names: [Int: String]
  private let isNamed: Bool
  private let sidecar: Sidecar?
  private let keypoints: YOLOKeypoints?
  private static let largestClass = 1_000_000

  init(description: YOLODescription, sidecar: Sidecar?) {
    names = description.names
    isNamed = !description.names.isEmpty
    self.sidecar = sidecar
    keypoints = description.keypoints
  }

  /// The objects of a file, their labels still YOLO's numbers, boxes in fractions.
  mutating func read(_ file: FileBytes, name: String) -> [ObjectAnnotation] {
    var objects: [ObjectAnnotation] = []
    file.withBytes { bytes in
      for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
        let fields = line.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D }
        guard !fields.isEmpty else { continue }
        let numbers = fields.compactMap { Double(String(decoding: $0, as: UTF8.self)) }
        guard numbers.count == fields.count, let object = object(numbers, name, line: index + 1) else {
          if numbers.count != fields.count {
            faults.add("annotation.damaged", name, "line \(index + 1) holds something that is no number")
          }
          continue
        }
        objects.append(object)
      }
    }
    return objects
  }

  private mutating func object(_ numbers: [Double], _ file: String, line: Int) -> ObjectAnnotation? {
    guard let id = Int(exactly: numbers[0]), (0..<Self.largestClass).contains(id) else {
      faults.add("label.unknown", file, "line \(line): \(numbers[0]) is no class")
      return nil
    }
    if names[id] == nil {
      if isNamed {
        faults.add("label.unknown", file, "line \(line): class \(id) is not named (\(names.count) classes are)")
        return nil
      }
      names[id] = "class \(id)"
    }
    if let keypoints { return pose(numbers, keypoints, id, file, line: line) }
    if numbers.count == 5 || numbers.count == 6 {
      // A sixth number is the confidence of a detection.
      return ObjectAnnotation(x: numbers[1], y: numbers[2], width: numbers[3], height: numbers[4], label: id)
    }
    guard numbers.count >= 7, numbers.count.isMultiple(of: 2) == false else {
      faults.add(
        "annotation.damaged", file,
        "line \(line) has \(numbers.count) numbers (expected 5 of a box, or a class and at least 3 points)")
      return nil
    }
    guard numbers.allSatisfy({ abs($0) < 100 }) else {
      faults.add("box.not_finite", file, "line \(line): a polygon with a coordinate that is no fraction of a picture")
      return nil
    }
    let details = ObjectDetails(segmentation: .polygons([Array(numbers.dropFirst())]))
    return ObjectAnnotation(x: 0, y: 0, width: 0, height: 0, label: id, details: details)
  }

  private mutating func pose(
    _ numbers: [Double], _ keypoints: YOLOKeypoints, _ id: Int, _ file: String, line: Int
  ) -> ObjectAnnotation? {
    guard numbers.count == keypoints.lineLength else {
      faults.add(
        "annotation.damaged", file,
        "line \(line) has \(numbers.count) numbers (expected \(keypoints.lineLength): a box and \(keypoints.count) keypoints)"
      )
      return nil
    }
    guard numbers.dropFirst(5).allSatisfy({ abs($0) < 100 }) else {
      faults.add("keypoint.not_finite", file, "line \(line): a keypoint that is no fraction of a picture")
      return nil
    }
    return ObjectAnnotation(
      x: numbers[1], y: numbers[2], width: numbers[3], height: numbers[4], label: id,
      details: ObjectDetails(keypoints: keypoints.triples(numbers[5...])))
  }

  /// The classes in the order of their numbers; the objects' labels become places in that list.
  func finish(_ store: inout RecordStore) -> [DatasetClass] {
    let ids = names.keys.sorted()
    let places = Dictionary(uniqueKeysWithValues: zip(ids, ids.indices))
    store.objects.relabel { _, id in places[id] ?? 0 }
    let known = Dictionary((sidecar?.classes ?? []).map { ($0.name, $0) }) { first, _ in first }
    return ids.map { id in
      let name = names[id] ?? ""
      var entry = known[name] ?? DatasetClass(name: name)
      entry.yoloID = id
      if let keypoints, known[name] == nil {
        entry.keypoints = (1...keypoints.count).map { "keypoint \($0)" }
      }
      return entry
    }
  }
}
