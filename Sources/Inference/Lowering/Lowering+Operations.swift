import CKernels
import TensorCore

extension Lowering {
  /// The kernels for one operation, in the order of preference; what has none runs as eagerly.
  mutating func lower(_ node: Graph.Node) throws(ShapeError) {
    if alongBands.contains(node.outputs[0]) { return }
    if let chain = chains[node.outputs[0]] { return try lowerBands(chain) }
    let lowered =
      switch node.primitive {
      case let primitive as Convolution: try lowerConvolution(primitive, node)
      case let primitive as ConvolutionTranspose: try lowerTransposed(primitive, node)
      case is LinearProduct: try lowerLinear(node)
      case is BatchNorm: try lowerAffine(node)
      case let primitive as InstanceNorm: try lowerInstanceNorm(primitive, node)
      case let primitive as LayerNormalization: try lowerLayerNorm(primitive, node)
      case let primitive as MaxPool where !primitive.indices:
        lowerPool(VK_POOL_MAX, primitive.window, node)
      case let primitive as AveragePool where primitive.divisorOverride == nil:
        lowerPool(primitive.countIncludePad ? VK_POOL_AVERAGE_PADDED : VK_POOL_AVERAGE, primitive.window, node)
      case is GlobalAveragePool: lowerPool(VK_POOL_ADAPTIVE, nil, node)
      case let primitive as AdaptivePool where primitive.reduction == .average:
        lowerPool(VK_POOL_ADAPTIVE, nil, node)
      case is BatchNormTraining: try lowerBatchNorm(node)
      case is BatchNormGradient: try lowerBatchNormGradient(node)
      case let primitive as ConvolutionWeightGradient: lowerWeightGradient(primitive, node)
      case let primitive as UnaryGradient: lowerUnaryGradient(primitive, node)
      case let primitive as MaxPoolGradient:
        lowerPoolGradient(VK_POOL_MAX, primitive.window, node, of: node.inputs[1])
      case let primitive as AveragePoolGradient where primitive.pool.divisorOverride == nil:
        lowerPoolGradient(
          primitive.pool.countIncludePad ? VK_POOL_AVERAGE_PADDED : VK_POOL_AVERAGE, primitive.pool.window, node,
          of: nil)
      case let primitive as Reduction: lowerChannelSums(primitive, node)
      case let primitive as Split: lowerRowSplit(primitive, node) || lowerSplit(primitive, node)
      case is Attention: lowerAttention(node)
      case let primitive as Pad: try lowerPad(primitive, node)
      case let primitive as Interpolate: try lowerInterpolation(primitive, node)
      case let primitive as Concatenate: lowerConcatenation(primitive, node)
      case let primitive as Unary: lowerUnary(primitive, node)
      case let primitive as Binary: try lowerBinary(primitive, node)
      case is Reshape: lowerReshape(node)
      case let primitive as Transpose: lowerTranspose(primitive, node)
      default: false
      }
    if !lowered { lowerEagerly(node) }
  }

  private mutating func lowerReshape(_ node: Graph.Node) -> Bool {
    let input = node.inputs[0], output = graph.specs[node.outputs[0]]
    if let shape = shape(input), output.rank == 2, output.shape[0] == shape.batch, maps[input] != nil,
      plains[input] == nil, !graph.outputs.contains(node.outputs[0])
    {
      // Whether its rows are wanted row-major is seen when they are read.
      flattened[node.outputs[0]] = input
      return true
    }
    var place = plain(node.inputs[0])
    place.pixel = 0
    plains[node.outputs[0]] = place
    return true
  }

  /// To channels-last and back is no work where the value lies so already.
  private mutating func lowerTranspose(_ primitive: Transpose, _ node: Graph.Node) -> Bool {
    let axes = primitive.axes.map { $0 < 0 ? $0 + primitive.axes.count : $0 }, input = node.inputs[0]
    guard graph.specs[input].dtype == .float32 else { return false }
    if axes == [0, 2, 3, 1], let shape = shape(input), maps[input] != nil {
      plains[node.outputs[0]] = denseMap(input, shape)
      return true
    }
    if axes == [0, 3, 1, 2], let shape = shape(node.outputs[0]), slices[node.outputs[0]] == nil {
      var place = plain(input)
      place.pixel = shape.channels
      maps[node.outputs[0]] = place
      return true
    }
    return false
  }

