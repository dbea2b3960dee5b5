import TensorCore

extension Losses {
  /// Products of all pairs of channels, summed over the places and divided by `C H W`: `[N, C, H, W]` -> `[N, C, C]`. Gatys et al.
  /// 2015, arXiv 1508.06576, with the divisor that PyTorch's tutorial and d2l use.
  package static func gramMatrix(_ features: Tensor) throws(ShapeError) -> Tensor {
    guard features.rank == 4 else {
      throw ShapeError(.shape, "Gram matrix", "takes features [N, C, H, W]", shapes: features.shape)
    }
    let (n, c) = (features.shape[0], features.shape[1]), places = features.shape[2] * features.shape[3]
    let rows = try features.reshape([n, c, places])
    return try rows.matmul(rows, transposeB: true) / Float(max(c * places, 1))
  }

  /// The mean squared difference of the features' Gram matrix from the style's, `[N, C, C]`.
  package static func style(_ features: Tensor, gram: Tensor) throws(ShapeError) -> Tensor {
    try meanSquaredError(gramMatrix(features), gram)
  }

  /// How much neighbouring pixels of `[N, C, H, W]` differ: half the mean magnitude down plus half that across, as in d2l.
  package static func totalVariation(_ image: Tensor) throws(ShapeError) -> Tensor {
    guard image.rank == 4, image.shape[2] > 1, image.shape[3] > 1 else {
      throw ShapeError(.shape, "total variation", "takes images [N, C, H, W] of 2x2 and more", shapes: image.shape)
    }
    let down = try image.slice(axis: 2, from: 1) - image.slice(axis: 2, to: -1)
    let across = try image.slice(axis: 3, from: 1) - image.slice(axis: 3, to: -1)
    return try (down.abs().mean() + across.abs().mean()) * 0.5
  }
}
