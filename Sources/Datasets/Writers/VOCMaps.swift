import Imaging
import Support

/// Pascal VOC's two maps of a picture, made of its objects' outlines: which object a pixel is of (1 for the first), and which class.
///
/// Objects overwrite those before them; groups (COCO's crowds) are 255, which is neither learnt nor counted.
struct VOCMaps {
  private let size: ImageSize
  private var objects: [UInt8]
  private var classes: [UInt8]

  /// The maps; nil where no object has an outline, or where a byte cannot count them.
  init?(_ picture: WrittenPicture) {
    guard picture.objects.count < 255, picture.objects.contains(where: { $0.details?.segmentation != nil }),
      picture.objects.allSatisfy({ (0..<254).contains($0.label) })
    else { return nil }
    size = picture.size
    objects = [UInt8](repeating: 0, count: size.width * size.height)
    classes = objects
    // Groups lie below single objects.
    for isCrowd in [true, false] {
      for (place, object) in picture.objects.enumerated() where object.isCrowd == isCrowd {
        // An outline of another size is the doctor's business; it stays in the sidecar as it is.
        guard let mask = try? object.details?.segmentation?.mask(width: size.width, height: size.height) else {
          continue
        }
        paint(mask, object: isCrowd ? 255 : UInt8(place + 1), label: isCrowd ? 255 : UInt8(object.label + 1))
      }
    }
  }

  private mutating func paint(_ mask: Mask, object: UInt8, label: UInt8) {
    for (index, value) in mask.pixels.enumerated() where value != 0 {
      objects[index] = object
      classes[index] = label
    }
  }

  /// Writes `SegmentationObject` and, where wanted, `SegmentationClass`.
  func write(to folder: String, stem: String, withClasses: Bool) throws(FileError) {
    for (name, values) in [("SegmentationObject", objects)] + (withClasses ? [("SegmentationClass", classes)] : []) {
      // The maps are of a picture's size, which PNG takes.
      guard let map = try? ClassMap(width: size.width, height: size.height, classes: values),
        let bytes = try? map.indexedImage.pngData()
      else { continue }
      try Folder.create(Path.join(folder, name))
      try AtomicFile.write(bytes, to: Path.join(folder, "\(name)/\(stem).png"))
    }
  }
}
