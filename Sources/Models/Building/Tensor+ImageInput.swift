import TensorCore

extension Tensor {
  /// Throws, in one line, unless this is `[N, channels, H, W]` with at least `smallest` pixels either way.
  package func checkImages(channels: Int = 3, smallest: Int = 1, _ network: String) throws(ShapeError) {
    guard rank == 4, shape[1] == channels, shape[2] >= smallest, shape[3] >= smallest else {
      throw ShapeError(
        .shape, network,
        "the input is \(shape); expected [N, \(channels), H, W] with H and W at least \(smallest)")
    }
  }
}
