import Configuration
import Imaging

/// Decodes pictures: upright, 8-bit RGB.
public struct DecodeStage: ItemStage {
  static let pixels = Setting<Int>.integer(
    "max_pixels", ImageLimits.standard.maximumPixels, in: 1...Int.max, "Most pixels of an image.")
  static let bytes = Setting<Int>.integer(
    "max_file_bytes", ImageLimits.standard.maximumFileBytes, in: 1...Int.max, "Most bytes of an image file.")
  static let scans = Setting<Int>.integer(
    "max_scans", ImageLimits.standard.maximumScans, in: 1...Int.max, "Most scans of a progressive JPEG.")

  /// Its declaration.
  public static let declaration = StageDeclaration(
    "decode", "Decodes pictures: upright, 8-bit RGB.",
    settings: [pixels.declaration, bytes.declaration, scans.declaration], needs: [.file], gives: [.image],
    drops: [.file])

  private let limits: ImageLimits

  /// With limits.
  public init(_ settings: SettingValues, _ context: StageContext) throws {
    var limits = ImageLimits.standard
    limits.maximumPixels = settings[Self.pixels]
    limits.maximumFileBytes = settings[Self.bytes]
    limits.maximumScans = settings[Self.scans]
    self.limits = limits
  }

  /// The sample with its picture.
  public func callAsFunction(_ item: Item) throws -> [Item] {
    guard let load = item.load else { throw PipelineError.missing(stage: "decode", what: "file") }
    let sample = try load(limits)
    var item = item
    item.load = nil
    item.image = sample.image
    item.size = sample.size
    if item.truth != nil {
      item.truth?.label = sample.label
      item.truth?.objects = sample.objects
      item.truth?.classMap = sample.classMap
    }
    return [item]
  }
}
