extension Tensor {
  /// Channels to pixels: `[..., C * r * r, H, W]` -> `[..., C, H * r, W * r]`. Shi et al. 2016, arXiv 1609.05158.
  public func pixelShuffle(_ factor: Int) throws(ShapeError) -> Tensor {
    let square = try checkedSquare(factor, "pixelShuffle"), axis = rank - 3
    guard shape[axis] % square == 0 else {
      throw ShapeError(.shape, "pixelShuffle", "channels are no multiple of \(factor) * \(factor)", shapes: shape)
    }
    let outer = Array(shape[..<axis]), channels = shape[axis] / square, height = shape[axis + 1],
      width = shape[axis + 2]
    // Only an empty tensor can take a factor larger than itself.
    guard channels > 0 || factor <= 1 << 16 && Swift.max(height, width) < 1 << 40 else {
      throw ShapeError(.argument, "pixelShuffle", "factor \(factor)", shapes: shape)
    }
    let blocks = [outer.reduce(1, *), channels, factor, factor, height, width]
    return try reshape(blocks).permute([0, 1, 4, 2, 5, 3]).reshape(outer + [channels, height * factor, width * factor])
  }

  /// Pixels to channels, the inverse of `pixelShuffle`: `[..., C, H * r, W * r]` -> `[..., C * r * r, H, W]`.
  public func pixelUnshuffle(_ factor: Int) throws(ShapeError) -> Tensor {
    let square = try checkedSquare(factor, "pixelUnshuffle"), axis = rank - 3
    guard shape[axis + 1] % factor == 0, shape[axis + 2] % factor == 0 else {
      throw ShapeError(.shape, "pixelUnshuffle", "height or width is no multiple of \(factor)", shapes: shape)
    }
    let outer = Array(shape[..<axis]), channels = shape[axis]
    let height = shape[axis + 1] / factor, width = shape[axis + 2] / factor
    guard height > 0 && width > 0 || factor <= 1 << 16 && channels < 1 << 30 else {
      throw ShapeError(.argument, "pixelUnshuffle", "factor \(factor)", shapes: shape)
    }
    let blocks = [outer.reduce(1, *), channels, height, factor, width, factor]
    return try reshape(blocks).permute([0, 1, 3, 5, 2, 4]).reshape(outer + [channels * square, height, width])
  }

  private func checkedSquare(_ factor: Int, _ operation: String) throws(ShapeError) -> Int {
    guard rank >= 3 else { throw ShapeError(.shape, operation, "needs at least 3 axes", shapes: shape) }
    let (square, overflow) = factor.multipliedReportingOverflow(by: factor)
    guard factor > 0, !overflow else {
      throw ShapeError(.argument, operation, "factor \(factor)", shapes: shape)
    }
    return square
  }
}
