import TensorCore

/// The default boxes of SSD: at every cell of every feature map two squares and a pair for each aspect ratio.
/// Liu et al. 2015, arXiv 1512.02325; as torchvision's `DefaultBoxGenerator`.
public struct DefaultBoxGenerator: Sendable, Hashable {
  /// For each map the aspect ratios beside 1; each gives a wide box and a high one.
  public let aspectRatios: [[Double]]
  /// The side of each map's smaller square as a share of the image, and one more for the last map's larger square.
  public let scales: [Double]
  /// Pixels of the image a cell of each map; nil: the image's size over the map's.
  public let steps: [Int]?
  /// Whether no box may be wider or higher than the image.
  public let clips: Bool

  /// Boxes of the given scales, one more than there are maps.
  public init(aspectRatios: [[Double]], scales: [Double], steps: [Int]? = nil, clips: Bool = true) {
    precondition(scales.count == aspectRatios.count + 1, "a scale for every map and one more")
    precondition(steps.map { $0.count == aspectRatios.count } ?? true, "a step for every map")
    self.aspectRatios = aspectRatios
    self.scales = scales
    self.steps = steps
    self.clips = clips
  }

  /// Boxes whose scales rise evenly from the first map's to the last one's.
  public init(
    aspectRatios: [[Double]], minimumScale: Double, maximumScale: Double, steps: [Int]? = nil, clips: Bool = true
  ) {
    let count = aspectRatios.count
    let rising = (0..<count).map { minimumScale + (maximumScale - minimumScale) * Double($0) / (Double(count) - 1) }
    self.init(
      aspectRatios: aspectRatios, scales: count > 1 ? rising + [1] : [minimumScale, maximumScale], steps: steps,
      clips: clips)
  }

  /// Boxes a cell of each map.
  public var boxesPerCell: [Int] { aspectRatios.map { 2 + 2 * $0.count } }

  /// The boxes of feature maps of these sizes (`[h, w]` each) over an image of `imageSize` `[H, W]`: `[A, 4]`, corners in pixels,
  /// map by map, row by row, cell by cell.
  public func boxes(maps: [[Int]], imageSize: [Int]) throws(ShapeError) -> Tensor {
    guard maps.count == aspectRatios.count, maps.allSatisfy({ $0.count == 2 }), imageSize.count == 2 else {
      throw ShapeError(
        .shape, "default boxes",
        "maps \(maps) over \(imageSize); expected \(aspectRatios.count) maps [h, w] over [H, W]")
    }
    let height = Float(imageSize[0]), width = Float(imageSize[1])
    var corners: [Float] = []
    corners.reserveCapacity(4 * zip(maps, boxesPerCell).reduce(0) { $0 + $1.0[0] * $1.0[1] * $1.1 })
    for (index, map) in maps.enumerated() {
      let sizes = sizes(ofMap: index)
      let rows = steps.map { height / Float($0[index]) } ?? Float(map[0])
      let columns = steps.map { width / Float($0[index]) } ?? Float(map[1])
      for row in 0..<map[0] {
        let y = (Float(row) + 0.5) / rows
        for column in 0..<map[1] {
          let x = (Float(column) + 0.5) / columns
          for size in sizes {
            corners.append((x - 0.5 * size.width) * width)
            corners.append((y - 0.5 * size.height) * height)
            corners.append((x + 0.5 * size.width) * width)
            corners.append((y + 0.5 * size.height) * height)
          }
        }
      }
    }
    return try Tensor(corners, shape: [corners.count / 4, 4])
  }

  /// The sizes of one map's boxes as shares of the image.
  private func sizes(ofMap index: Int) -> [(width: Float, height: Float)] {
    let scale = scales[index], between = (scale * scales[index + 1]).squareRoot()
    var sizes = [(scale, scale), (between, between)]
    for ratio in aspectRatios[index] {
      let long = scale * ratio.squareRoot(), short = scale / ratio.squareRoot()
      sizes += [(long, short), (short, long)]
    }
    return sizes.map { clips ? (min(Float($0.0), 1), min(Float($0.1), 1)) : (Float($0.0), Float($0.1)) }
  }
}
