import TensorCore

extension Tensor {
  /// Throws, in the name of a network, where this is no batch of images `[N, channels, H, W]` with sides of at least
  /// `leastSide`: one line at the door instead of a pooling error deep inside.
  package func checkImages(_ network: String, channels: Int = 3, leastSide: Int = 1) throws(ShapeError) {
    guard shape.count == 4, shape[1] == channels else {
      throw ShapeError(.shape, network, "the input is \(shape); expected [N, \(channels), H, W]")
    }
    guard shape[2] >= leastSide, shape[3] >= leastSide else {
      throw ShapeError(
        .shape, network,
        "the input is \(shape[3])x\(shape[2]) pixels; the smallest this network can take is \(leastSide)x\(leastSide)")
    }
  }
}
