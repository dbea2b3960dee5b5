import TensorCore

/// Brightness apart from colour, of pictures `[1, 3, H, W]`. Gatys et al. 2016, arXiv 1606.05897.
enum Luminance {
  /// Three alike planes of the brightness.
  static func gray(of picture: Tensor) throws(ShapeError) -> Tensor {
    let weights = try Tensor([0.299, 0.587, 0.114], shape: [1, 3, 1, 1])
    let one = try (picture * weights).sum(axes: [1], keepAxes: true)
    return try Tensor.concatenate([one, one, one], axis: 1)
  }

  /// `gray` with the mean and deviation of `other`.
  static func matched(_ gray: Tensor, to other: Tensor) throws(ShapeError) -> Tensor {
    let (mean, deviation) = try moments(gray), (wanted, spread) = try moments(other)
    return try (gray - mean) * (spread / max(deviation, 1e-6)) + wanted
  }

  private static func moments(_ tensor: Tensor) throws(ShapeError) -> (mean: Float, deviation: Float) {
    let mean = try tensor.mean().floats()[0]
    let centered = try tensor - mean
    return (mean, (try (centered * centered).mean().floats()[0]).squareRoot())
  }

  /// `picture` with the brightness of `other`, its colours kept.
  static func replaced(in picture: Tensor, by other: Tensor) throws(ShapeError) -> Tensor {
    try picture + (gray(of: other) - gray(of: picture))
  }
}
