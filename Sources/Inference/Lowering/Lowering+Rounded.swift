import CKernels
import TensorCore

/// Products of factors that are rounded to bf16.
extension Lowering {
  /// Chooses the values that nothing wants but rounded: the kernel that computes them stores them so.
  mutating func assignRounded() {
    guard precision == .bf16 else { return }
    // Rows and maps lie differently: those who read must be of the writer's kind.
    var writers: [Int: Bool] = [:], others = Set(graph.outputs), parts: [Int: Int] = [:]
    for (part, whole) in graph.parts?.crossings ?? [] { parts[whole] = part }
    for node in graph.nodes {
      let isRows = node.primitive is LinearProduct || node.primitive is Attention || node.primitive is Split
      let value = node.outputs[0]
      if storesRounded(node), slices[value] == nil, isEven(value, isRows: isRows) { writers[value] = isRows }
      var rest = node.reads.map { parts[$0] ?? $0 }
      for value in roundedReads(node).map({ parts[$0] ?? $0 }) where writers[value] == isRows {
        if let place = rest.firstIndex(of: value) { rest.remove(at: place) }
      }
      others.formUnion(rest)
    }
    roundedOnly = Set(writers.keys).subtracting(others)
  }

  private func isEven(_ value: Int, isRows: Bool) -> Bool {
    let shape = graph.specs[value].shape
    return isRows ? (shape.last ?? 1) % 2 == 0 : shape.count == 4 && shape[1] % 2 == 0
  }

  /// Whether a node's kernel can store its result rounded.
  private func storesRounded(_ node: Graph.Node) -> Bool {
    switch node.primitive {
    case is Convolution, is LinearProduct:
      isRounded(node) || isRoundedWinograd(node) || isDepthwise(node) || isRoundedPlanar(node)
    case is ConvolutionTranspose: isRoundedWinograd(node)
    case is Attention: node.attention != nil
    case is BatchNorm: node.epilogue.scale != nil && shape(node.inputs[0]) != nil
    case let pad as Pad: movesPixels(pad, node)
    case is Binary: scaling(node) != nil
    default: false
    }
  }

  /// The values that a node reads rounded where they lie so.
  private func roundedReads(_ node: Graph.Node) -> [Int] {
    if isDepthwise(node) || isRoundedNarrow(node) || isRowSplit(node) { return [node.inputs[0]] }
    if node.attention != nil { return Array(node.inputs.prefix(3)) }
    let isWinograd = isRoundedWinograd(node)
    guard isRounded(node) || isWinograd else { return [] }
    let residual = node.primitive is ConvolutionTranspose && !isWinograd ? nil : node.epilogue.residual
    return [node.inputs[0]] + [residual].compactMap { $0 }
  }

  func isDepthwise(_ node: Graph.Node) -> Bool {
    node.primitive is Convolution && node.inputs.count == 2 && geometry(of: node)?.isDepthwise == true
  }

  /// Whether a convolution of a planar picture runs with bf16 factors.
  func isRoundedPlanar(_ node: Graph.Node) -> Bool {
    guard precision == .bf16, node.primitive is Convolution, node.inputs.count == 2,
      graph.specs[node.inputs[0]].dtype == .float32, graph.specs[node.inputs[1]].dtype == .float32,
      let geometry = geometry(of: node), geometry.from.channels <= 4, !geometry.isDepthwise
    else { return false }
    var plan = Self.weights(graph.specs[node.inputs[1]].shape, groups: geometry.groups, nil)
    return vk_bf16_planar_fits(&plan, geometry.stride[1], geometry.dilation[1])
  }

  /// Whether a convolution or matrix product runs as products of bf16 factors.
  func isRounded(_ node: Graph.Node) -> Bool {
    guard precision == .bf16, node.isConvolution, node.inputs.count == 2, graph.specs[node.inputs[0]].dtype == .float32
    else { return false }
    let kernel = graph.specs[node.inputs[1]]
    guard kernel.dtype == .float32, kernel.count > 0 else { return false }
    let size = kernel.shape
    var plan: vk_conv_weights
    switch node.primitive {
    case let primitive as Convolution: plan = Self.weights(size, groups: primitive.settings.groups, nil)
    case let primitive as ConvolutionTranspose:
      plan = Self.transposedWeights(size, groups: primitive.settings.groups, flipped: false, nil)
    default: plan = Self.weights(size + [1, 1], groups: 1, nil)
    }
    guard vk_bf16_conv_fits(&plan) else { return false }
    if node.primitive is LinearProduct { return true }
    guard let from = shape(node.inputs[0]), let to = shape(node.outputs[0]), from.channels > 4, to.channels > 0 else {
      return false
    }
    return geometry(of: node).map { !isNarrow($0, node) && !$0.isForRoundedWinograd && !$0.isSlowerInBF16 } ?? true
  }

  /// Where a value lies channels-last and rounded; put there now where it does not.
  mutating func roundedMap(_ value: Int, _ shape: MapShape) -> Place {
    if let place = roundedMaps[value] { return place }
    let source = map(value, shape)
    let target = newRoundedMap(value, shape)
    round(source, shape.pixels, shape.channels, into: target)
    return target
  }

  mutating func newRoundedMap(_ value: Int, _ shape: MapShape) -> Place {
    var place = block(bytes: graph.specs[value].count * 2)
    place.pixel = shape.channels
    roundedMaps[value] = place
    return place
  }

