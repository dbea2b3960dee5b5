import Imaging
import Support

/// Pascal VOC's layout (Everingham et al. 2010): an XML file a picture, lists of parts, PNGs of classes and objects.
///
/// Boxes count pixels from 1 with both ends inside, so `xmin` 1 and `xmax` W are the whole width.
enum VOCReader {
  static func read(_ source: any FileSource) throws(DatasetError) -> FileDataset {
    let files = source.files
    let annotations = files.filter {
      FileKind.ending($0) == "xml" && !FileKind.hasFolder($0, ["imagesets"])
    }
    let pictures = files.filter {
      FileKind.isPicture($0) && !FileKind.hasFolder($0, ["segmentationclass", "segmentationobject"])
    }
    let images = PathIndex(pictures)
    func index(_ folder: String) -> [String: String] {
      Dictionary(files.filter { FileKind.hasFolder($0, [folder]) }.map { (Path.stem(of: $0), $0) }) { first, _ in first
      }
    }
    let classMasks = index("segmentationclass"), objectMasks = index("segmentationobject")
    let splits = try VOCSplits(source)
    let sidecar = try Sidecar.read(source)
    var parser = VOCParser(classes: sidecar?.classes ?? [])
    var store = RecordStore()
    var seen: Set<String> = []
    for path in annotations {
      let name = source.name(of: path)
      let file: FileBytes
      let annotation: VOCParser.Annotation?
      do throws(DatasetError) {
        file = try source.read(path)
        annotation = try file.withBytes { bytes throws(DatasetError) in try parser.parse(bytes, file: name) }
      } catch {
        parser.faults.add(
          error.code == "dataset.refused" ? "annotation.refused" : "annotation.damaged", name, error.fault)
        continue
      }
      guard let annotation else { continue }
      let stem = Path.stem(of: path)
      guard let image = images.nearest(to: annotation.file ?? path) ?? images.nearest(to: path) else {
        parser.faults.add("image.missing", name, "there is no picture \(EntryName.printable(annotation.file ?? stem))")
        continue
      }
      guard seen.insert(image).inserted else {
        parser.faults.add("image.duplicate", name, "a second annotation of \(EntryName.printable(image))")
        continue
      }
      var entry = RecordStore.Entry(image: image, split: splits.split(of: stem) ?? SplitName.ofPath(image))
      entry.id = sidecar?.imageID(image)
      (entry.width, entry.height) = (annotation.width, annotation.height)
      (entry.classMask, entry.objectMask) = (classMasks[stem], objectMasks[stem])
      store.add(entry, objects: annotation.objects)
      store.keep(sidecar?.objects(of: image, annotation: file))
    }
    for image in pictures where !seen.contains(image) {
      let stem = Path.stem(of: image)
      var entry = RecordStore.Entry(image: image, split: splits.split(of: stem) ?? SplitName.ofPath(image))
      (entry.classMask, entry.objectMask) = (classMasks[stem], objectMasks[stem])
      store.add(entry, objects: nil)
    }
    guard parser.faults.faults.count < annotations.count || !store.entries.isEmpty else {
      throw .unrecognized(
        file: source.path, fault: parser.faults.faults.first?.description ?? "no Pascal VOC annotations")
    }
    return parser.finish(source, &store, isSorted: sidecar == nil)
  }
}

/// The lists of `ImageSets`.
struct VOCSplits {
  private var byStem: [String: String] = [:]

  init(_ source: any FileSource) throws(DatasetError) {
    // Main is for detection; a set for segmentation alone may have only its own. `trainval` is train and val together.
    for folder in ["main", "segmentation"] {
      for split in ["train", "val", "test", "trainval"] {
        let list = source.files.first {
          FileKind.hasFolder($0, ["imagesets"]) && Path.name(of: Path.parent(of: $0)).lowercased() == folder
            && Path.name(of: $0) == split + ".txt"
        }
        guard let list else { continue }
        for line in try source.read(list).text.split(whereSeparator: \.isNewline) {
          guard let stem = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).first else { continue }
          if byStem[String(stem)] == nil { byStem[String(stem)] = split }
        }
      }
    }
  }

  func split(of stem: String) -> String? { byStem[stem] }
}
