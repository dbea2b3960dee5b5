import CKernels
import TensorCore

/// A convolution of stride and direction as kernels see it.
struct ConvolutionShape: Sendable {
  let from: MapShape, to: MapShape
  let groups: Int, kernel: [Int], stride: [Int], dilation: [Int]
  /// At the top and at the left.
  let pads: [Int]
  let products: Int

  /// Whether each channel has a kernel of its own.
  var isDepthwise: Bool { groups > 1 && groups == from.channels && groups == to.channels }

  /// What the kernel of the implicit matrix product takes.
  func work(
    _ source: vk_map, _ target: vk_map, _ weights: UnsafePointer<Float>?, _ epilogue: vk_epilogue
  ) -> vk_conv {
    vk_conv(
      batch: from.batch, in_h: from.height, in_w: from.width, out_h: to.height, out_w: to.width, groups: groups,
      in_channels: from.channels / groups, out_channels: to.channels / groups, kernel_h: kernel[0],
      kernel_w: kernel[1], stride_h: stride[0], stride_w: stride[1], dilation_h: dilation[0], dilation_w: dilation[1],
      pad_top: pads[0], pad_left: pads[1], in: source, out: target, weights: weights, epilogue: epilogue, ahead: nil,
      ahead_bytes: 0)
  }

  /// What the kernel of depthwise convolutions takes.
  func channelwise(
    _ source: vk_map, _ target: vk_map, _ weights: UnsafePointer<Float>?, _ epilogue: vk_epilogue
  ) -> vk_channelwise {
    vk_channelwise(
      batch: from.batch, channels: groups, in_h: from.height, in_w: from.width, out_h: to.height, out_w: to.width,
      kernel_h: kernel[0], kernel_w: kernel[1], stride_h: stride[0], stride_w: stride[1], dilation_h: dilation[0],
      dilation_w: dilation[1], pad_top: pads[0], pad_left: pads[1], in: source, out: target, weights: weights,
      epilogue: epilogue)
  }

  /// What the kernels of planar pictures take; `written` is the shape of what they write.
  func planar(
    _ frame: Frame, _ source: Place, _ target: Place, _ written: MapShape, _ weights: UnsafePointer<Float>?,
    _ end: Lowering.Finish
  ) -> vk_planar {
    let area = from.height * from.width
    return vk_planar(
      batch: from.batch, in_channels: from.channels, in_h: from.height, in_w: from.width, out_h: to.height,
      out_w: to.width, out_channels: to.channels, kernel_h: kernel[0], kernel_w: kernel[1], stride_h: stride[0],
      stride_w: stride[1], dilation_h: dilation[0], dilation_w: dilation[1], pad_top: pads[0], pad_left: pads[1],
      in: UnsafePointer(frame.floats(source)), in_row: from.width, in_plane: area, in_image: area * from.channels,
      out: vk_map(frame.pointer(target), target, written), weights: weights, epilogue: end.epilogue(frame, written))
  }
}

extension Lowering {
  /// A convolution, or a transposed one of stride 1, which is one with the kernel turned round.
  func geometry(of node: Graph.Node) -> ConvolutionShape? {
    guard let from = shape(node.inputs[0]), let to = shape(node.outputs[0]), from.channels > 0, to.channels > 0 else {
      return nil
    }
    let kernel = graph.specs[node.inputs[1]], size = Array(kernel.shape[2...])
    let products = node.primitive.multiplyAdds([graph.specs[node.inputs[0]], kernel], [graph.specs[node.outputs[0]]])
    func geometry(_ settings: ConvolutionSettings, _ pads: [Int]) -> ConvolutionShape {
      ConvolutionShape(
        from: from, to: to, groups: settings.groups, kernel: size, stride: settings.stride, dilation: settings.dilation,
        pads: pads, products: products)
    }
    if let primitive = node.primitive as? Convolution {
      return geometry(primitive.settings, Array(primitive.settings.sides[0..<2]))
    }
    guard let settings = (node.primitive as? ConvolutionTranspose)?.settings, settings.stride == [1, 1] else {
      return nil
    }
    return geometry(settings, (0..<2).map { settings.dilation[$0] * (size[$0] - 1) - settings.sides[$0] })
  }

