import Imaging

/// Which keypoints are joined by lines in drawings.
package enum Skeleton {
  /// COCO's person: nose, eyes, ears, shoulders, elbows, wrists, hips, knees, ankles, the left of each pair first.
  private static let person = [
    (15, 13), (13, 11), (16, 14), (14, 12), (11, 12), (5, 11), (6, 12), (5, 6), (5, 7), (6, 8), (7, 9), (8, 10), (1, 2),
    (0, 1), (0, 2), (1, 3), (2, 4), (3, 5), (4, 6),
  ]

  /// The keypoints that are likely visible, joined where they are a person's.
  package static func figure(of keypoints: [Keypoint]) -> Figure? {
    let points = keypoints.map { $0.score > 0 ? Figure.Point(x: $0.x, y: $0.y) : nil }
    guard points.contains(where: { $0 != nil }) else { return nil }
    let joints = keypoints.count == 17 ? person : []
    return Figure(
      points: points.compactMap(\.self),
      lines: joints.compactMap { a, b in points[a].flatMap { first in points[b].map { [first, $0] } } })
  }
}
