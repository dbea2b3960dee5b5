import NeuralNetwork
import TensorCore

/// Self-attention within windows of an image, shifted or not, with a learned term for every relative position.
/// `[N, H, W, C]` -> the same; H and W need not be multiples of the window's side.
struct WindowAttention: Layer {
  private static let log10 = 2.302585092994046, log100: Float = 4.6051702
  private let scope: ParameterScope
  private let window: SwinWindow, shift: Int, heads: Int, isSecond: Bool
  private let mixing: Linear, projection: Linear, index: Parameter
  /// The terms of the first version, or the coordinates that the second's small network turns into them.
  private let positions: Parameter
  private let logitScale: Parameter?, positionNetwork: (first: Linear, second: Linear)?

  init(
    _ scope: ParameterScope, channels: Int, heads: Int, _ window: SwinWindow, shift: Int, isSecond: Bool
  ) {
    self.scope = scope
    self.window = window
    self.shift = shift
    self.heads = heads
    self.isSecond = isSecond
    let zero = Initializer.constant(0), weights = SwinTransformer.weights
    logitScale =
      isSecond ? scope.parameter("logit_scale", [heads, 1, 1], .constant(Self.log10)) : nil
    let steps = 2 * window.side - 1
    positions =
      isSecond
      ? scope.buffer("relative_coords_table", [1, steps, steps, 2], .floats(window.positions))
      : scope.parameter("relative_position_bias_table", [window.positionCount, heads], weights)
    index = scope.buffer(
      "relative_position_index", [window.count * window.count], dtype: .int64, .integers(window.positionIndex))
    mixing = Linear(scope["qkv"], in: channels, out: 3 * channels, initializer: weights, biasInitializer: zero)
    projection = Linear(scope["proj"], in: channels, out: channels, initializer: weights, biasInitializer: zero)
    let network = scope["cpb_mlp"]
    positionNetwork =
      isSecond
      ? (
        Linear(network[0], in: 2, out: 512, initializer: weights, biasInitializer: zero),
        Linear(network[2], in: 512, out: heads, bias: false, initializer: weights)
      ) : nil
  }

  func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor {
    let side = window.side, (height, width) = (x.shape[1], x.shape[2])
    let padded = try x.pad([(0, (side - height % side) % side), (0, (side - width % side) % side), (0, 0)])
    let (rows, columns) = (padded.shape[1], padded.shape[2])
    // One window takes a whole side: nothing to shift.
    let shifts = (side >= rows ? 0 : shift, side >= columns ? 0 : shift)
    let isShifted = shifts.0 + shifts.1 > 0
    let shifted = isShifted ? try padded.roll([-shifts.0, -shifts.1], axes: [1, 2]) : padded
    var terms = [try positionTerm()]
    if isShifted { terms.append(try window.mask(height: rows, width: columns, shift: shifts)) }
    let mixed = try projection(attend(window.partition(shifted), terms))
    let joined = try window.join(mixed, height: rows, width: columns)
    let back = isShifted ? try joined.roll([shifts.0, shifts.1], axes: [1, 2]) : joined
    return try back.narrow(axis: 1, start: 0, length: height).narrow(axis: 2, start: 0, length: width)
  }

  /// Attention of `[N, windows, patches, C]`.
  private func attend(_ x: Tensor, _ terms: [Tensor]) throws(ShapeError) -> Tensor {
    guard let logitScale else {
      let parts = try mixing(x).chunk(3, axis: -1)
      return try parts[0].attention(key: parts[1], value: parts[2], heads: heads, terms: terms)
    }
    let parts = try scope["qkv"].locating { () throws(ShapeError) in
      try x.linear(mixing.weight.value(), bias: biasWithoutKey()).chunk(3, axis: -1)
    }
    let scale = try logitScale.value().clamp(max: Self.log100).exp().reshape([heads, 1])
    let query = try normalized(parts[0]) * scale
    return try query.reshape(parts[0].shape).attention(
      key: normalized(parts[1]).reshape(parts[1].shape), value: parts[2], heads: heads, terms: terms, scale: 1)
  }

  /// The second version's keys have no bias, whatever the checkpoint says.
  private func biasWithoutKey() throws(ShapeError) -> Tensor? {
    guard let parts = try mixing.bias?.value().chunk(3, axis: 0) else { return nil }
    return try Tensor.concatenate([parts[0], Tensor.zeros(parts[1].shape), parts[2]], axis: 0)
  }

  /// Every head's features divided by their length, as an axis of their own.
  private func normalized(_ x: Tensor) throws(ShapeError) -> Tensor {
    try x.reshape(x.shape.dropLast() + [heads, -1]).l2Normalize(axis: -1)
  }

  /// What relative positions add to the scores. `[heads, patches, patches]`.
  private func positionTerm() throws(ShapeError) -> Tensor {
    var table = try positions.value()
    if let positionNetwork {
      table = try positionNetwork.second(positionNetwork.first(table).relu()).reshape([-1, heads])
    }
    let term = try table.indexSelect(axis: 0, index: index.value())
      .reshape([window.count, window.count, heads]).permute([2, 0, 1])
    return isSecond ? try term.sigmoid() * 16 : term
  }
}
