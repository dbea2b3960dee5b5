import CKernels
import TensorCore

extension Lowering {
  /// An epilogue whose values lie where steps can read them.
  struct Finish: Sendable {
    let bias: PackedFloats?
    let residual: Place?
    let activation: Activation

    /// For the kernel, in one run.
    func epilogue(_ frame: Frame, _ shape: MapShape) -> vk_epilogue {
      vk_epilogue(
        bias: bias?.pointer, residual: residual.map { vk_map(frame.pointer($0), $0, shape) } ?? vk_map(),
        activation: activation.code, a: activation.a, b: activation.b)
    }
  }

  mutating func finish(_ epilogue: Epilogue, _ output: Int) throws(ShapeError) -> Finish {
    var residual: Place?
    if let value = epilogue.residual, let shape = shape(output) { residual = map(value, shape) }
    return Finish(
      bias: try epilogue.bias.map { values throws(ShapeError) in try PackedFloats(values) }, residual: residual,
      activation: epilogue.activation)
  }

  /// What a node's packed weights are kept under: the parameter, the form, and the factors multiplied in, as two layers may
  /// share weights and differ in what follows. Nil for weights that were computed while compiling: they differ by shape.
  private func key(_ node: Graph.Node, _ form: String) -> String? {
    guard let path = graph.paths[node.inputs[1]] else { return nil }
    // FNV-1a of the factors' bits.
    let factors = node.epilogue.scale?.reduce(UInt64(0xCBF2_9CE4_8422_2325)) {
      ($0 ^ UInt64($1.bitPattern)) &* 0x100_0000_01B3
    }
    return "\(path) \(form) \(factors ?? 0)"
  }

  /// The weights of a convolution `[O, I/groups, kH, kW]` as packing reads them.
  private static func weights(_ shape: [Int], groups: Int, _ data: UnsafePointer<Float>) -> vk_conv_weights {
    let taps = shape[2] * shape[3]
    return vk_conv_weights(
      groups: groups, out_channels: shape[0] / groups, in_channels: shape[1], kernel_h: shape[2], kernel_w: shape[3],
      data: data, group_stride: shape[0] / groups * shape[1] * taps, out_stride: shape[1] * taps, in_stride: taps,
      y_stride: shape[3], x_stride: 1, scale: nil)
  }

