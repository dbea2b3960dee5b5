import Support

/// A class of a data set, with what its format says beside the name.
public struct DatasetClass: Sendable, Hashable {
  /// Its name.
  public var name: String
  /// COCO's category id, which may have gaps.
  public var categoryID: Int?
  /// Its number in a YOLO set, which may have gaps.
  public var yoloID: Int?
  /// COCO's group of classes.
  public var supercategory: String?
  /// Names of the keypoints.
  public var keypoints: [String]?
  /// COCO's lines between keypoints, from 1.
  public var skeleton: [[Int]]?

  /// A class.
  public init(
    name: String, categoryID: Int? = nil, yoloID: Int? = nil, supercategory: String? = nil, keypoints: [String]? = nil,
    skeleton: [[Int]]? = nil
  ) {
    self.name = name
    self.categoryID = categoryID
    self.yoloID = yoloID
    self.supercategory = supercategory
    self.keypoints = keypoints
    self.skeleton = skeleton
  }
}

extension DatasetClass {
  /// Reads one of COCO's categories.
  init(_ reader: inout JSONReader) throws(DatasetError) {
    self.init(name: "")
    try reader.object { reader, key throws(DatasetError) in
      switch key {
      case "id": categoryID = try reader.integer()
      case "name": name = try reader.string()
      case "yolo_id": yoloID = try reader.integer()
      case "supercategory" where reader.peek() == UInt8(ascii: "\""): supercategory = try reader.string()
      case "keypoints":
        var names: [String] = []
        try reader.array { reader throws(DatasetError) in names.append(try reader.string()) }
        keypoints = names
      case "skeleton":
        var lines: [[Int]] = []
        try reader.array { reader throws(DatasetError) in
          lines.append(try reader.numbers().compactMap { Int(exactly: $0) })
        }
        skeleton = lines
      default: try reader.skip()
      }
    }
  }

  /// As one of COCO's categories.
  func json(id: Int?) -> JSONValue {
    var members: [(String, JSONValue)] = []
    if let id { members.append(("id", .int(id))) }
    members.append(("name", .string(name)))
    if let supercategory { members.append(("supercategory", .string(supercategory))) }
    if let yoloID { members.append(("yolo_id", .int(yoloID))) }
    if let keypoints { members.append(("keypoints", .array(keypoints.map(JSONValue.string)))) }
    if let skeleton { members.append(("skeleton", .array(skeleton.map { .array($0.map(JSONValue.int)) }))) }
    return .object(members)
  }
}

/// Classes while a data set is read: names to labels.
struct ClassList {
  private(set) var classes: [DatasetClass] = []
  private var byName: [String: Int] = [:]

  init() {}
  init(names: [String]) { for name in names { _ = add(DatasetClass(name: name)) } }

  /// The label of a name; nil where there is none.
  func label(of name: String) -> Int? { byName[name] }

  /// The label of a class, which is new where its name is.
  mutating func add(_ entry: DatasetClass) -> Int {
    if let label = byName[entry.name] { return label }
    byName[entry.name] = classes.count
    classes.append(entry)
    return classes.count - 1
  }
}
