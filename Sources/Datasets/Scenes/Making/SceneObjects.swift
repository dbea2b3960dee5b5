import Imaging

/// The objects of a rendering: what of each is seen.
struct SceneObjects {
  private(set) var objects: [ObjectAnnotation] = []
  private let width: Int, height: Int
  /// For each pixel, the place of its object among `objects` plus 1; 0 for all else.
  private var numbers: [UInt8]

  /// Keeps bodies with a class of which at least a hundredth and about 40 pixels (fewer in small pictures) are seen.
  init(_ scene: Scene, _ rendering: Rendering) throws(ImageError) {
    (width, height) = (rendering.width, rendering.height)
    var pixels = [Int](repeating: 0, count: scene.bodies.count)
    for body in rendering.bodies where body >= 0 { pixels[Int(body)] += 1 }
    let least = min(40, max(width * height / 400, 4))
    numbers = [UInt8](repeating: 0, count: width * height)
    var numberOf = [UInt8](repeating: 0, count: scene.bodies.count)
    for (index, body) in scene.bodies.enumerated() where body.label >= 0 && objects.count < 253 {
      let part = Double(rendering.seen[index]) / Double(max(rendering.touched[index], 1))
      guard pixels[index] >= least, part >= 0.01 else { continue }
      let mask = try Mask(
        width: width, height: height, pixels: rendering.bodies.map { Int($0) == index ? 1 : 0 })
      guard let box = mask.boundingBox else { continue }
      let details = ObjectDetails(
        segmentation: .compressed(width: width, height: height, counts: mask.compressedCounts),
        area: Double(mask.area), isOccluded: part < 0.95)
      let touchesEdge = box.x1 <= 0 || box.y1 <= 0 || Int(box.x2) >= width || Int(box.y2) >= height
      objects.append(
        ObjectAnnotation(
          x: Double(box.x1), y: Double(box.y1), width: Double(box.width), height: Double(box.height), label: body.label,
          isDifficult: part < 0.2, isTruncated: touchesEdge, details: details))
      numberOf[index] = UInt8(objects.count)
    }
    for (place, body) in rendering.bodies.enumerated() where body >= 0 { numbers[place] = numberOf[Int(body)] }
  }

  /// Objects by their place plus 1.
  func objectMap() throws(ImageError) -> ClassMap { try ClassMap(width: width, height: height, classes: numbers) }

  /// Classes: 0 is the background, label `i` is `i + 1`.
  func classMap(labels: Int) throws(ImageError) -> ClassMap {
    let classOf = [0] + objects.map { UInt8(min(max($0.label, 0), labels - 1) + 1) }
    return try ClassMap(width: width, height: height, classes: numbers.map { classOf[Int($0)] })
  }
}

/// Distances as a safetensors file of one tensor, `depth`, `[height, width]`.
enum DepthFile {
  static func bytes(_ rendering: Rendering) -> [UInt8] {
    let size = rendering.depth.count * 4
    var header =
      "{\"depth\":{\"dtype\":\"F32\",\"shape\":[\(rendering.height),\(rendering.width)],\"data_offsets\":[0,\(size)]}}"
    header += String(repeating: " ", count: (8 - header.utf8.count % 8) % 8)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(8 + header.utf8.count + size)
    withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { bytes += $0 }
    bytes += header.utf8
    for value in rendering.depth { withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 } }
    return bytes
  }
}
