import CKernels
import TensorCore

extension Lowering {
  /// The gradient of a convolution by its weights.
  mutating func lowerWeightGradient(_ primitive: ConvolutionWeightGradient, _ node: Graph.Node) -> Bool {
    guard let from = shape(node.inputs[0]), let to = shape(node.inputs[1]), from.channels > 0, to.channels > 0,
      from.pixels > 0, to.pixels > 0
    else { return false }
    let settings = primitive.settings, groups = settings.groups, kernel = primitive.kernel, isa = isa
    let source = map(node.inputs[0], from), upstream = map(node.inputs[1], to), target = newPlain(node.outputs[0])
    let products = primitive.multiplyAdds(node.inputs.map { graph.specs[$0] }, node.outputs.map { graph.specs[$0] })
    let work: @Sendable (Frame?) -> vk_weight_gradient = { frame in
      let none = UnsafeMutablePointer<Float>(bitPattern: 0)
      return vk_weight_gradient(
        batch: from.batch, in_h: from.height, in_w: from.width, out_h: to.height, out_w: to.width, groups: groups,
        in_channels: from.channels / groups, out_channels: to.channels / groups, kernel_h: kernel[0],
        kernel_w: kernel[1], stride_h: settings.stride[0], stride_w: settings.stride[1],
        dilation_h: settings.dilation[0], dilation_w: settings.dilation[1], pad_top: settings.sides[0],
        pad_left: settings.sides[1],
        in: vk_map_of(frame?.floats(source) ?? none, from.height, from.width, source.pixel),
        upstream: vk_map_of(frame?.floats(upstream) ?? none, to.height, to.width, upstream.pixel),
        out: frame?.floats(target))
    }
    var plan = work(nil)
    let isPlain = settings.stride == [1, 1] && settings.dilation == [1, 1] && kernel == [3, 3] && groups == 1
    let blocks = from.batch * ((to.height + 3) / 4) * ((to.width + 3) / 4)
    // Without instructions for bf16, floats are faster.
    let wider = KernelISA.bf16, isPaired = precision == .bf16 && wider.rawValue > VK_ISA_AVX512.rawValue
    if isPlain, from.channels >= 16, to.channels >= 16, to.height * to.width >= 36, blocks >= (isPaired ? 16 : 32) {
      let shared = scratch(
        isPaired ? vk_bf16_winograd_gradient_shared(wider, &plan) : vk_winograd_gradient_shared(isa, &plan))
      add(
        isPaired ? "weight gradient, winograd 4x4 bf16" : "weight gradient, winograd 4x4", node,
        [source, upstream, target, shared], multiplyAdds: products
      ) { frame in
        var fixed = work(frame)
        let memory = frame.floats(shared)
        let phases =
          isPaired ? vk_bf16_winograd_gradient_phases(wider, &fixed) : vk_winograd_gradient_phases(isa, &fixed)
        for phase in 0..<phases {
          let tiles =
            isPaired
            ? vk_bf16_winograd_gradient_tiles(wider, &fixed, phase) : vk_winograd_gradient_tiles(isa, &fixed, phase)
          frame.tiles(tiles, work: products) { begin, end, _ in
            var work = fixed
            if isPaired {
              vk_bf16_winograd_gradient_run(wider, &work, phase, begin, end, memory)
            } else {
              vk_winograd_gradient_run(isa, &work, phase, begin, end, memory)
            }
          }
        }
      }
      return true
    }
    if groups == from.channels, groups == to.channels, groups > 1 {
      let shared = scratch(vk_channelwise_gradient_shared(&plan))
      add("weight gradient, depthwise", node, [source, upstream, target, shared], multiplyAdds: products) { frame in
        var fixed = work(frame)
        let memory = frame.floats(shared)
        for phase in 0..<2 {
          frame.tiles(vk_channelwise_gradient_tiles(&fixed, phase), work: products) { begin, end, _ in
            var work = fixed
            vk_channelwise_gradient_run(isa, &work, phase, begin, end, memory)
          }
        }
      }
      return true
    }
    let shared = scratch(vk_weight_gradient_shared(isa, &plan)), isRounded = precision == .bf16
    add(
      isRounded ? "weight gradient bf16" : "weight gradient", node, [source, upstream, target, shared],
      multiplyAdds: products
    ) { frame in
      var fixed = work(frame)
      let memory = frame.floats(shared)
      for phase in 0..<2 {
        frame.tiles(
          vk_weight_gradient_tiles(isa, &fixed, phase), workspace: vk_weight_gradient_workspace(isa, &fixed),
          work: products
        ) { begin, end, space in
          var work = fixed
          if isRounded, phase == 0 {
            vk_bf16_weight_gradient_run(wider, &work, begin, end, memory, space)
          } else {
            vk_weight_gradient_run(isa, &work, phase, begin, end, memory, space)
          }
        }
      }
    }
    return true
  }

