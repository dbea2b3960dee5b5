/// Objects of a data set, packed: 48 bytes each and what few of them have in a list of its own, in blocks, so that a list
/// that grows is never copied.
struct ObjectList: Sendable {
  private struct Packed: Sendable {
    var x: Double, y: Double, width: Double, height: Double
    /// `Int.min` where there is none.
    var id: Int
    /// The label over three flags.
    var label: Int32
    /// A place in `details`; -1 where there are none.
    var details: Int32
  }

  private static let blockShift = 16
  private static let crowd: Int32 = 1, difficult: Int32 = 2, truncated: Int32 = 4

  private(set) var count = 0
  private var blocks: [[Packed]] = []
  private var details: [ObjectDetails] = []

  /// Adds an object; its label must be below 2^28.
  mutating func append(_ object: ObjectAnnotation) {
    if count & (1 << Self.blockShift - 1) == 0 {
      var block: [Packed] = []
      // The first block grows with what there is: most sets are small.
      if count > 0 { block.reserveCapacity(1 << Self.blockShift) }
      blocks.append(block)
    }
    var place: Int32 = -1
    if let own = object.details {
      place = Int32(truncatingIfNeeded: details.count)
      details.append(own)
    }
    let flags =
      (object.isCrowd ? Self.crowd : 0) | (object.isDifficult ? Self.difficult : 0)
      | (object.isTruncated ? Self.truncated : 0)
    blocks[blocks.count - 1].append(
      Packed(
        x: object.x, y: object.y, width: object.width, height: object.height, id: object.id ?? .min,
        label: Int32(truncatingIfNeeded: object.label) << 3 | flags, details: place))
    count += 1
  }

  subscript(index: Int) -> ObjectAnnotation {
    let packed = blocks[index >> Self.blockShift][index & (1 << Self.blockShift - 1)]
    return ObjectAnnotation(
      x: packed.x, y: packed.y, width: packed.width, height: packed.height, label: Int(packed.label >> 3),
      id: packed.id == .min ? nil : packed.id, isCrowd: packed.label & Self.crowd != 0,
      isDifficult: packed.label & Self.difficult != 0, isTruncated: packed.label & Self.truncated != 0,
      details: packed.details < 0 ? nil : details[Int(packed.details)])
  }

  /// The label of an object.
  func label(at index: Int) -> Int {
    Int(blocks[index >> Self.blockShift][index & (1 << Self.blockShift - 1)].label >> 3)
  }

  /// The number of an object; nil where it has none.
  func id(at index: Int) -> Int? {
    let id = blocks[index >> Self.blockShift][index & (1 << Self.blockShift - 1)].id
    return id == .min ? nil : id
  }

  /// Gives the objects from `first` on other labels.
  mutating func relabel(from first: Int = 0, _ label: (_ index: Int, _ old: Int) -> Int) {
    for index in first..<max(count, first) {
      let (block, place) = (index >> Self.blockShift, index & (1 << Self.blockShift - 1))
      let old = blocks[block][place].label
      blocks[block][place].label = Int32(truncatingIfNeeded: label(index, Int(old >> 3))) << 3 | old & 7
    }
  }
}