  mutating func lowerConvolution(_ primitive: Convolution, _ node: Graph.Node) throws(ShapeError) -> Bool {
    guard node.inputs.count == 2, let shape = geometry(of: node) else { return false }
    let size = graph.specs[node.inputs[1]].shape, groups = shape.groups
    return try lowerConvolution(shape, node) { Self.weights(size, groups: groups, $0) }
  }

  /// Chooses the kernel; `layout` says how the weights lie.
  mutating func lowerConvolution(
    _ shape: ConvolutionShape, _ node: Graph.Node,
    _ layout: @escaping @Sendable (UnsafePointer<Float>?) -> vk_conv_weights
  ) throws(ShapeError) -> Bool {
    let (from, to, groups, products, isa) = (shape.from, shape.to, shape.groups, shape.products, isa)
    let end = try finish(node.epilogue, node.outputs[0]), scaled = try scaled(layout, node)
    var plan = scaled(nil)

    if shape.isDepthwise {
      let (source, isRoundedIn) = mapOrRounded(node.inputs[0], from)
      let (target, isRoundedOut) = newMapOrRounded(node.outputs[0], to)
      let packed = try packDepthwise(shape, node, scaled)
      add("depthwise", node, [source, target, packed.place] + end.places, multiplyAdds: products) { frame in
        let work = shape.channelwise(
          vk_map(frame.pointer(source), source, from), vk_map(frame.pointer(target), target, to), packed.pointer(frame),
          end.epilogue(frame, to))
        frame.convolve(channelwise: work, isRoundedIn: isRoundedIn, isRoundedOut: isRoundedOut, work: products)
      }
      return true
    }

    if try lowerPlanarPixels(shape, node, end, scaled) { return true }
    if groups == 1, from.channels <= 4, maps[node.inputs[0]] == nil || from.channels == 1 {
      let isPaired = isRoundedPlanar(node), wider = KernelISA.bf16
      let count = isPaired ? vk_bf16_planar_packed_count(wider, &plan) : vk_planar_packed_count(isa, &plan)
      let packed = try pack(node, isPaired ? "planar bf16" : "planar", count: count, tiles: 1) { data, target, _, _ in
        var weights = scaled(data)
        if isPaired {
          vk_bf16_planar_pack(wider, &weights, target)
        } else {
          vk_planar_pack(isa, &weights, target)
        }
      }
      let source = plain(node.inputs[0])
      let (target, isRoundedOut) =
        isPaired ? newMapOrRounded(node.outputs[0], to) : (newMap(node.outputs[0], to), false)
      add(
        isPaired ? "planar bf16" : "planar", node, [source, target, packed.place] + end.places, multiplyAdds: products
      ) {
        frame in
        var work = shape.planar(frame, source, target, to, packed.pointer(frame), end)
        if isPaired {
          return frame.convolve(vk_bf16_planar(planar: work, rounded_out: isRoundedOut), work: products)
        }
        frame.tiles(vk_planar_tiles(isa, &work), workspace: vk_planar_workspace(isa, &work), work: products) {
          begin, end, space in
          var work = work
          vk_planar_run(isa, &work, begin, end, space)
        }
      }
      return true
    }

    if try lowerNarrow(shape, node, end, scaled) { return true }
    if isRounded(node) {
      try lowerRounded(shape, node, end, scaled)
      return true
    }
    if shape.isForWinograd || isRoundedWinograd(node) {
      try lowerWinograd(shape, node, end, scaled)
      return true
    }
    let source = map(node.inputs[0], from), target = newMap(node.outputs[0], to)
    let packed = try packConvolution(node, "direct", .fp32, &plan, scaled)
    let step = ProductStep(
      shape.work(vk_map(nil, source, from), vk_map(nil, target, to), nil, end.epilogue(nil, to)), isRounded: false,
      products: products, source, target, packed, end)
    add(
      "direct", node, [source, target, packed.place] + end.places, multiplyAdds: products, result: target,
      over: end.residual, step.run
    )
    return true
  }

