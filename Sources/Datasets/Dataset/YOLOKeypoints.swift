/// The keypoints of a YOLO set of poses, `kpt_shape` in its description: every line ends with as many points, each of two
/// fractions of the picture or of those and a visibility.
struct YOLOKeypoints: Hashable {
  /// Points an object.
  let count: Int
  /// Whether a third number says how visible a point is, as COCO has it.
  let hasVisibility: Bool

  init(count: Int, hasVisibility: Bool) { (self.count, self.hasVisibility) = (count, hasVisibility) }

  /// Of the two numbers of `kpt_shape`, a line each; nil where they are none.
  init?(_ shape: String) {
    let numbers = shape.split(separator: "\n").map { Int($0) }
    guard numbers.count == 2, let count = numbers[0], (1...1000).contains(count), let width = numbers[1],
      width == 2 || width == 3
    else { return nil }
    self.init(count: count, hasVisibility: width == 3)
  }

  /// Numbers a line, with class and box.
  var lineLength: Int { 5 + count * (hasVisibility ? 3 : 2) }

  /// COCO's triples, still in fractions. A point of two numbers is visible unless one of them is negative.
  func triples(_ numbers: ArraySlice<Double>) -> [Double] {
    guard !hasVisibility else { return Array(numbers) }
    return stride(from: numbers.startIndex, to: numbers.endIndex - 1, by: 2).flatMap { index in
      numbers[index] < 0 || numbers[index + 1] < 0 ? [0, 0, 0] : [numbers[index], numbers[index + 1], 2]
    }
  }

  /// Which point each becomes in the mirrored picture, by names such as `left_eye` and `right_eye`; nil where nothing says
  /// so.
  static func mirrored(_ names: [String]) -> [Int]? {
    let other = names.map { name in
      let words = name.split(separator: "_", omittingEmptySubsequences: false).map { word in
        word == "left" ? "right" : word == "right" ? "left" : String(word)
      }
      return names.firstIndex(of: words.joined(separator: "_"))
    }
    let known = other.compactMap(\.self)
    return known.count == names.count && known != Array(names.indices) ? known : nil
  }
}
