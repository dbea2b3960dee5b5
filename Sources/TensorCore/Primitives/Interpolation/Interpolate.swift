import CKernels

/// Resizing of planes by nearest, bilinear and bicubic interpolation. Averages over areas are an adaptive pooling.
package struct Interpolate: Primitive {
  package static let name = "interpolate"
  package static let onnxName = "Resize"

  package let target: InterpolationTarget
  package let mode: InterpolationMode
  package let alignCorners: Bool
  package let antialias: Bool

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    let shape = inputs[0].shape
    guard shape.count == 4, shape[2] > 0, shape[3] > 0 else {
      throw ShapeError(.shape, Self.name, "input must be [N, C, H, W] with pixels", shapes: shape)
    }
    guard mode.isSmooth || (!alignCorners && !antialias) else {
      throw ShapeError(.argument, Self.name, "alignCorners and antialias are for bilinear and bicubic, not \(mode)")
    }
    let size = try outputSize(of: shape)
    for side in [shape[2], shape[3]] + size {
      guard side <= Self.largestSide else {
        throw ShapeError(.argument, Self.name, "sides are at most \(Self.largestSide)", shapes: shape, size)
      }
    }
    return [TensorSpec([shape[0], shape[1]] + size, inputs[0].dtype)]
  }

  /// Coordinates are float32, as PyTorch's: beyond this they would skip pixels.
  private static let largestSide = 1 << 22

  /// Output height and width for an input `[N, C, H, W]`.
  package func outputSize(of shape: [Int]) throws(ShapeError) -> [Int] {
    switch target {
    case .size(let size):
      guard size.count == 2, size.allSatisfy({ $0 > 0 }) else {
        throw ShapeError(.argument, Self.name, "size \(size): two positive values needed", shapes: shape)
      }
      return size
    case .scale(let factors):
      guard factors.count == 2, factors.allSatisfy({ $0 > 0 && $0.isFinite }) else {
        throw ShapeError(.argument, Self.name, "scale \(factors): two positive factors needed", shapes: shape)
      }
      let sizes = zip(shape.suffix(2), factors).map { (Double($0) * $1).rounded(.down) }
      guard sizes.allSatisfy({ $0 >= 1 && $0 <= Double(Self.largestSide) }) else {
        throw ShapeError(.argument, Self.name, "scale \(factors) gives no pixels, or too many", shapes: shape)
      }
      return sizes.map { Int($0) }
    }
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let from = inputs[0].shape, to = outputs[0].shape
    guard from[0] * from[1] > 0 else { return }
    let (vertical, horizontal) = tables(from, to)
    let source = inputs[0].floats, output = outputs[0].floats
    let work = ResampleRows(vertical: vertical, horizontal: horizontal, height: from[2], width: from[3])
    Parallel.ranges(from[0] * from[1] * to[2], grain: 65_536 / (to[3] * horizontal.taps + from[3] * vertical.taps) + 1)
    {
      mode.isSmooth ? work.resample(source, into: output, rows: $0) : work.pick(source, into: output, rows: $0)
    }
  }

  /// The tables of both directions, from planes `[N, C, H, W]` to others.
  func tables(_ from: [Int], _ to: [Int]) -> (vertical: ResampleTable, horizontal: ResampleTable) {
    var factors: [Double?] = [nil, nil]
    if case .scale(let given) = target { factors = given }
    return (table(from[2], to[2], factors[0]), table(from[3], to[3], factors[1]))
  }

  private func table(_ from: Int, _ to: Int, _ factor: Double?) -> ResampleTable {
    ResampleTable(from: from, to: to, factor: factor, mode: mode, alignCorners: alignCorners, antialias: antialias)
  }
}

extension Tensor {
  /// Resizes planes as `torch.nn.functional.interpolate`. `[N, C, H, W]` -> `[N, C, h, w]`; exactly one of `size`, `[h, w]`, and
  /// `scale`, factors `[vertical, horizontal]`, must be given.
  ///
  /// With `scale` the size is rounded down, and the given factors map coordinates, unless `recomputeScale`: then the
  /// quotients of the sizes do, as they do with `size`. `alignCorners` maps corner centres onto each other; `antialias`
  /// widens the filter when it shrinks: both are for bilinear and bicubic.
  public func interpolate(
    size: [Int]? = nil, scale: [Double]? = nil, mode: InterpolationMode = .nearest, alignCorners: Bool = false,
    antialias: Bool = false, recomputeScale: Bool = false
  ) throws(ShapeError) -> Tensor {
    let target: InterpolationTarget
    switch (size, scale) {
    case (let size?, nil): target = .size(size)
    case (nil, let scale?): target = .scale(scale)
    default: throw ShapeError(.argument, Interpolate.name, "give either size or scale")
    }
    var primitive = Interpolate(target: target, mode: mode, alignCorners: alignCorners, antialias: antialias)
    if mode == .area {
      let size = try primitive.outputs(for: [spec])[0].shape.suffix(2)
      return try adaptiveAveragePool(Array(size))
    }
    if recomputeScale, scale != nil {
      let size = try primitive.outputs(for: [spec])[0].shape.suffix(2)
      primitive = Interpolate(target: .size(Array(size)), mode: mode, alignCorners: alignCorners, antialias: antialias)
    }
    return try .applySingle(primitive, self)
  }
}