  /// How weights lie, with the factors that are multiplied in.
  func scaled(
    _ layout: @escaping @Sendable (UnsafePointer<Float>?) -> vk_conv_weights, _ node: Graph.Node
  ) throws(ShapeError) -> @Sendable (UnsafePointer<Float>?) -> vk_conv_weights {
    let factors = try node.epilogue.scale.map { values throws(ShapeError) in try PackedFloats(values) }
    return { data in
      var weights = layout(data)
      weights.scale = factors?.pointer
      return weights
    }
  }

  /// The weights of a depthwise convolution.
  mutating func packDepthwise(
    _ shape: ConvolutionShape, _ node: Graph.Node,
    _ layout: @escaping @Sendable (UnsafePointer<Float>?) -> vk_conv_weights
  ) throws(ShapeError) -> WeightSource {
    let count = vk_channelwise_packed_count(shape.groups, shape.kernel[0] * shape.kernel[1])
    return try pack(node, "depthwise", count: count, tiles: 1) { data, target, _, _ in
      var weights = layout(data)
      vk_channelwise_pack(&weights, target)
    }
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
      out: vk_map(), weights: nil, epilogue: vk_epilogue(), ahead: nil, ahead_bytes: 0)
  }

  /// Each phase of the output is a convolution of its own; of stride 1 it is one with the kernel turned round.
  mutating func lowerTransposed(_ primitive: ConvolutionTranspose, _ node: Graph.Node) throws(ShapeError) -> Bool {
    guard let from = shape(node.inputs[0]), let to = shape(node.outputs[0]), node.inputs.count == 2,
      from.channels > 0, to.channels > 0
    else { return false }
    let kernel = graph.specs[node.inputs[1]], settings = primitive.settings, groups = settings.groups
    let size = kernel.shape, stride = settings.stride
    let products = primitive.multiplyAdds([graph.specs[node.inputs[0]], kernel], [graph.specs[node.outputs[0]]])
    if let shape = geometry(of: node) {
      // First layers' kernels know no turned weights; they read few channels, which is rare here.
      if groups == 1, from.channels <= 4, maps[node.inputs[0]] == nil { _ = map(node.inputs[0], from) }
      if from.channels > 1 || groups > 1 {
        return try lowerConvolution(shape, node) { Self.transposedWeights(size, groups: groups, flipped: true, $0) }
      }
    }
    let end = try finish(node.epilogue, node.outputs[0])
    let factors = try node.epilogue.scale.map { values throws(ShapeError) in try PackedFloats(values) }
    let isRounded = isRounded(node)
    let source = isRounded ? roundedMap(node.inputs[0], from) : map(node.inputs[0], from)
    let target = newMap(node.outputs[0], to)
    for y in 0..<stride[0] {
      for x in 0..<stride[1] {
        let cut: @Sendable (UnsafePointer<Float>?) -> (vk_conv, vk_conv_weights)? = { data in
          var layout = Self.transposedWeights(size, groups: groups, flipped: false, data)
          layout.scale = factors?.pointer
          var work = Self.transposed(settings, size, from, to)
          return vk_conv_transposed_phase(&work, &layout, y, x) ? (work, layout) : nil
        }
        // The phase again, with the maps that it cuts its rows and columns from.
        let phase: @Sendable (Frame) -> vk_conv? = { frame in
          var work = Self.transposed(settings, size, from, to)
          var unused = Self.transposedWeights(size, groups: groups, flipped: false, nil)
          work.in = vk_map(frame.pointer(source), source, from)
          work.out = vk_map(frame.pointer(target), target, to)
          work.epilogue = end.epilogue(frame, to)
          return vk_conv_transposed_phase(&work, &unused, y, x) ? work : nil
        }
        guard var layout = cut(nil)?.1 else { continue }
        let share = products / (stride[0] * stride[1])
        if groups > 1, groups == from.channels, groups == to.channels {
          let packed = try pack(
            node, "depthwise \(y),\(x)", count: vk_channelwise_packed_count(groups, layout.kernel_h * layout.kernel_w),
            tiles: 1
          ) { data, target, _, _ in
            guard var (work, layout) = cut(data) else { return }
            _ = vk_channelwise_of_phase(&work, &layout)
            vk_channelwise_pack(&layout, target)
          }
          add("transposed depthwise", node, [source, target, packed.place] + end.places, multiplyAdds: share) { frame in
            guard var work = phase(frame) else { return }
            work.weights = packed.pointer(frame)
            frame.convolve(channelwise: &work, products: share)
          }
          continue
        }
        let packed = try packConvolution(node, "phase \(y),\(x)", isRounded ? .bf16 : .fp32, &layout) { cut($0)?.1 }
        add(
          isRounded ? "transposed bf16" : "transposed", node, [source, target, packed.place] + end.places,
          multiplyAdds: share
        ) { frame in
          guard var work = phase(frame) else { return }
          work.weights = packed.pointer(frame)
          if isRounded {
            frame.convolveRounded(
              vk_bf16_conv(conv: work, rounded_out: false, rounded_residual: false), products: share)
          } else {
            frame.convolve(&work, products: share)
          }
        }
      }
    }
    return true
  }

  /// A product with a matrix, over rows.
  mutating func lowerLinear(_ node: Graph.Node) throws(ShapeError) -> Bool {
    let matrix = graph.specs[node.inputs[1]]
    guard node.inputs.count == 2, matrix.dtype == .float32, graph.specs[node.inputs[0]].dtype == .float32,
      matrix.count > 0
    else { return false }
    let outs = matrix.shape[0], ins = matrix.shape[1], rows = graph.specs[node.inputs[0]].count / ins
    guard rows > 0 else { return false }
    let isRounded = isRounded(node), isRoundedOut = roundedOnly.contains(node.outputs[0])
    let isRoundedResidual = node.epilogue.residual.map(roundedOnly.contains) ?? false
    // A flattened map is read as it lies, channels-last: its pixels are taps of a kernel as large as it is.
    let flattened = mapOfRows(node.inputs[0], isRounded: isRounded)
    let size = [outs] + (flattened.map { [$0.shape.channels, $0.shape.height, $0.shape.width] } ?? [ins, 1, 1])
    var plan = Self.weights(size, groups: 1, nil)
    let source =
      flattened.map { isRounded ? roundedMap($0.value, $0.shape) : denseMap($0.value, $0.shape) }
      ?? (isRounded ? self.roundedRows(node.inputs[0]) : plain(node.inputs[0]))
    let target = isRoundedOut ? newRoundedRows(node.outputs[0]) : newPlain(node.outputs[0])
    let form = flattened == nil ? "direct" : "direct of map \(size)"
    let packed = try packConvolution(node, form, isRounded ? .bf16 : .fp32, &plan) {
      Self.weights(size, groups: 1, $0)
    }
    let epilogue = node.epilogue, activation = epilogue.activation
    let end = Finish(
      bias: try epilogue.bias.map { values throws(ShapeError) in try PackedFloats(values) },
      biasPlace: epilogue.biasValue.map { plain($0) },
      residual: epilogue.residual.map { isRoundedResidual ? self.roundedRows($0) : plain($0) },
      isRoundedResidual: isRoundedResidual, activation: activation)
    let work = vk_conv(
      batch: 1, in_h: 1, in_w: rows, out_h: 1, out_w: rows, groups: 1, in_channels: ins, out_channels: outs,
      kernel_h: 1, kernel_w: 1, stride_h: 1, stride_w: 1, dilation_h: 1, dilation_w: 1, pad_top: 0, pad_left: 0,
      in: vk_map_of(nil, 1, rows, ins), out: vk_map_of(nil, 1, rows, outs), weights: nil,
      epilogue: vk_epilogue(
        bias: nil, residual: vk_map_of(nil, 1, rows, outs), activation: activation.code, a: activation.a,
        b: activation.b), ahead: nil, ahead_bytes: 0)
    let products = rows * outs * ins
    let step = ProductStep(
      work, isRounded: isRounded, isRoundedOut: isRoundedOut, products: products, source, target, packed, end)
    add(
      isRounded ? "linear bf16" : "linear", node, [source, target, packed.place] + end.places, multiplyAdds: products,
      step.run)
    return true
  }

  /// The map that rows are the images of, where it is to be read channels-last. Of bf16 neighbouring channels are pairs.
  private func mapOfRows(_ rows: Int, isRounded: Bool) -> (value: Int, shape: MapShape)? {
    guard plains[rows] == nil, let value = flattened[rows], plains[value] == nil, let shape = shape(value) else {
      return nil
    }
    return isRounded && !shape.channels.isMultiple(of: 2) ? nil : (value, shape)
  }

  /// A batch norm that no convolution took in: a depthwise convolution of one tap.
  mutating func lowerAffine(_ node: Graph.Node) throws(ShapeError) -> Bool {
    guard let shape = shape(node.inputs[0]), let scale = node.epilogue.scale, shape.channels > 0 else { return false }
    let channels = shape.channels
    let packed = try weights.floats(nil, count: vk_channelwise_packed_count(channels, 1)) { target in
      scale.withUnsafeBufferPointer { scale in
        var layout = Self.weights([channels, 1, 1, 1], groups: channels, scale.baseAddress)
        vk_channelwise_pack(&layout, target)
      }
    }
    let end = try finish(node.epilogue, node.outputs[0])
    let source = map(node.inputs[0], shape), (target, isRoundedOut) = newMapOrRounded(node.outputs[0], shape)
    add("affine", node, [source, target] + end.places) { frame in
      let work = vk_channelwise(
        batch: shape.batch, channels: channels, in_h: shape.height, in_w: shape.width, out_h: shape.height,
        out_w: shape.width, kernel_h: 1, kernel_w: 1, stride_h: 1, stride_w: 1, dilation_h: 1, dilation_w: 1,
        pad_top: 0, pad_left: 0, in: vk_map(frame.pointer(source), source, shape),
        out: vk_map(frame.pointer(target), target, shape), weights: packed.pointer,
        epilogue: end.epilogue(frame, shape))
      frame.convolve(
        channelwise: work, isRoundedIn: false, isRoundedOut: isRoundedOut, work: shape.pixels * channels * 8)
    }
    return true
  }
}