  private mutating func lowerUnary(_ primitive: Unary, _ node: Graph.Node) -> Bool {
    guard let activation = Activation(primitive.function), graph.specs[node.inputs[0]].dtype == .float32 else {
      return false
    }
    let input = node.inputs[0], output = node.outputs[0], count = graph.specs[input].count, isa = isa
    let source: Place, target: Place
    if let shape = shape(input), maps[input] != nil, slices[output] == nil {
      source = denseMap(input, shape)
      target = newMap(output, shape)
    } else {
      source = plain(input)
      target = newPlain(output)
    }
    add(primitive.operation, node, [source, target]) { frame in
      let from = frame.floats(source), to = frame.floats(target)
      frame.ranges(count, grain: 1 << 14) {
        vk_activation_apply(
          isa, activation.code, activation.a, activation.b, from + $0.lowerBound, to + $0.lowerBound, $0.count)
      }
    }
    return true
  }

  /// Element by element, or one value a channel for all pixels of an image (squeeze and excitation, layer scale).
  private mutating func lowerBinary(_ primitive: Binary, _ node: Graph.Node) throws(ShapeError) -> Bool {
    let output = node.outputs[0]
    guard let shape = shape(output), slices[output] == nil, let code = primitive.arithmetic else { return false }
    var inputs = node.inputs
    var isMap = inputs.map { graph.specs[$0] == graph.specs[output] }
    if isMap == [false, true], primitive.function == .add || primitive.function == .multiply {
      inputs.swapAt(0, 1)
      isMap.swapAt(0, 1)
    }
    let isa = isa
    if isMap == [true, true] {
      guard inputs.contains(where: { maps[$0] != nil }) else { return false }
      let a = denseMap(inputs[0], shape), b = denseMap(inputs[1], shape), target = newMap(output, shape)
      let count = graph.specs[output].count
      add(primitive.operation, node, [a, b, target]) { frame in
        let left = frame.floats(a), right = frame.floats(b), to = frame.floats(target)
        frame.ranges(count, grain: 1 << 14) {
          let at = $0.lowerBound
          let dense = vk_stride(row: 0, column: 1)
          vk_binary_f32(isa, code, 1, $0.count, left + at, dense, right + at, dense, to + at)
        }
      }
      return true
    }
    guard isMap[0], !isMap[1], maps[inputs[0]] != nil, isPerChannel(inputs[1], shape) else { return false }
    let perImage = graph.specs[inputs[1]].count > shape.channels
    if let scaling = scaling(node) { return lowerScaling(scaling, node) }
    let a = denseMap(inputs[0], shape), b = plain(inputs[1]), target = newMap(output, shape)
    let area = shape.height * shape.width, channels = shape.channels
    add(primitive.operation, node, [a, b, target]) { frame in
      let left = frame.floats(a), right = frame.floats(b), to = frame.floats(target)
      for image in 0..<shape.batch {
        let factors = right + (perImage ? image * channels : 0)
        frame.ranges(area, grain: 16_384 / channels + 1) {
          let at = (image * area + $0.lowerBound) * channels
          vk_binary_f32(
            isa, code, $0.count, channels, left + at, vk_stride(row: channels, column: 1), factors,
            vk_stride(row: 0, column: 1), to + at)
        }
      }
    }
    return true
  }

  /// Whether a value has one number a channel, for all images or for each.
  private func isPerChannel(_ value: Int, _ shape: MapShape) -> Bool {
    let spec = graph.specs[value]
    return spec.dtype == .float32 && spec.rank >= 3 && Array(spec.shape.suffix(3)) == [shape.channels, 1, 1]
      && (spec.rank == 3 || spec.shape[0] == 1 || spec.shape[0] == shape.batch)
  }

  /// A map times one factor a channel (squeeze and excitation): a depthwise convolution of one tap.
  struct Scaling {
    let map: Int, factors: Int
    let shape: ConvolutionShape
    /// From an image's factors to the next's.
    let step: Int
  }

