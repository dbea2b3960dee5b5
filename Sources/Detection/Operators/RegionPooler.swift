import Imaging
import TensorCore

/// Cuts the features of regions out of a backbone's levels.
public protocol RegionPooler: Sendable {
  /// Levels `[1, C, Hi, Wi]` of an image of this size, regions `[K, 4]` in its pixels -> `[K, C, h, w]`.
  func callAsFunction(_ levels: [Tensor], regions: Tensor, image: ImageSize) throws(ShapeError) -> Tensor
}

extension RegionPooler {
  /// Regions `[K, 4]` of the first image as `[K, 5]`, those of `indices` only where they are given.
  fileprivate static func numbered(_ regions: Tensor, _ indices: [Int]? = nil) throws(ShapeError) -> Tensor {
    let all = try regions.boxCount("regions"), count = indices?.count ?? all
    defer { withExtendedLifetime(regions) {} }
    return try .filled([count, 5], "regions") { rows in
      let corners = regions.view.floats
      for row in 0..<count {
        let from = corners + 4 * (indices?[row] ?? row)
        rows[5 * row] = 0
        for corner in 0..<4 { rows[5 * row + 1 + corner] = from[corner] }
      }
    }
  }
}

/// RoI max pooling of one level. Girshick 2015, arXiv 1504.08083.
public struct SingleScaleRoIPool: RegionPooler, Hashable {
  /// Height and width of the result.
  public let outputSize: [Int]
  /// The level's pixels for one pixel of the image.
  public let scale: Double

  /// A pooler.
  public init(outputSize: [Int], scale: Double) {
    self.outputSize = outputSize
    self.scale = scale
  }

  /// Pools the regions of the first level.
  public func callAsFunction(_ levels: [Tensor], regions: Tensor, image: ImageSize) throws(ShapeError) -> Tensor {
    guard let level = levels.first else { throw ShapeError(.shape, "regions", "there are no features") }
    return try level.roiPool(Self.numbered(regions), outputSize: outputSize, spatialScale: scale)
  }
}

/// RoI align, each region in the level that suits its size. Lin et al. 2016, arXiv 1612.03144, equation 1; torchvision's
/// `MultiScaleRoIAlign`.
public struct MultiScaleRoIAlign: RegionPooler, Hashable {
  /// Height and width of the result.
  public let outputSize: [Int]
  /// Samples along each side of a bin.
  public let samplingRatio: Int
  /// Levels that are read, the finest ones.
  public let levelCount: Int

  /// A region of this many pixels along the sides ...
  private static let canonicalSide: Float = 224
  /// ... belongs to the level at 2^-4 of the image's size.
  private static let canonicalLevel = 4

  /// A pooler of the `levelCount` finest levels.
  public init(outputSize: [Int], samplingRatio: Int = 2, levelCount: Int) {
    self.outputSize = outputSize
    self.samplingRatio = samplingRatio
    self.levelCount = levelCount
  }

  /// Pools every region from its level.
  public func callAsFunction(_ levels: [Tensor], regions: Tensor, image: ImageSize) throws(ShapeError) -> Tensor {
    let levels = levels.prefix(levelCount)
    guard let first = levels.first, levels.allSatisfy({ $0.rank == 4 && $0.shape[1] == first.shape[1] }) else {
      throw ShapeError(.shape, "regions", "levels must be [1, C, H, W] of one C")
    }
    let exponents = levels.map { Self.exponent(of: $0.shape[2], in: image.height) }
    let count = try regions.boxCount("regions")
    guard levels.count > 1, count > 0 else {
      return try pool(first, Self.numbered(regions), exponents[0])
    }
    let places = try Self.levels(of: regions, from: exponents[0], count: levels.count)
    var members = [[Int]](repeating: [], count: levels.count)
    for (index, place) in places.enumerated() { members[place].append(index) }
    // Most images' regions stem from few levels; where it is one they are in order already.
    if let only = members.firstIndex(where: { $0.count == count }) {
      return try pool(levels[only], Self.numbered(regions), exponents[only])
    }
    var parts: [Tensor] = [], order: [Int] = []
    for (level, indices) in members.enumerated() where !indices.isEmpty {
      parts.append(try pool(levels[level], Self.numbered(regions, indices), exponents[level]))
      order += indices
    }
    var rows = [Int](repeating: 0, count: count)
    for (row, index) in order.enumerated() { rows[index] = row }
    return try Tensor.concatenate(parts, axis: 0).rows(rows)
  }

  private func pool(_ level: Tensor, _ regions: Tensor, _ exponent: Int) throws(ShapeError) -> Tensor {
    // A level never is larger than the image, nor smaller than a pixel of 2^31.
    let scale = 1 / Double(1 << min(max(exponent, 0), 31))
    return try level.roiAlign(
      regions, outputSize: outputSize, spatialScale: scale, samplingRatio: samplingRatio, aligned: false)
  }

  /// k for a level whose size is nearest to 2^-k of the image's, in proportion.
  static func exponent(of side: Int, in whole: Int) -> Int {
    guard side > 0, whole > 0 else { return 0 }
    let ratio = Float(Double(side) / Double(whole))
    return -(Int(ratio.exponent) + (ratio.significand > Float(2).squareRoot() ? 1 : 0))
  }

  /// The place among the levels of each region, the first level being at 2^-k of the image's size.
  package static func levels(of regions: Tensor, from first: Int, count levels: Int) throws(ShapeError) -> [Int] {
    let count = try regions.boxCount("regions")
    return regions.withUnsafeBytes { bytes in
      let corners = bytes.bindMemory(to: Float.self)
      return (0..<count).map { index in
        let at = 4 * index
        let area = (corners[at + 2] - corners[at]) * (corners[at + 3] - corners[at + 1])
        let ratio = area.squareRoot() / canonicalSide
        guard ratio > 0, ratio.isFinite else { return ratio > 0 ? levels - 1 : 0 }
        // The whole part of the logarithm of base 2; what is within 1e-6 of the next one counts as that.
        let logarithm = Int(ratio.exponent) + (ratio.significand >= 1.999_998_6 ? 1 : 0)
        return min(max(canonicalLevel + logarithm - first, 0), levels - 1)
      }
    }
  }
}
