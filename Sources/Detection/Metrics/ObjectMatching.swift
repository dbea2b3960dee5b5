import Imaging

/// The detections of one class in one picture against the objects of that class there.
struct ObjectMatching {
  /// Overlaps by detection, then by object, 0 to 1; with a crowd the share of the detection.
  let overlaps: [Double]
  /// Areas of the detections, best first, and of the objects, in square pixels.
  let foundAreas: [Double], knownAreas: [Double]
  /// Objects that stand for groups.
  let isCrowd: [Bool]
  /// Objects that Pascal VOC leaves out.
  let isDifficult: [Bool]

  /// COCO's bounds of overlap, as `numpy.linspace(0.5, 0.95, 10)` gives them, to the bit.
  static let bounds: [Double] = {
    let step = (0.95 - 0.5) / 9
    return (0..<9).map { index -> Double in 0.5 + Double(index) * step } + [0.95]
  }()
  /// COCO's ranges of areas: all, small, medium, large.
  static let ranges: [ClosedRange<Double>] = [0...1e10, 0...1024, 1024...9216, 9216...1e10]

  /// What became of a detection in one range of areas: a bit for each bound.
  struct Fate {
    var isRight: UInt16 = 0, isIgnored: UInt16 = 0
  }

  /// Objects of a range of areas that count.
  func count(in range: Int) -> Int { knownAreas.indices.count { counts($0, Self.ranges[range]) } }

  private func counts(_ object: Int, _ range: ClosedRange<Double>) -> Bool {
    !isCrowd[object] && range.contains(knownAreas[object])
  }

  /// What becomes of each detection, as pycocotools' `evaluateImg` decides it: the best first, each takes the object that it
  /// covers most of those that are left; objects that do not count only where it covers no other.
  func fates(in range: Int) -> [Fate] {
    let range = Self.ranges[range], objects = isCrowd.count
    let counting = (0..<objects).map { counts($0, range) }
    let order = (0..<objects).filter { counting[$0] } + (0..<objects).filter { !counting[$0] }
    var fates = foundAreas.map { Fate(isRight: 0, isIgnored: range.contains($0) ? 0 : 0x3ff) }
    guard objects > 0 else { return fates }
    var taken = [Bool](repeating: false, count: objects)
    for (place, bound) in Self.bounds.enumerated() {
      let bit = UInt16(1) << UInt16(place)
      for object in 0..<objects { taken[object] = false }
      for found in fates.indices {
        var best = min(bound, 1 - 1e-10), choice = -1
        let row = found * objects
        for object in order {
          if taken[object], !isCrowd[object] { continue }
          if choice >= 0, counting[choice], !counting[object] { break }
          if overlaps[row + object] < best { continue }
          best = overlaps[row + object]
          choice = object
        }
        guard choice >= 0 else { continue }
        taken[choice] = true
        if counting[choice] {
          fates[found].isRight |= bit
          fates[found].isIgnored &= ~bit
        } else {
          fates[found].isIgnored |= bit
        }
      }
    }
    return fates
  }

  /// What becomes of each detection as Pascal VOC's development kit decides it at an overlap of 0.5: 1 right, 0 wrong, -1 left
  /// out. Each looks at the object that it covers most alone, whether that is taken or not.
  func vocFates() -> [Int8] {
    let objects = isCrowd.count
    var taken = [Bool](repeating: false, count: objects)
    return foundAreas.indices.map { found in
      var best = -1.0, choice = -1
      for object in 0..<objects where overlaps[found * objects + object] > best {
        best = overlaps[found * objects + object]
        choice = object
      }
      guard choice >= 0, best >= 0.5 else { return 0 }
      if isCrowd[choice] || isDifficult[choice] { return -1 }
      defer { taken[choice] = true }
      return taken[choice] ? 0 : 1
    }
  }

  /// Common area over joint area, in double precision as pycocotools; over `a`'s own for a crowd.
  static func overlap(_ a: Box, _ b: Box, isCrowd: Bool) -> Double {
    let width = Double(min(a.x2, b.x2)) - Double(max(a.x1, b.x1))
    guard width > 0 else { return 0 }
    let height = Double(min(a.y2, b.y2)) - Double(max(a.y1, b.y1))
    guard height > 0 else { return 0 }
    let common = width * height
    let joint = isCrowd ? area(a) : area(a) + area(b) - common
    return joint > 0 ? common / joint : 0
  }

  /// Square pixels in double precision.
  static func area(_ box: Box) -> Double {
    (Double(box.x2) - Double(box.x1)) * (Double(box.y2) - Double(box.y1))
  }
}
