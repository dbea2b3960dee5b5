import Imaging
import Support

/// Writes a set in one format, a picture at a time.
protocol DatasetWriter: AnyObject {
  func add(_ picture: WrittenPicture) throws(FileError)
  func finish() throws(FileError)
}

/// What writers must know of the whole set before the first picture.
struct ConversionHints {
  var imageIDs: Set<Int> = []
  var objectIDs: Set<Int> = []
  /// Whether there are objects and each has polygons.
  var allPolygons = false
  /// How many keypoints the objects have, where all that have some have as many; nil otherwise.
  var keypointCount: Int?
}

/// A picture on its way into another format.
struct WrittenPicture {
  let record: Record
  /// Its file name in the new set, unique as its stem is.
  let name: String
  let size: ImageSize
  /// Its objects, those left out that cannot be written.
  let objects: [ObjectAnnotation]
  let bytes: FileBytes
  let source: any FileSource

  var stem: String { Path.stem(of: name) }

  /// Copies the picture as it is.
  func copy(to path: String) throws(FileError) { try Self.write(bytes, to: path) }

  /// Copies Pascal VOC's masks as they are.
  func copyMasks(to folder: String) throws(FileError) {
    for (path, name) in [(record.classMask, "SegmentationClass"), (record.objectMask, "SegmentationObject")] {
      guard let path, let file = try? source.read(path) else { continue }
      try Folder.create(Path.join(folder, name))
      try Self.write(file, to: Path.join(folder, "\(name)/\(stem).png"))
    }
  }

  private static func write(_ bytes: FileBytes, to path: String) throws(FileError) {
    let file = try AtomicFile(path: path)
    try bytes.withBytes { buffer throws(FileError) in try file.write(buffer) }
    try file.commit()
  }
}
