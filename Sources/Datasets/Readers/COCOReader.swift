import Support

/// COCO's layout (Lin et al. 2014, arXiv 1405.0312): JSON files of images, annotations and categories.
enum COCOReader {
  /// Whether a file looks like COCO's annotations: by what stands in it, not by its name.
  static func isAnnotations(_ file: String, in source: any FileSource) -> Bool {
    guard FileKind.ending(file) == "json", Path.name(of: file) != Sidecar.fileName, let bytes = try? source.read(file)
    else { return false }
    return bytes.withBytes { bytes in
      var reader = JSONReader(bytes, file: file)
      guard reader.peek() == UInt8(ascii: "{") else { return false }
      // Large files hold the lists anywhere; their names do not stand in other JSON at this level of a data set.
      let head = String(decoding: bytes.prefix(1 << 16), as: UTF8.self)
      if head.contains("\"images\"") || head.contains("\"annotations\"") || head.contains("\"categories\"") {
        return true
      }
      var keys: Set<String> = []
      try? reader.object { reader, key throws(DatasetError) in
        keys.insert(key.text)
        try reader.skip()
      }
      return keys.contains("images") && (keys.contains("annotations") || keys.contains("categories"))
    }
  }

  static func read(_ source: any FileSource, _ options: DatasetOptions) throws(DatasetError) -> FileDataset {
    var files = source.files.filter { FileKind.ending($0) == "json" && Path.name(of: $0) != Sidecar.fileName }
    if let wanted = options.annotations {
      files = files.filter { $0 == wanted || Path.name(of: $0) == wanted || $0.hasPrefix(wanted + "/") }
      guard !files.isEmpty else { throw .setting("\(source.path) has no annotations '\(wanted)'") }
    } else {
      files = files.filter { isAnnotations($0, in: source) }
      // The sets of the publishers hold captions and keypoints of the same pictures beside the instances.
      let instances = files.filter { Path.name(of: $0).hasPrefix("instances") }
      if !instances.isEmpty { files = instances }
    }
    guard !files.isEmpty else {
      throw .unrecognized(file: source.path, fault: "no JSON file with COCO's images and annotations")
    }
    var parser = COCOParser(source: source, hasSplits: files.count > 1)
    for file in files { try parser.read(file) }
    return parser.finish(
      notes: options.annotations == nil && files.count > 1 ? ["annotations: \(files.joined(separator: ", "))"] : [])
  }

  /// The part that a file of annotations is about: the last word of its name that is one.
  static func split(of file: String) -> String? {
    let words = Path.stem(of: file).split { $0 == "_" || $0 == "-" || $0 == "." }
    return words.reversed().compactMap { SplitName.of($0) }.first ?? SplitName.ofPath(file)
  }
}
