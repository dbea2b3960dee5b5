import TensorCore

/// Where the keypoints lie whose heat maps a keypoint head gives. He et al. 2017, arXiv 1703.06870.
public enum KeypointHeatmaps {
  /// Heat maps `[D, K, h, w]` of regions `[D, 4]` -> keypoints `[D, K, 3]` (x, y, and 1 for visible) in the regions' pixels,
  /// and their scores `[D, K]`. Each map is stretched over its region, bicubic, and its highest pixel taken, as torchvision's
  /// `heatmaps_to_keypoints`.
  public static func keypoints(
    _ maps: Tensor, regions: Tensor
  ) throws(ShapeError) -> (points: Tensor, scores: Tensor) {
    let count = try regions.boxCount("keypoints")
    guard maps.rank == 4, maps.shape[0] == count else {
      throw ShapeError(.shape, "keypoints", "a map for every region", shapes: maps.shape, regions.shape)
    }
    let each = maps.shape[1], corners = try regions.floats()
    var points: [Float] = [], scores: [Float] = []
    for index in 0..<count {
      let box = Array(corners[4 * index..<4 * index + 4])
      let width = max(box[2] - box[0], 1), height = max(box[3] - box[1], 1)
      guard width < 65_536, height < 65_536, box.allSatisfy(\.isFinite) else {
        throw ShapeError(.argument, "keypoints", "the region \(box) is too large")
      }
      let columns = Int(width.rounded(.up)), rows = Int(height.rounded(.up))
      let stretched = try maps.narrow(axis: 0, start: index, length: 1)
        .interpolate(size: [rows, columns], mode: .bicubic).reshape([each, rows * columns])
      let places = try stretched.argmax(axis: 1).integers()
      let stepX = width / Float(columns), stepY = height / Float(rows)
      stretched.withUnsafeBytes { bytes in
        let values = bytes.bindMemory(to: Float.self)
        for (keypoint, place) in places.enumerated() {
          let (y, x) = place.quotientAndRemainder(dividingBy: columns)
          points += [(Float(x) + 0.5) * stepX + box[0], (Float(y) + 0.5) * stepY + box[1], 1]
          scores.append(values[keypoint * rows * columns + place])
        }
      }
    }
    return (try Tensor(points, shape: [count, each, 3]), try Tensor(scores, shape: [count, each]))
  }
}
