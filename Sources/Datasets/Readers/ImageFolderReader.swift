import Support

/// `SPLIT/CLASS/PICTURE` or `CLASS/PICTURE`: a class a folder, in the order of their names' bytes, as torchvision has it.
enum ImageFolderReader {
  static func read(_ source: any FileSource) throws(DatasetError) -> FileDataset {
    let pictures = source.files.filter(FileKind.isPicture)
    let folders = pictures.map { Array($0.utf8.split(separator: UInt8(ascii: "/")).dropLast()).map(Substring.init) }
    let root = commonFolders(folders)
    var faults = FaultList()
    var found: [(path: String, split: String?, name: String)] = []
    // Folders at the top are parts only where they are known names and have folders below them.
    let tops = Set(folders.compactMap { $0.dropFirst(root).first })
    let splits = Dictionary(uniqueKeysWithValues: tops.compactMap { top in SplitName.of(top).map { (top, $0) } })
    let hasSplits = !splits.isEmpty && folders.contains { $0.count >= root + 2 }
    for (path, folders) in zip(pictures, folders) {
      let folders = folders.dropFirst(root)
      let split = hasSplits ? folders.first.flatMap { splits[$0] } : nil
      guard let name = split == nil ? folders.first : folders.dropFirst().first else {
        faults.add("image.unlabelled", source.name(of: path), "a picture that lies in no class's folder")
        continue
      }
      found.append((path, split, String(name)))
    }
    let names = Set(found.map(\.name)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    let labels = Dictionary(uniqueKeysWithValues: zip(names, names.indices))
    var store = RecordStore()
    for (path, split, name) in found {
      var entry = RecordStore.Entry(image: path, split: split)
      entry.label = Int32(labels[name] ?? -1)
      store.entries.append(entry)
    }
    return FileDataset(
      source: source, format: .imageFolder, classes: names.map { DatasetClass(name: $0) }, store: store,
      faults: faults.finished(source.path))
  }

  /// How many folders all pictures share that only wrap the set: not a part's nor a lone class's.
  private static func commonFolders(_ paths: [[Substring]]) -> Int {
    guard var common = paths.first else { return 0 }
    for folders in paths where !folders.starts(with: common) {
      common = zip(common, folders).prefix { $0.0 == $0.1 }.map { $0.0 }
    }
    if let split = common.firstIndex(where: { SplitName.of($0) != nil }) { return split }
    // With one class only, its folder is the last of the common ones.
    let isOneClass = paths.allSatisfy { $0.count == common.count }
    return isOneClass ? max(common.count - 1, 0) : common.count
  }
}