  /// Where a value lies row-major and rounded.
  mutating func roundedRows(_ value: Int) -> Place {
    if let place = roundedRows[value] { return place }
    let source = plain(value), target = newRoundedRows(value)
    round(source, 1, graph.specs[value].count, into: target)
    return target
  }

  mutating func newRoundedRows(_ value: Int) -> Place {
    let place = block(bytes: graph.specs[value].count * 2)
    roundedRows[value] = place
    return place
  }

  /// Rounds pixels of `channels` floats.
  private mutating func round(_ source: Place, _ pixels: Int, _ channels: Int, into target: Place) {
    let isa = isa, isDense = pixels == 1 || source.pixel == channels
    add("to bf16", nil, [source, target]) { frame in
      let from = frame.floats(source), to = frame.pointer(target).assumingMemoryBound(to: UInt16.self)
      if isDense {
        frame.ranges(pixels * channels, grain: 1 << 14) {
          vk_cast(isa, VK_FLOAT32, VK_BFLOAT16, from + $0.lowerBound, to + $0.lowerBound, $0.count)
        }
      } else {
        frame.ranges(pixels, grain: 16_384 / channels + 1) {
          for pixel in $0 {
            vk_cast(isa, VK_FLOAT32, VK_BFLOAT16, from + pixel * source.pixel, to + pixel * channels, channels)
          }
        }
      }
    }
  }

  mutating func lowerRounded(
    _ shape: ConvolutionShape, _ node: Graph.Node, _ end: Finish,
    _ layout: @escaping @Sendable (UnsafePointer<Float>?) -> vk_conv_weights
  ) throws(ShapeError) {
    var plan = layout(nil)
    let source = roundedMap(node.inputs[0], shape.from)
    let (target, isRoundedOut) = newMapOrRounded(node.outputs[0], shape.to)
    let packed = try packConvolution(node, "direct", .bf16, &plan, layout), products = shape.products
    let step = ProductStep(
      shape.work(vk_map(nil, source, shape.from), vk_map(nil, target, shape.to), nil, end.epilogue(nil, shape.to)),
      isRounded: true, isRoundedOut: isRoundedOut, products: products, source, target, packed, end)
    add(
      "direct bf16", node, [source, target, packed.place] + end.places, multiplyAdds: products, result: target,
      over: end.residual, step.run)
  }

  /// A place for a value that a step will write, and whether rounded.
  mutating func newMapOrRounded(_ value: Int, _ shape: MapShape) -> (place: Place, isRounded: Bool) {
    roundedOnly.contains(value) ? (newRoundedMap(value, shape), true) : (newMap(value, shape), false)
  }

  /// Where a value lies, and whether rounded.
  mutating func mapOrRounded(_ value: Int, _ shape: MapShape) -> (place: Place, isRounded: Bool) {
    roundedOnly.contains(value) ? (roundedMap(value, shape), true) : (map(value, shape), false)
  }

  /// The weights of an implicit matrix product, packed; `plan` is what `layout` says without data.
  mutating func packConvolution(
    _ node: Graph.Node, _ form: String, _ precision: Precision, _ plan: inout vk_conv_weights,
    _ layout: @escaping @Sendable (UnsafePointer<Float>?) -> vk_conv_weights?
  ) throws(ShapeError) -> WeightSource {
    if precision == .bf16 {
      let isa = KernelISA.bf16, tiles = vk_conv_pack_tiles(isa, &plan)
      return try pack(node, form + " bf16", count: vk_bf16_conv_packed_count(isa, &plan), tiles: tiles) {
        data, target, begin, end in
        guard var weights = layout(data) else { return }
        vk_bf16_conv_pack_run(isa, &weights, target, begin, end)
      }
    }
    let isa = isa, tiles = vk_conv_pack_tiles(isa, &plan)
    return try pack(node, form, count: vk_conv_packed_count(isa, &plan), tiles: tiles) { data, target, begin, end in
      guard var weights = layout(data) else { return }
      vk_conv_pack_run(isa, &weights, target, begin, end)
    }
  }
}

extension Frame {
  /// Runs a convolution of bf16 on all threads.
  func convolveRounded(_ work: vk_bf16_conv, products: Int) {
    let isa = KernelISA.bf16
    var whole = work
    fetchAhead(&whole.conv)
    let fixed = whole
    tiles(vk_bf16_conv_tiles(isa, &whole), workspace: vk_bf16_conv_workspace(isa, &whole), work: products) {
      begin, end, space in
      var work = fixed
      vk_bf16_conv_run(isa, &work, begin, end, space)
    }
  }

  /// Runs a convolution of planar pictures on all threads.
  func convolve(_ work: vk_bf16_planar, work products: Int) {
    let isa = KernelISA.bf16
    var whole = work
    tiles(vk_bf16_planar_tiles(isa, &whole), workspace: vk_bf16_planar_workspace(isa, &whole), work: products) {
      begin, end, space in
      var work = work
      vk_bf16_planar_run(isa, &work, begin, end, space)
    }
  }

  /// Runs a depthwise convolution on all threads, of floats or of bf16.
  func convolve(channelwise work: vk_channelwise, isRoundedIn: Bool, isRoundedOut: Bool, work products: Int) {
    var whole = work
    let isa = KernelISA.current, wider = KernelISA.bf16
    tiles(vk_channelwise_tiles(isa, &whole), work: products) { begin, end, _ in
      var work = work
      if isRoundedIn || isRoundedOut {
        vk_bf16_channelwise_run(wider, &work, isRoundedIn, isRoundedOut, begin, end)
      } else {
        vk_channelwise_run(isa, &work, begin, end)
      }
    }
  }
}
