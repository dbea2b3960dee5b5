import Detection
import Imaging
import Testing

/// Masks follow their pictures into the network's input.
@Suite struct MaskPlacementTests {
  private func mask(_ rows: [String]) throws -> Mask {
    try Mask(width: rows[0].count, height: rows.count, pixels: rows.joined().map { $0 == "#" ? 1 : 0 })
  }

  @Test func enlargedBesideABorder() throws {
    let placed = try mask(["#..", ".##"])
      .placed(in: Box(x1: 1, y1: 0, x2: 7, y2: 4), ImageSize(width: 8, height: 5))
    #expect(try placed == mask([".##.....", ".##.....", "...####.", "...####.", "........"]))
  }

  @Test func shrunk() throws {
    let placed = try mask(["##..", "##..", "..##", "..##"])
      .placed(in: Box(x1: 0, y1: 0, x2: 2, y2: 2), ImageSize(width: 2, height: 2))
    #expect(try placed == mask(["#.", ".#"]))
  }

  @Test func untouched() throws {
    let whole = try mask(["#.#"])
    #expect(try whole.placed(in: Box(x1: 0, y1: 0, x2: 3, y2: 1), ImageSize(width: 3, height: 1)) == whole)
  }
}
