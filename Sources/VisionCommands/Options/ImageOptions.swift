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
struct PixelSize: ExpressibleByArgument, Equatable {
  let width: Int
  let height: Int

  init?(argument: String) {
    let parts = argument.lowercased().split(separator: "x", omittingEmptySubsequences: false)
    guard parts.count == 2, let width = Int(parts[0]), let height = Int(parts[1]), width > 0, height > 0 else {
      return nil
    }
    self.width = width
    self.height = height
  }
}
