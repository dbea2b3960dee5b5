import Support

/// What a YOLO set says of itself: `data.yaml`, `classes.txt`, lists of pictures.
struct YOLODescription {
  /// Names by number, which may have gaps.
  private(set) var names: [Int: String] = [:]
  private(set) var skipsUnlabelled = false
  /// Where it is a set of poses.
  private(set) var keypoints: YOLOKeypoints?
  private var splitOfList: [String: String] = [:]

  /// Takes the description that lies nearest to the labels.
  init(_ source: any FileSource, near root: String) throws(DatasetError) {
    let yaml = source.files.filter { ["yaml", "yml"].contains(FileKind.ending($0)) }
    let best = yaml.filter { root.isEmpty || $0.hasPrefix(root) }.min { ($0.count, $0) < ($1.count, $1) } ?? yaml.first
    if let best {
      let description = SetDescription(try source.read(best).text)
      names = description.names
      skipsUnlabelled = description.values["skip_if_label_file_missing"]?.lowercased() == "true"
      if let shape = description.values["kpt_shape"] {
        guard let known = YOLOKeypoints(shape) else {
          throw .damaged(
            file: source.name(of: best), fault: "kpt_shape is not [points, 2] or [points, 3] of at most 1000 points")
        }
        keypoints = known
      }
      for split in ["train", "val", "test"] {
        guard let list = description.values[split], list.hasSuffix(".txt") else { continue }
        let path = source.files.first { Path.name(of: $0) == Path.name(of: list) }
        for line in try path.map({ file throws(DatasetError) in try source.read(file).text })?.split(
          whereSeparator: \.isNewline) ?? []
        {
          splitOfList[Path.name(of: String(line))] = split
        }
      }
    }
    guard names.isEmpty else { return }
    let lists = ["classes.txt", "obj.names", "predefined_classes.txt", "labels.txt"]
    guard let list = lists.lazy.compactMap({ name in source.files.first { Path.name(of: $0) == name } }).first else {
      return
    }
    for (id, name) in try source.read(list).text.split(whereSeparator: \.isNewline).enumerated() {
      names[id] = String(name)
    }
  }

  /// The part of a picture, where lists of pictures say it.
  func split(of image: String) -> String? { splitOfList[Path.name(of: image)] }
}