  mutating func lowerConvolution(_ primitive: Convolution, _ node: Graph.Node) throws(ShapeError) -> Bool {
    guard let from = shape(node.inputs[0]), let to = shape(node.outputs[0]), node.inputs.count == 2,
      let kernel = graph.constants[node.inputs[1]], from.channels > 0, to.channels > 0
    else { return false }
    let settings = primitive.settings, groups = settings.groups, size = kernel.shape, isa = isa
    let products = primitive.multiplyAdds([graph.specs[node.inputs[0]], kernel.spec], [graph.specs[node.outputs[0]]])
    let sides = settings.sides, stride = settings.stride, dilation = settings.dilation
    let end = try finish(node.epilogue, node.outputs[0])
    let factors = try node.epilogue.scale.map { values throws(ShapeError) in try PackedFloats(values) }
    var layout = Self.weights(size, groups: groups, kernel.view.floats)
    layout.scale = factors?.pointer

    if groups == from.channels, groups == to.channels, groups > 1 {
      let taps = size[2] * size[3]
      let packed = try weights.floats(key(node, "depthwise"), count: vk_channelwise_packed_count(groups, taps)) {
        vk_channelwise_pack(kernel.view.floats, factors?.pointer, groups, taps, $0)
      }
      let source = map(node.inputs[0], from), target = newMap(node.outputs[0], to)
      add("depthwise", node, [source, target, end.residual], multiplyAdds: products) { frame in
        var work = vk_channelwise(
          batch: from.batch, channels: groups, in_h: from.height, in_w: from.width, out_h: to.height, out_w: to.width,
          kernel_h: size[2], kernel_w: size[3], stride_h: stride[0], stride_w: stride[1], dilation_h: dilation[0],
          dilation_w: dilation[1], pad_top: sides[0], pad_left: sides[1],
          in: vk_map(frame.pointer(source), source, from), out: vk_map(frame.pointer(target), target, to),
          weights: packed.pointer, epilogue: end.epilogue(frame, to))
        frame.tiles(vk_channelwise_tiles(isa, &work), work: products) { begin, end, _ in
          var work = work
          vk_channelwise_run(isa, &work, begin, end)
        }
      }
      return true
    }

    if groups == 1, from.channels <= 4, maps[node.inputs[0]] == nil || from.channels == 1 {
      let packed = try weights.floats(key(node, "planar"), count: vk_planar_packed_count(isa, &layout)) {
        vk_planar_pack(isa, &layout, $0)
      }
      let source = plain(node.inputs[0]), target = newMap(node.outputs[0], to)
      add("planar", node, [source, target, end.residual], multiplyAdds: products) { frame in
        let area = from.height * from.width
        var work = vk_planar(
          batch: from.batch, in_channels: from.channels, in_h: from.height, in_w: from.width, out_h: to.height,
          out_w: to.width, out_channels: to.channels, kernel_h: size[2], kernel_w: size[3], stride_h: stride[0],
          stride_w: stride[1], dilation_h: dilation[0], dilation_w: dilation[1], pad_top: sides[0], pad_left: sides[1],
          in: UnsafePointer(frame.floats(source)), in_row: from.width, in_plane: area, in_image: area * from.channels,
          out: vk_map(frame.pointer(target), target, to), weights: packed.pointer, epilogue: end.epilogue(frame, to))
        frame.tiles(vk_planar_tiles(isa, &work), workspace: vk_planar_workspace(isa, &work), work: products) {
          begin, end, space in
          var work = work
          vk_planar_run(isa, &work, begin, end, space)
        }
      }
      return true
    }

    let source = map(node.inputs[0], from), target = newMap(node.outputs[0], to)
    if groups == 1, size[2...] == [3, 3], stride == [1, 1], dilation == [1, 1], to.height * to.width >= 144,
      from.channels >= 16, to.channels >= 16
    {
      let packed = try weights.floats(key(node, "winograd4"), count: vk_winograd_packed_count(isa, 4, &layout)) {
        vk_winograd_pack(isa, 4, &layout, $0)
      }
      add("winograd 4x4", node, [source, target, end.residual], multiplyAdds: products) { frame in
        var work = vk_winograd(
          side: 4, batch: from.batch, in_h: from.height, in_w: from.width, out_h: to.height, out_w: to.width,
          in_channels: from.channels, out_channels: to.channels, pad_top: sides[0], pad_left: sides[1],
          in: vk_map(frame.pointer(source), source, from), out: vk_map(frame.pointer(target), target, to),
          weights: packed.pointer, epilogue: end.epilogue(frame, to))
        frame.shared(vk_winograd_shared(isa, &work)) { shared in
          for phase in 0..<vk_winograd_phases(isa, &work) {
            frame.tiles(
              vk_winograd_tiles(isa, &work, phase), workspace: vk_winograd_workspace(isa, &work), work: products
            ) {
              begin, end, space in
              var work = work
              vk_winograd_run(isa, &work, phase, begin, end, shared, space)
            }
          }
        }
      }
      return true
    }

    let packed = try weights.floats(key(node, "direct"), count: vk_conv_packed_count(isa, &layout)) {
      vk_conv_pack(isa, &layout, $0)
    }
    add("direct", node, [source, target, end.residual], multiplyAdds: products) { frame in
      var work = vk_conv(
        batch: from.batch, in_h: from.height, in_w: from.width, out_h: to.height, out_w: to.width, groups: groups,
        in_channels: from.channels / groups, out_channels: to.channels / groups, kernel_h: size[2], kernel_w: size[3],
        stride_h: stride[0], stride_w: stride[1], dilation_h: dilation[0], dilation_w: dilation[1], pad_top: sides[0],
        pad_left: sides[1], in: vk_map(frame.pointer(source), source, from),
        out: vk_map(frame.pointer(target), target, to), weights: packed.pointer, epilogue: end.epilogue(frame, to))
      frame.convolve(&work, products: products)
    }
    return true
  }

