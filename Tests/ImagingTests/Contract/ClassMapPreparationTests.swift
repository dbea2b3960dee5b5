import Imaging
import Testing

@Suite struct ClassMapPreparationTests {
  /// A map goes where the picture goes: of pictures whose colours are their classes, both come out alike.
  @Test(arguments: [
    InputContract.Fit.none, .stretch, .letterbox(anchor: .center), .letterbox(anchor: .topLeft),
    .shortestSide(9), .shortestSide(40),
  ])
  func mapsGoWhereThePicturesGo(fit: InputContract.Fit) throws {
    for size in [ImageSize(width: 20, height: 14), ImageSize(width: 13, height: 30)] {
      let contract = try InputContract(
        size: ImageSize(width: 24, height: 17), fit: fit, padding: [200], filter: .nearest, scale: 1)
      let classes = (0..<size.width * size.height).map { UInt8(truncatingIfNeeded: $0 * 37 % 199) }
      let picture = try Image(width: size.width, height: size.height, format: .gray, pixels: classes)
      let map = try contract.prepare(
        try ClassMap(width: size.width, height: size.height, classes: classes), void: 200)
      let prepared = try contract.prepare(picture)
      #expect(map.size == ImageSize(width: 24, height: 17))
      #expect(map.classes.map(Float.init) == Array(prepared.values.prefix(24 * 17)))
    }
  }
}
