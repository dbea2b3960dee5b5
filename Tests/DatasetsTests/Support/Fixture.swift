import Datasets
import Foundation
import Imaging

/// A folder of a test's own, with the small files that data sets are made of.
final class Fixture {
  let path: String

  init() {
    path = NSTemporaryDirectory() + "vision-datasets-\(UUID().uuidString)"
    try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func path(_ name: String) -> String { path + "/" + name }

  @discardableResult func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    let url = URL(fileURLWithPath: path(name))
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
    return url.path
  }

  @discardableResult func write(_ name: String, _ text: String) throws -> String { try write(name, Array(text.utf8)) }

  /// A picture of one colour that differs with `shade`.
  @discardableResult func picture(_ name: String, width: Int = 8, height: Int = 6, shade: Int = 0) throws -> String {
    try write(name, Self.png(width: width, height: height, shade: shade))
  }

  static func png(width: Int = 8, height: Int = 6, shade: Int = 0) throws -> [UInt8] {
    let pixel = [UInt8(truncatingIfNeeded: shade), UInt8(truncatingIfNeeded: shade >> 8), 7]
    let pixels = (0..<width * height).flatMap { _ in pixel }
    return try Image(width: width, height: height, format: .rgb, pixels: pixels).pngData()
  }

  /// A mask of indices.
  func mask(_ name: String, width: Int, height: Int, _ indices: [UInt8]) throws {
    try write(name, try ClassMap(width: width, height: height, classes: indices).indexedImage.pngData())
  }

  /// Pascal VOC's file of one picture.
  @discardableResult func voc(
    _ stem: String, size: (Int, Int) = (8, 6), boxes: [(String, Int, Int, Int, Int)], folder: String = "set"
  ) throws -> String {
    let objects = boxes.map { name, x1, y1, x2, y2 in
      "<object><name>\(name)</name><bndbox><xmin>\(x1)</xmin><ymin>\(y1)</ymin><xmax>\(x2)</xmax><ymax>\(y2)</ymax></bndbox></object>"
    }
    return try write(
      "\(folder)/Annotations/\(stem).xml",
      "<annotation><filename>\(stem).png</filename><size><width>\(size.0)</width><height>\(size.1)</height></size>"
        + objects.joined() + "</annotation>")
  }
}

/// What `body` throws, in words; empty where it does not.
func message(_ body: () throws -> Void) -> String {
  do { try body() } catch { return "\(error)" }
  return ""
}
