/// Names of the parts of a data set.
enum SplitName {
  private static let known = [
    "train": "train", "training": "train", "trn": "train", "val": "val", "valid": "val", "validation": "val",
    "dev": "val", "test": "test", "testing": "test", "trainval": "trainval",
  ]

  /// The part that a folder's or file's name stands for: `val2017` -> `val`, `trainannot` -> `train`; nil for others.
  static func of(_ name: some StringProtocol) -> String? {
    var text = name.lowercased()
    if let split = known[text] { return split }
    for suffix in ["annot", "_labels", "_masks", "_images", "masks", "images"] where text.hasSuffix(suffix) {
      text = String(text.dropLast(suffix.count))
    }
    while let last = text.last, last.isNumber || last == "_" || last == "-" { text.removeLast() }
    return known[text]
  }

  /// The part that a path's folders stand for, the innermost that does.
  static func ofPath(_ path: String) -> String? {
    for folder in path.split(separator: "/").dropLast().reversed() {
      if let split = of(folder) { return split }
    }
    return nil
  }
}