  /// A transposed convolution's geometry, before a phase is cut out.
  private static func transposed(
    _ settings: ConvolutionSettings, _ size: [Int], _ from: MapShape, _ to: MapShape
  ) -> vk_conv {
    let groups = settings.groups
    return vk_conv(
      batch: from.batch, in_h: from.height, in_w: from.width, out_h: to.height, out_w: to.width, groups: groups,
      in_channels: from.channels / groups, out_channels: to.channels / groups, kernel_h: size[2], kernel_w: size[3],
      stride_h: settings.stride[0], stride_w: settings.stride[1], dilation_h: settings.dilation[0],
      dilation_w: settings.dilation[1], pad_top: settings.sides[0], pad_left: settings.sides[1], in: vk_map(),
      out: vk_map(), weights: nil, epilogue: vk_epilogue())
  }

  /// Each phase of the output is a convolution of its own.
  mutating func lowerTransposed(_ primitive: ConvolutionTranspose, _ node: Graph.Node) throws(ShapeError) -> Bool {
    guard let from = shape(node.inputs[0]), let to = shape(node.outputs[0]), node.inputs.count == 2,
      let kernel = graph.constants[node.inputs[1]], from.channels > 0, to.channels > 0
    else { return false }
    let settings = primitive.settings, groups = settings.groups, size = kernel.shape, isa = isa
    let stride = settings.stride, taps = size[2] * size[3]
    let end = try finish(node.epilogue, node.outputs[0])
    let factors = try node.epilogue.scale.map { values throws(ShapeError) in try PackedFloats(values) }
    let source = map(node.inputs[0], from), target = newMap(node.outputs[0], to)
    let products = primitive.multiplyAdds([graph.specs[node.inputs[0]], kernel.spec], [graph.specs[node.outputs[0]]])
    for y in 0..<stride[0] {
      for x in 0..<stride[1] {
        // Weights are [I, O/groups, kH, kW].
        var layout = vk_conv_weights(
          groups: groups, out_channels: size[1], in_channels: size[0] / groups, kernel_h: size[2], kernel_w: size[3],
          data: kernel.view.floats, group_stride: size[0] / groups * size[1] * taps, out_stride: taps,
          in_stride: size[1] * taps, y_stride: size[3], x_stride: 1, scale: factors?.pointer)
        var work = Self.transposed(settings, size, from, to)
        guard vk_conv_transposed_phase(&work, &layout, y, x) else { continue }
        let packed = try weights.floats(key(node, "phase \(y),\(x)"), count: vk_conv_packed_count(isa, &layout)) {
          vk_conv_pack(isa, &layout, $0)
        }
        add("transposed", node, [source, target, end.residual], multiplyAdds: products / (stride[0] * stride[1])) {
          frame in
          // The phase again, now with the maps that it cuts its rows and columns from.
          var work = Self.transposed(settings, size, from, to), unused = vk_conv_weights()
          unused.kernel_h = size[2]
          unused.kernel_w = size[3]
          unused.y_stride = size[3]
          unused.x_stride = 1
          unused.data = kernel.view.floats
          work.in = vk_map(frame.pointer(source), source, from)
          work.out = vk_map(frame.pointer(target), target, to)
          work.epilogue = end.epilogue(frame, to)
          guard vk_conv_transposed_phase(&work, &unused, y, x) else { return }
          work.weights = packed.pointer
          frame.convolve(&work, products: products)
        }
      }
    }
    return true
  }

