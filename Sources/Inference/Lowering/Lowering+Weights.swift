import CKernels
import TensorCore

extension Lowering {
  /// An epilogue whose values lie where steps can read them.
  struct Finish: Sendable {
    let bias: PackedFloats?
    let biasPlace: Place?
    let residual: Place?
    let isRoundedResidual: Bool
    let activation: Activation

    /// What a step with it reads besides.
    var places: [Place?] { [biasPlace, residual] }

    func biasPointer(_ frame: Frame) -> UnsafePointer<Float>? {
      bias?.pointer ?? biasPlace.map { UnsafePointer(frame.floats($0)) }
    }

    /// For the kernel, in one run; without addresses of the run where there is none.
    func epilogue(_ frame: Frame?, _ shape: MapShape) -> vk_epilogue {
      vk_epilogue(
        bias: frame.flatMap { biasPointer($0) },
        residual: residual.map { vk_map(frame?.pointer($0), $0, shape) } ?? vk_map(), activation: activation.code,
        a: activation.a, b: activation.b)
    }
  }

  mutating func finish(_ epilogue: Epilogue, _ output: Int) throws(ShapeError) -> Finish {
    var residual: Place?, isRoundedResidual = false
    if let value = epilogue.residual, let shape = shape(output) {
      let lying = mapOrRounded(value, shape)
      (residual, isRoundedResidual) = (lying.place, lying.isRounded)
    }
    return Finish(
      bias: try epilogue.bias.map { values throws(ShapeError) in try PackedFloats(values) },
      biasPlace: epilogue.biasValue.map { plain($0) }, residual: residual, isRoundedResidual: isRoundedResidual,
      activation: epilogue.activation)
  }

  /// Packed weights: known when the plan is made, or packed by a step of it.
  struct WeightSource: Sendable {
    let fixed: PackedFloats?
    let place: Place?

    func pointer(_ frame: Frame) -> UnsafePointer<Float>? {
      fixed?.pointer ?? place.map { UnsafePointer(frame.floats($0)) }
    }
  }

  /// What a node's weights are packed as: the form, and the factors multiplied in, as two layers may share weights and differ in
  /// what follows. Everything is in it that decides the packed bytes of given weights, as they are kept on disk under it.
  private func form(_ node: Graph.Node, _ form: String) -> String {
    // FNV-1a of the factors' bits.
    let factors = node.epilogue.scale?.reduce(UInt64(0xCBF2_9CE4_8422_2325)) {
      ($0 ^ UInt64($1.bitPattern)) &* 0x100_0000_01B3
    }
    // A gradient reads the same weights the other way round.
    var text = "\(node.primitive.operation) \(form) \(graph.specs[node.inputs[1]].shape) \(factors ?? 0)"
    switch node.primitive {
    case let convolution as Convolution: text += " \(convolution.settings.groups)"
    case let transposed as ConvolutionTranspose:
      let settings = transposed.settings
      text += " \(settings.groups) \(settings.stride) \(settings.sides) \(settings.dilation)"
    default: break
    }
    return text
  }

  /// Packs what input 1 of `node` holds: now where it is known, else by a step. `fill` packs tiles begin ..< end of `tiles`.
  mutating func pack(
    _ node: Graph.Node, _ form: String, count: Int, tiles: Int,
    _ fill: @escaping @Sendable (UnsafePointer<Float>, UnsafeMutablePointer<Float>, _ begin: Int, _ end: Int) -> Void
  ) throws(ShapeError) -> WeightSource {
    let value = node.inputs[1]
    if graph.isKnown(value) {
      // Weights that were computed while compiling differ by shape: they are not kept.
      let path = graph.paths[value], form = self.form(node, form), key = path.map { $0 + " " + form }
      if let key, let kept = weights.kept(key) { return source(kept) }
      guard let known = try graph.known(value) else { return WeightSource(fixed: nil, place: nil) }
      if let key, let kept = weights.restored(key, known, form: form, byteCount: count * 4) {
        // Pages of the file that were mapped along with what was read beside them.
        known.releasePages()
        return source(kept)
      }
      // Piece by piece, each piece's pages given back at once where they are a file's: never the whole twice.
      let pieces = min(tiles, known.spec.byteCount / Self.pieceBytes + 1)
      let packed = try weights.floats(key, count: count) { target in
        for piece in 0..<pieces {
          fill(known.view.floats, target, tiles * piece / pieces, tiles * (piece + 1) / pieces)
          known.releasePages()
        }
      }
      if let path {
        weights.keep(packed, known, form: form)
        weights.release(path)
      }
      return source(packed)
    }
    let source = plain(node.inputs[1]), target = block(bytes: count * 4)
    add("pack", node, [source, target]) { frame in
      let from = UnsafePointer(frame.floats(source)), to = frame.floats(target)
      frame.tiles(tiles, work: count * 8) { begin, end, _ in fill(from, to, begin, end) }
    }
    return WeightSource(fixed: nil, place: target)
  }

  /// Packed weights that the next step reads.
  private mutating func source(_ packed: PackedFloats) -> WeightSource {
    self.packed = packed
    return WeightSource(fixed: packed, place: nil)
  }

  /// Bytes of weights that are packed between two looks at memory.
  private static let pieceBytes = 8 << 20

  /// The weights of a convolution `[O, I/groups, kH, kW]` as packing reads them.
  static func weights(_ shape: [Int], groups: Int, _ data: UnsafePointer<Float>?) -> vk_conv_weights {
    let taps = shape[2] * shape[3]
    return vk_conv_weights(
      groups: groups, out_channels: shape[0] / groups, in_channels: shape[1], kernel_h: shape[2], kernel_w: shape[3],
      data: data, group_stride: shape[0] / groups * shape[1] * taps, out_stride: shape[1] * taps, in_stride: taps,
      y_stride: shape[3], x_stride: 1, scale: nil)
  }

  /// The weights of a transposed convolution `[I, O/groups, kH, kW]`, flipped where it is to run as a plain one.
  static func transposedWeights(
    _ shape: [Int], groups: Int, flipped: Bool, _ data: UnsafePointer<Float>?
  ) -> vk_conv_weights {
    let taps = shape[2] * shape[3], sign = flipped ? -1 : 1
    return vk_conv_weights(
      groups: groups, out_channels: shape[1], in_channels: shape[0] / groups, kernel_h: shape[2], kernel_w: shape[3],
      data: flipped ? data.map { $0 + taps - 1 } : data, group_stride: shape[0] / groups * shape[1] * taps,
      out_stride: taps, in_stride: shape[1] * taps, y_stride: sign * shape[3], x_stride: sign, scale: nil)
  }

  /// Memory that all threads of one step see.
  mutating func scratch(_ floats: Int) -> Place { block(bytes: max(floats, 1) * 4) }
}
