import Foundation
import Imaging
import Testing

/// `vision augment`.
@Suite struct AugmentTests {
  private let folder = Scratch()

  /// A grey picture of 40x30, and a mask of it: class 7, or VOC's red (class 1), in the left half.
  private func make(colors: Bool, width: Int = 40) throws -> (image: String, mask: String) {
    let image = try Image(width: 40, height: 30, format: .rgb, pixels: [UInt8](repeating: 128, count: 3600))
    try folder.write("a.png", Data(image.pngData()))
    let isLeft = (0..<width * 30).map { $0 % width < width / 2 }
    let mask =
      colors
      ? try Image(width: width, height: 30, format: .rgb, pixels: isLeft.flatMap { $0 ? [128, 0, 0] : [0, 0, 0] })
        .pngData()
      : try ClassMap(width: width, height: 30, classes: isLeft.map { $0 ? 1 : 0 }).indexedImage.pngData()
    try folder.write("mask.png", Data(mask))
    return (folder.path("a.png"), folder.path("mask.png"))
  }

  private func run(_ image: [String], mask: String, recipe: String = "detection-hflip") throws -> Program.Outcome {
    try Program.run(
      ["augment"] + image + [
        "--recipe", recipe, "--mask", mask, "--count", "1", "--cell", "40", "-o", folder.path("out.png"),
      ])
  }

  @Test func aMaskIsDrawnAlikeFromIndicesAndColors() throws {
    var sheets: [Image] = []
    for colors in [false, true] {
      let (image, mask) = try make(colors: colors)
      let outcome = try run([image], mask: mask)
      #expect(outcome.code == 0, "\(outcome)")
      sheets.append(try Image.read(path: folder.path("out.png")))
    }
    #expect(sheets[0] == sheets[1])
    // The picture is grey; one half of it, mirrored or not, is tinted.
    let row = (0..<40).map { x in sheets[0].pixels[3 * ((8 + 5 + 15) * sheets[0].width + 8 + x)] }
    #expect(Set(row.prefix(15)) != Set(row.suffix(15)))
  }

  @Test func masksThatDoNotFitAreNamed() throws {
    let (image, mask) = try make(colors: false, width: 20)
    let size = try run([image], mask: mask)
    #expect(size.code == 65 && size.errorLines.count == 1 && size.errors.contains("20x30 pixels, the picture 40x30"))
    #expect(try run([image, image], mask: mask).errors.contains("of one picture, and there are 2"))
    #expect(try run([image], mask: Program.sample("street.jpg")).errors.contains("a mask as JPEG"))
    #expect(try run([image], mask: Program.sample("fruit.png")).errors.contains("more than 255 colours"))
    #expect(try run([image], mask: folder.path("gone.png")).code == 66)
  }

  @Test func cropsAreAllOnTheSheet() throws {
    let (image, mask) = try make(colors: false)
    func sheet(_ recipe: String) throws -> Program.Outcome {
      try folder.write("r.json", Data(recipe.utf8))
      return try run([image], mask: mask, recipe: folder.path("r.json"))
    }
    #expect(try sheet(#"[{"five_crop": {"size": 8}}, "random_vertical_flip"]"#).code == 0)
    #expect(try sheet(#"[{"ten_crop": {"size": 8, "vertical_flip": true}}]"#).code == 0)
    let nested = try sheet(#"[{"random_apply": {"transforms": [{"five_crop": {"size": 8}}]}}]"#)
    #expect(nested.code == 65 && nested.errors.contains("several samples of one"))
  }
}
