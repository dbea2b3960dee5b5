import TensorCore

/// Gives each anchor the object it is to learn, by a matrix of how well each object and anchor fit (their IoU).
/// torchvision's `Matcher`; Ren et al. 2015, arXiv 1506.01497.
public struct Matcher: Sendable, Hashable {
  /// What an anchor gets that fits no object: it is background.
  public static let background = -1
  /// What an anchor gets that fits neither well nor badly: it is left out of training.
  public static let between = -2

  /// Least quality of a match.
  public let high: Float
  /// Below this quality an anchor is background.
  public let low: Float
  /// Whether the anchors that fit an object best are matched however badly they fit, so that no object goes without.
  public let allowsLowQuality: Bool

  /// A matcher; `low` is at most `high`.
  public init(high: Float, low: Float, allowsLowQuality: Bool = false) {
    self.high = high
    self.low = min(low, high)
    self.allowsLowQuality = allowsLowQuality
  }

  /// The object of every anchor by the qualities `[M, N]` of M objects and N anchors: int64 `[N]`, an index below M,
  /// `background` or `between`. Among equals the first object wins. Without objects all is background.
  public func callAsFunction(_ quality: Tensor) throws(ShapeError) -> Tensor {
    let (objects, anchors) = try Self.size(of: quality)
    guard objects > 0 else { return try .full([anchors], Double(Self.background), dtype: .int64) }
    let result = try Tensor(uninitialized: TensorSpec([anchors], .int64), operation: "match")
    let matches = result.mutableView.elements(as: Int64.self)
    let (high, low) = (high, low)
    quality.withUnsafeBytes { bytes in
      let values = bytes.bindMemory(to: Float.self)
      var best = [Float](values[0..<anchors]), first = [Int32](repeating: 0, count: anchors)
      for object in 1..<max(objects, 1) {
        let row = object * anchors
        for anchor in 0..<anchors where values[row + anchor] > best[anchor] {
          best[anchor] = values[row + anchor]
          first[anchor] = Int32(object)
        }
      }
      for anchor in 0..<anchors {
        matches[anchor] =
          best[anchor] >= high ? Int64(first[anchor]) : Int64(best[anchor] < low ? Self.background : Self.between)
      }
      guard allowsLowQuality else { return }
      for object in 0..<objects {
        let row = object * anchors
        var highest = -Float.infinity
        for anchor in 0..<anchors { highest = max(highest, values[row + anchor]) }
        for anchor in 0..<anchors where values[row + anchor] == highest { matches[anchor] = Int64(first[anchor]) }
      }
    }
    return result
  }

  static func size(of quality: Tensor) throws(ShapeError) -> (objects: Int, anchors: Int) {
    guard quality.rank == 2, quality.dtype == .float32 else {
      throw ShapeError(.shape, "match", "qualities must be float32 [M, N], these are \(quality.spec)")
    }
    try quality.requireValues("match")
    return (quality.shape[0], quality.shape[1])
  }
}

/// SSD's way: the anchor that fits an object best is its own, beside all that fit well. Liu et al. 2015, arXiv 1512.02325;
/// torchvision's `SSDMatcher`.
public struct SSDMatcher: Sendable, Hashable {
  private let matcher: Matcher

  /// A matcher; an anchor of at least this quality is matched.
  public init(threshold: Float) { matcher = Matcher(high: threshold, low: threshold) }

  /// The object of every anchor by the qualities `[M, N]`: int64 `[N]`, an index below M or `Matcher.background`. Where two
  /// objects have the same best anchor the later one gets it.
  public func callAsFunction(_ quality: Tensor) throws(ShapeError) -> Tensor {
    let (objects, anchors) = try Matcher.size(of: quality)
    let result = try matcher(quality)
    guard anchors > 0 else { return result }
    let matches = result.mutableView.elements(as: Int64.self)
    quality.withUnsafeBytes { bytes in
      let values = bytes.bindMemory(to: Float.self)
      for object in 0..<objects {
        let row = object * anchors
        var best = 0
        for anchor in 1..<max(anchors, 1) where values[row + anchor] > values[row + best] { best = anchor }
        matches[best] = Int64(object)
      }
    }
    return result
  }
}
