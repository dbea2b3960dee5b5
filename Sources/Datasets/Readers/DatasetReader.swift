import Support

/// Opens data sets.
public enum DatasetReader {
  /// Opens a folder, an archive or an annotations file; the format is found out unless `options` names it.
  ///
  /// - Throws: `DatasetError`: `missing`, `unrecognized` with what was looked for, `damaged` and `refused` archives and
  ///   annotations, `setting` for a split or annotations that the set does not have.
  public static func open(_ path: String, options: DatasetOptions = DatasetOptions()) throws(DatasetError)
    -> any Dataset
  {
    let source = try FileSources.open(path, limits: options.archiveLimits)
    guard !source.files.isEmpty else { throw .unrecognized(file: path, fault: "there are no files in it") }
    let format: DatasetFormat
    if let named = options.format { format = named } else { format = try FormatDetection(source).format(path) }
    let whole: any Dataset =
      switch format {
      case .imageFolder: try ImageFolderReader.read(source)
      case .voc: try VOCReader.read(source)
      case .coco: try COCOReader.read(source, options)
      case .yolo: try YOLOReader.read(source, options)
      case .masks: try MaskFolderReader.read(source)
      case .idx: try IDXReader.read(source)
      case .cifar: try CIFARReader.read(source)
      case .csv: try CSVReader.read(source, options)
      case .photos: PhotosReader.read(source)
      }
    guard whole.count > 0 else {
      // What every picture was refused for says more.
      if let first = whole.faults.first { throw .damaged(file: first.file, fault: first.message) }
      throw .unrecognized(file: path, fault: "no pictures were found in it (read as \(format.rawValue))")
    }
    guard let split = options.split else { return whole }
    let indices = whole.indices(ofSplit: split)
    guard !indices.isEmpty else {
      let known = whole.splits
      throw .setting(
        "\(path) has no part '\(split)'; "
          + (known.isEmpty ? "it has no parts" : "it has \(known.joined(separator: ", "))"))
    }
    return SubsetDataset(whole, indices: indices)
  }
}
