import Imaging
import Support

/// How much of the evidence each pixel of a picture holds, 0 to 1.
public struct Evidence: Sendable {
  /// Pixels a row.
  public let width: Int
  /// Rows.
  public let height: Int
  /// Row after row; the largest is 1, or all are 0.
  public let values: [Float]

  /// Maps over a network's input of `inputWidth` x `inputHeight`, added up and brought back to the original by `placement`.
  /// What the contract cropped away holds none.
  public init(_ maps: [GradCAM.Map], _ placement: Placement, inputWidth: Int, inputHeight: Int) {
    (width, height) = (placement.originalWidth, placement.originalHeight)
    var sums = [Float](repeating: 0, count: width * height)
    for map in maps {
      let columns = Self.taps(width, placement.scaleX, placement.offsetX, map.width, inputWidth)
      let rows = Self.taps(height, placement.scaleY, placement.offsetY, map.height, inputHeight)
      for (y, row) in rows.enumerated() {
        guard let row else { continue }
        for (x, column) in columns.enumerated() {
          guard let column else { continue }
          func value(_ r: Int, _ c: Int) -> Float { map.values[r * map.width + c] }
          let top = value(row.first, column.first) * (1 - column.share) + value(row.first, column.second) * column.share
          let bottom =
            value(row.second, column.first) * (1 - column.share) + value(row.second, column.second) * column.share
          sums[y * width + x] += top * (1 - row.share) + bottom * row.share
        }
      }
    }
    let most = sums.max() ?? 0
    values = most > 0 && most.isFinite ? sums.map { $0 / most } : sums.map { _ in 0 }
  }

  private typealias Tap = (first: Int, second: Int, share: Float)

  /// The two elements that each pixel lies between, and the share of the second; nil outside the input.
  private static func taps(_ count: Int, _ scale: Float, _ offset: Float, _ elements: Int, _ side: Int) -> [Tap?] {
    (0..<count).map { pixel in
      let place = (Float(pixel) + 0.5) * scale + offset
      guard place >= 0, place < Float(side) else { return nil }
      let inside = min(max(place * Float(elements) / Float(side) - 0.5, 0), Float(elements - 1))
      let first = Int(inside)
      return (first, min(first + 1, elements - 1), inside - Float(first))
    }
  }

  /// Where the most of it is; nil where there is none.
  public var peak: (x: Int, y: Int)? {
    guard let place = values.indices.max(by: { values[$0] < values[$1] }), values[place] > 0 else { return nil }
    return (place % width, place / width)
  }

  /// The bounds of all pixels that hold at least `level`; nil where none does.
  public func bounds(above level: Float = 0.5) -> Box? {
    var box: (x1: Int, y1: Int, x2: Int, y2: Int)?
    for place in values.indices where values[place] >= level && values[place] > 0 {
      let (x, y) = (place % width, place / width)
      let old = box ?? (x, y, x + 1, y + 1)
      box = (min(old.x1, x), min(old.y1, y), max(old.x2, x + 1), max(old.y2, y + 1))
    }
    return box.map { Box(x1: Float($0.x1), y1: Float($0.y1), x2: Float($0.x2), y2: Float($0.y2)) }
  }
}