extension Frame {
  /// Runs a phase of a transposed depthwise convolution on all threads.
  func convolve(channelwise phase: inout vk_conv, products: Int) {
    let isa = KernelISA.current
    // Its weights are packed already.
    var unused = vk_conv_weights()
    var work = vk_channelwise_of_phase(&phase, &unused)
    let fixed = work
    tiles(vk_channelwise_tiles(isa, &work), work: products) { begin, end, _ in
      var work = fixed
      vk_channelwise_run(isa, &work, begin, end)
    }
  }

  /// Bytes of the next weights that are fetched at most: what the second-level cache does not hold goes to the third.
  private static let mostAhead = 2 << 20

  /// Has a convolution fetch what the next step reads.
  func fetchAhead(_ work: inout vk_conv) {
    guard let ahead else { return }
    work.ahead = ahead.pointer
    work.ahead_bytes = min(ahead.byteCount, Self.mostAhead)
  }

  /// Runs a convolution on all threads.
  func convolve(_ work: inout vk_conv, products: Int) {
    let isa = KernelISA.current
    fetchAhead(&work)
    let fixed = work
    tiles(vk_conv_tiles(isa, &work), workspace: vk_conv_workspace(isa, &work), work: products) { begin, end, space in
      var work = fixed
      vk_conv_run(isa, &work, begin, end, space)
    }
  }
}