  /// Element by element, so that any layout does.
  mutating func lowerUnaryGradient(_ primitive: UnaryGradient, _ node: Graph.Node) -> Bool {
    let output = node.outputs[0], spec = graph.specs[output]
    guard let shape = shape(output), node.inputs.contains(where: { maps[$0] != nil }), slices[output] == nil else {
      return false
    }
    let upstream = denseMap(node.inputs[0], shape), saved = denseMap(node.inputs[1], shape)
    let target = newMap(output, shape)
    add(primitive.operation, node, [upstream, saved, target]) { frame in
      primitive.evaluate(
        [upstream, saved].map { TensorView(spec: spec, pointer: UnsafeRawPointer(frame.pointer($0))) },
        into: [MutableTensorView(spec: spec, pointer: frame.pointer(target))])
    }
    return true
  }

  /// The gradient of a pooling whose input is `pooled` (read by the largest-element one alone).
  mutating func lowerPoolGradient(
    _ kind: vk_pool_kind, _ window: PoolWindow, _ node: Graph.Node, of pooled: Int?
  ) -> Bool {
    guard let to = shape(node.inputs[0]), let from = shape(node.outputs[0]) else { return false }
    let upstream = map(node.inputs[0], to), source = pooled.map { map($0, from) }, isa = isa, code = kind.rawValue
    let target = newMap(node.outputs[0], from)
    add("pool gradient", node, [upstream, source, target]) { frame in
      let sides = window.padding
      let pool = vk_map_pool(
        kind: vk_pool_kind(rawValue: code), batch: from.batch, channels: from.channels, in_h: from.height,
        in_w: from.width, out_h: to.height, out_w: to.width, kernel_h: window.kernel[0], kernel_w: window.kernel[1],
        stride_h: window.stride[0], stride_w: window.stride[1], dilation_h: window.dilation[0],
        dilation_w: window.dilation[1], pad_top: sides[0], pad_left: sides[1], pad_bottom: sides[2],
        pad_right: sides[3], in: source.map { vk_map(frame.pointer($0), $0, from) } ?? vk_map(),
        out: vk_map(frame.pointer(upstream), upstream, to))
      var work = vk_map_pool_gradient(pool: pool, gradient: vk_map(frame.pointer(target), target, from))
      frame.tiles(vk_map_pool_gradient_tiles(&work), work: from.pixels * from.channels * 8) { begin, end, _ in
        var work = work
        vk_map_pool_gradient_run(isa, &work, begin, end)
      }
    }
    return true
  }

  /// Sums over all pixels: the gradient by a convolution's bias.
  mutating func lowerChannelSums(_ primitive: Reduction, _ node: Graph.Node) -> Bool {
    guard primitive.kind == .sum, primitive.axes == [0, 2, 3], !primitive.keepAxes, let shape = shape(node.inputs[0]),
      maps[node.inputs[0]] != nil, shape.pixels > 0, shape.channels > 0
    else { return false }
    let source = map(node.inputs[0], shape), target = newPlain(node.outputs[0]), isa = isa
    let shared = scratch(vk_pixel_sums_shared(shape.pixels, shape.channels))
    add("channel sums", node, [source, target, shared]) { frame in
      let pixels = vk_pixels(data: frame.floats(source), stride: source.pixel), memory = frame.floats(shared)
      let out = frame.floats(target)
      for phase in 0..<2 {
        frame.tiles(
          vk_pixel_sums_tiles(shape.pixels, shape.channels, phase), work: shape.pixels * shape.channels * 4
        ) { begin, end, _ in
          vk_pixel_sums_run(isa, pixels, shape.pixels, shape.channels, out, phase, begin, end, memory)
        }
      }
    }
    return true
  }

  /// Channels of a map taken apart lie where they lie.
  mutating func lowerSplit(_ primitive: Split, _ node: Graph.Node) -> Bool {
    let input = node.inputs[0]
    guard primitive.axis == 1 || primitive.axis == -3, let shape = shape(input), maps[input] != nil else {
      return false
    }
    let whole = map(input, shape)
    var channel = 0
    for (value, size) in zip(node.outputs, primitive.sizes) {
      guard slices[value] == nil else { return false }
      var place = whole
      place.offset += channel * 4
      maps[value] = place
      channel += size
    }
    return true
  }
}
