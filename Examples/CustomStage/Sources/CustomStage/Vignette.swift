import Configuration
import Imaging
import Pipelines

/// Darkens a picture towards its corners.
struct Vignette: ItemStage {
  static let strength = Setting<Double>.number("strength", 0.5, in: 0...1, "How dark corners become.")

  static let declaration = StageDeclaration(
    "vignette", "Darkens pictures towards their corners.", settings: [strength.declaration], main: "strength",
    needs: [.image], gives: [.image])

  private let strength: Double

  init(_ settings: SettingValues, _ context: StageContext) throws { strength = settings[Self.strength] }

  func callAsFunction(_ item: Item) throws -> [Item] {
    var item = item
    let image = try item.requireImage("vignette").converted(to: .rgb)
    var pixels = image.pixels
    for y in 0..<image.height {
      for x in 0..<image.width {
        let dx = (Double(x) + 0.5) / Double(image.width) * 2 - 1, dy = (Double(y) + 0.5) / Double(image.height) * 2 - 1
        let light = 1 - strength * (dx * dx + dy * dy) / 2
        for channel in 0..<3 {
          let place = 3 * (y * image.width + x) + channel
          pixels[place] = UInt8(Double(pixels[place]) * light)
        }
      }
    }
    item.image = try Image(width: image.width, height: image.height, format: .rgb, pixels: pixels)
    return [item]
  }
}
