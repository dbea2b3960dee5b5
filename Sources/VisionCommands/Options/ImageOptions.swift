import ArgumentParser
import Imaging
import Support

/// Limits on what is decoded, against damaged and hostile files.
struct ImageLimitOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Most pixels of an image.", valueName: "n"))
  var maxPixels = ImageLimits.standard.maximumPixels
  @Option(help: ArgumentHelp("Most bytes of an image file.", valueName: "n"))
  var maxFileBytes = ImageLimits.standard.maximumFileBytes
  @Option(help: ArgumentHelp("Most scans of a progressive JPEG.", valueName: "n"))
  var maxScans = ImageLimits.standard.maximumScans

  func validate() throws {
    for (name, value) in [("--max-pixels", maxPixels), ("--max-file-bytes", maxFileBytes), ("--max-scans", maxScans)] {
      guard value > 0 else { throw ValidationError("\(name) is \(value); expected 1 or more") }
    }
  }

  /// The limits.
  var limits: ImageLimits {
    var limits = ImageLimits.standard
    limits.maximumPixels = maxPixels
    limits.maximumFileBytes = maxFileBytes
    limits.maximumScans = maxScans
    return limits
  }
}

/// `WxH`, both at least 1.
struct PixelSize: Equatable {
  /// What a side may be; where `ImageLimits` ends too.
  static let sides = 1...ImageLimits.standard.maximumSide

  let width: Int
  let height: Int

  /// Reads `640x480`.
  init(text: String) throws {
    let parts = text.lowercased().split(separator: "x", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let width = parts[0], let height = parts[1], Self.sides.contains(width),
      Self.sides.contains(height)
    else {
      throw ValidationError("'\(text)' is not a size; expected WxH such as 640x480, each 1 to \(Self.sides.upperBound)")
    }
    self.width = width
    self.height = height
  }
}