  /// A product with a matrix of known weights, over rows.
  mutating func lowerLinear(_ node: Graph.Node) throws(ShapeError) -> Bool {
    guard node.inputs.count == 2, let matrix = graph.constants[node.inputs[1]], matrix.dtype == .float32,
      graph.specs[node.inputs[0]].dtype == .float32, matrix.count > 0
    else { return false }
    let outs = matrix.shape[0], ins = matrix.shape[1], rows = graph.specs[node.inputs[0]].count / ins, isa = isa
    guard rows > 0 else { return false }
    var layout = Self.weights([outs, ins, 1, 1], groups: 1, matrix.view.floats)
    let packed = try weights.floats(key(node, "direct"), count: vk_conv_packed_count(isa, &layout)) {
      vk_conv_pack(isa, &layout, $0)
    }
    let bias = try node.epilogue.bias.map { values throws(ShapeError) in try PackedFloats(values) }
    let residual = node.epilogue.residual.map { plain($0) }, activation = node.epilogue.activation
    let source = plain(node.inputs[0]), target = newPlain(node.outputs[0])
    add("linear", node, [source, target, residual], multiplyAdds: rows * outs * ins) { frame in
      var work = vk_conv(
        batch: 1, in_h: 1, in_w: rows, out_h: 1, out_w: rows, groups: 1, in_channels: ins, out_channels: outs,
        kernel_h: 1, kernel_w: 1, stride_h: 1, stride_w: 1, dilation_h: 1, dilation_w: 1, pad_top: 0, pad_left: 0,
        in: vk_map_of(frame.floats(source), 1, rows, ins), out: vk_map_of(frame.floats(target), 1, rows, outs),
        weights: packed.pointer,
        epilogue: vk_epilogue(
          bias: bias?.pointer, residual: residual.map { vk_map_of(frame.floats($0), 1, rows, outs) } ?? vk_map(),
          activation: activation.code, a: activation.a, b: activation.b))
      frame.convolve(&work, products: rows * outs * ins)
    }
    return true
  }

  /// A batch norm that no convolution took in: a depthwise convolution of one tap.
  mutating func lowerAffine(_ node: Graph.Node) throws(ShapeError) -> Bool {
    guard let shape = shape(node.inputs[0]), let scale = node.epilogue.scale, shape.channels > 0 else { return false }
    let isa = isa, channels = shape.channels
    let packed = try weights.floats(nil, count: vk_channelwise_packed_count(channels, 1)) { target in
      vk_channelwise_pack(scale, nil, channels, 1, target)
    }
    let end = try finish(node.epilogue, node.outputs[0])
    let source = map(node.inputs[0], shape), target = newMap(node.outputs[0], shape)
    add("affine", node, [source, target, end.residual]) { frame in
      var work = vk_channelwise(
        batch: shape.batch, channels: channels, in_h: shape.height, in_w: shape.width, out_h: shape.height,
        out_w: shape.width, kernel_h: 1, kernel_w: 1, stride_h: 1, stride_w: 1, dilation_h: 1, dilation_w: 1,
        pad_top: 0, pad_left: 0, in: vk_map(frame.pointer(source), source, shape),
        out: vk_map(frame.pointer(target), target, shape), weights: packed.pointer,
        epilogue: end.epilogue(frame, shape))
      frame.tiles(vk_channelwise_tiles(isa, &work), work: shape.pixels * channels * 8) { begin, end, _ in
        var work = work
        vk_channelwise_run(isa, &work, begin, end)
      }
    }
    return true
  }
}

extension Frame {
  /// Runs a convolution on all threads.
  func convolve(_ work: inout vk_conv, products: Int) {
    let isa = KernelISA.current, fixed = work
    tiles(vk_conv_tiles(isa, &work), workspace: vk_conv_workspace(isa, &work), work: products) { begin, end, space in
      var work = fixed
      vk_conv_run(isa, &work, begin, end, space)
    }
  }

  /// Memory that all threads of a step see.
  func shared(_ floats: Int, _ body: (UnsafeMutablePointer<Float>) -> Void) {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: max(floats, 1) * 4, alignment: 64)
    defer { memory.deallocate() }
    body(memory.assumingMemoryBound(to: Float.self))
  }
}
