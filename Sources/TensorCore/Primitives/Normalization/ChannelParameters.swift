/// Checks shared by the normalisations that take values a channel.
enum ChannelParameters {
  /// The channels of `[N, C, ...]`.
  static func channels(of input: TensorSpec, _ operation: String) throws(ShapeError) -> Int {
    guard input.rank >= 2 else { throw ShapeError(.shape, operation, "input must be [N, C, ...]", shapes: input.shape) }
    return input.shape[1]
  }

  /// Throws unless all `parameters` have the shape `expected`.
  static func check(
    _ parameters: ArraySlice<TensorSpec>, are expected: [Int], for input: TensorSpec, _ operation: String
  ) throws(ShapeError) {
    for parameter in parameters where parameter.shape != expected {
      throw ShapeError(
        .shape, operation, "weight, bias and statistics must be \(expected)", shapes: input.shape, parameter.shape)
    }
  }

  /// Throws unless `epsilon` is a number from 0 on.
  static func check(epsilon: Double, _ operation: String) throws(ShapeError) {
    guard epsilon >= 0, epsilon.isFinite else {
      throw ShapeError(.argument, operation, "epsilon \(epsilon) is not from 0 on")
    }
  }
}
