import Support

/// Finds out how a data set is laid out, by the names of its files and the first bytes of a few.
struct FormatDetection {
  private let source: any FileSource

  init(_ source: any FileSource) { self.source = source }

  /// The format. Throws `unrecognized` with what was looked for.
  func format(_ path: String) throws(DatasetError) -> DatasetFormat {
    let files = source.files
    let endings = Set(files.map(FileKind.ending))
    if files.contains(where: IDXReader.isImages) { return .idx }
    if files.contains(where: CIFARReader.isBatch) { return .cifar }
    if endings.contains("xml"), files.contains(where: isVOC) { return .voc }
    if endings.contains("json"), files.contains(where: { COCOReader.isAnnotations($0, in: source) }) { return .coco }
    let hasNames =
      endings.contains("yaml") || endings.contains("yml") || files.contains { Path.name(of: $0) == "classes.txt" }
    if endings.contains("txt"), hasNames || files.contains(where: { FileKind.hasFolder($0, ["labels"]) }),
      files.contains(where: { YOLOReader.isLabels($0, in: source) })
    {
      return .yolo
    }
    if MaskFolderReader.hasMasks(source) { return .masks }
    if files.contains(where: { FileKind.ending($0) == "csv" && !$0.contains("/") })
      || files.count == 1 && endings == ["csv"]
    {
      return .csv
    }
    if files.contains(where: { FileKind.isPicture($0) && $0.contains("/") }) { return .imageFolder }
    throw .unrecognized(
      file: path,
      fault:
        "no known kind of data set (expected an ImageFolder, Pascal VOC, COCO, YOLO, mask folders, IDX, CIFAR or a CSV "
        + "list; found \(files.count) files such as \(EntryName.printable(files[0]))); name its kind with --format")
  }

  private func isVOC(_ file: String) -> Bool {
    guard FileKind.ending(file) == "xml" else { return false }
    return FileKind.hasFolder(file, ["annotations"]) || (try? source.read(file))?.text.contains("<annotation") == true
  }
}