  func scaling(_ node: Graph.Node) -> Scaling? {
    guard let binary = node.primitive as? Binary, binary.function == .multiply, let to = shape(node.outputs[0]),
      // The kernel reads whole vectors of factors.
      to.channels % 16 == 0, to.channels > 0,
      let place = node.inputs.firstIndex(where: { graph.specs[$0] == graph.specs[node.outputs[0]] })
    else { return nil }
    let map = node.inputs[place], factors = node.inputs[1 - place]
    guard isPerChannel(factors, to), to.height * to.width > 1 else { return nil }
    return Scaling(
      map: map, factors: factors,
      shape: ConvolutionShape(
        from: to, to: to, groups: to.channels, kernel: [1, 1], stride: [1, 1], dilation: [1, 1], pads: [0, 0],
        products: to.pixels * to.channels),
      step: graph.specs[factors].count > to.channels ? to.channels : 0)
  }

  private mutating func lowerScaling(_ scaling: Scaling, _ node: Graph.Node) -> Bool {
    let shape = scaling.shape, to = shape.to
    let source = map(scaling.map, to), factors = plain(scaling.factors)
    let (target, isRoundedOut) = newMapOrRounded(node.outputs[0], to)
    add("multiply", node, [source, factors, target]) { frame in
      var one = shape.channelwise(
        vk_map(frame.pointer(source), source, to), vk_map(frame.pointer(target), target, to), frame.floats(factors),
        vk_epilogue())
      one.batch = 1
      for image in 0..<to.batch {
        var work = one
        work.in = work.in.advanced(by: image * work.in.image, isRounded: false)
        work.out = work.out.advanced(by: image * work.out.image, isRounded: isRoundedOut)
        work.weights += image * scaling.step
        frame.convolve(
          channelwise: work, isRoundedIn: false, isRoundedOut: isRoundedOut, work: shape.products * 8 / to.batch)
      }
    }
    return true
  }

  private mutating func lowerPool(_ kind: vk_pool_kind, _ window: PoolWindow?, _ node: Graph.Node) -> Bool {
    if pooled[node.inputs[0]] != nil { return true }
    guard let from = shape(node.inputs[0]), let to = shape(node.outputs[0]) else { return false }
    let source = map(node.inputs[0], from), target = newMap(node.outputs[0], to), isa = isa
    let kindCode = kind.rawValue
    add("pool", node, [source, target]) { frame in
      let sides = (window?.padding ?? [0, 0, 0, 0]), kernel = window?.kernel ?? [1, 1]
      let stride = window?.stride ?? [1, 1], dilation = window?.dilation ?? [1, 1]
      var pool = vk_map_pool(
        kind: vk_pool_kind(rawValue: kindCode), batch: from.batch, channels: from.channels, in_h: from.height,
        in_w: from.width, out_h: to.height, out_w: to.width, kernel_h: kernel[0], kernel_w: kernel[1],
        stride_h: stride[0], stride_w: stride[1], dilation_h: dilation[0], dilation_w: dilation[1], pad_top: sides[0],
        pad_left: sides[1], pad_bottom: sides[2], pad_right: sides[3],
        in: vk_map(frame.pointer(source), source, from), out: vk_map(frame.pointer(target), target, to))
      // A vector of few channels takes as long as a full one.
      frame.tiles(vk_map_pool_tiles(&pool), work: from.pixels * max(from.channels, 16) * 4) { begin, end, _ in
        var pool = pool
        vk_map_pool_run(isa, &pool, begin, end)
      }
    }
    return true
  }

  private mutating func lowerInterpolation(_ primitive: Interpolate, _ node: Graph.Node) throws(ShapeError) -> Bool {
    if enlarged[node.outputs[0]] != nil { return true }
    guard let from = shape(node.inputs[0]), let to = shape(node.outputs[0]), !primitive.antialias,
      primitive.mode == .nearest || primitive.mode == .bilinear
    else { return false }
    var steps: [Float] = [0, 0]
    if case .scale(let factors) = primitive.target { steps = factors.map { Float(1 / $0) } }
    let kind =
      primitive.mode == .nearest
      ? VK_RESAMPLE_NEAREST : primitive.alignCorners ? VK_RESAMPLE_BILINEAR_CORNERS : VK_RESAMPLE_BILINEAR
    let source = map(node.inputs[0], from), target = newMap(node.outputs[0], to), isa = isa
    let kindCode = kind.rawValue, (stepY, stepX) = (steps[0], steps[1])
    add("resample", node, [source, target]) { frame in
      var resample = vk_map_resample(
        kind: vk_resample_kind(rawValue: kindCode), batch: from.batch, channels: from.channels, in_h: from.height,
        in_w: from.width, out_h: to.height, out_w: to.width, step_y: stepY, step_x: stepX,
        in: vk_map(frame.pointer(source), source, from), out: vk_map(frame.pointer(target), target, to))
      frame.tiles(vk_map_resample_tiles(&resample), work: to.pixels * to.channels * 8) { begin, end, _ in
        var resample = resample
        vk_map_resample_run(isa, &resample, begin, end)
      }
    }
    return true
  }

  private mutating func lowerInstanceNorm(_ primitive: InstanceNorm, _ node: Graph.Node) throws(ShapeError) -> Bool {
    guard let shape = shape(node.inputs[0]) else { return false }
    guard let known = try graph.known(node.inputs.dropFirst()) else { return false }
    let factors = primitive.hasWeight ? try PackedFloats(known[0].floats()) : nil
    var epilogue = node.epilogue
    if primitive.hasBias { epilogue.bias = try known[primitive.hasWeight ? 1 : 0].floats() }
    let end = try finish(epilogue, node.outputs[0])
    let source = map(node.inputs[0], shape), target = newMap(node.outputs[0], shape), isa = isa
    let epsilon = Float(primitive.epsilon)
    add("instance norm", node, [source, target] + end.places) { frame in
      var norm = vk_instance_norm(
        batch: shape.batch, h: shape.height, w: shape.width, channels: shape.channels, epsilon: epsilon,
        weight: factors?.pointer, in: vk_map(frame.pointer(source), source, shape),
        out: vk_map(frame.pointer(target), target, shape), epilogue: end.epilogue(frame, shape))
      let shared = UnsafeMutablePointer<Float>.allocate(capacity: vk_instance_norm_shared(&norm))
      defer { shared.deallocate() }
      for phase in 0..<2 {
        frame.tiles(vk_instance_norm_tiles(&norm), workspace: vk_instance_norm_workspace(&norm)) { begin, end, space in
          var norm = norm
          vk_instance_norm_run(isa, &norm, phase, begin, end, shared, space)
        }
      }
    }
    return true
  }

  private mutating func lowerLayerNorm(
    _ primitive: LayerNormalization, _ node: Graph.Node
  ) throws(ShapeError) -> Bool {
    let spec = graph.specs[node.inputs[0]]
    guard let known = try graph.known(node.inputs.dropFirst()), primitive.normalizedShape.count == 1,
      spec.dtype == .float32, let width = spec.shape.last, width > 0
    else { return false }
    let weight = primitive.hasWeight ? try PackedFloats(known[0].floats()) : nil
    let bias = primitive.hasBias ? try PackedFloats(known[primitive.hasWeight ? 1 : 0].floats()) : nil
    let source = plain(node.inputs[0]), target = newPlain(node.outputs[0]), isa = isa
    let epsilon = Float(primitive.epsilon), rows = spec.count / width
    add("layer norm", node, [source, target]) { frame in
      let from = frame.floats(source), to = frame.floats(target)
      frame.ranges(rows, grain: 16_384 / width + 1) {
        vk_rows_layer_norm(
          isa, from, width, to, width, width, epsilon, weight?.pointer, bias?.pointer, $0.lowerBound, $0.upperBound)
      }
    }
    return true
  }
}

extension Binary {
  /// The kernel's code of the four arithmetic operations.
  fileprivate var arithmetic: vk_binary_function? {
    switch function {
    case .add: VK_ADD
    case .subtract: VK_SUBTRACT
    case .multiply: VK_MULTIPLY
    case .divide: VK_DIVIDE
    default: nil
    }
  }
}
