import CKernels
import TensorCore

/// Products of factors that are rounded to bf16.
extension Lowering {
  /// Chooses the values that nothing wants but rounded: where a kernel with bf16 factors computes them, it stores them so.
  mutating func assignRounded() {
    guard precision == .bf16 else { return }
    var candidates: Set<Int> = [], others = Set(graph.outputs)
    for node in graph.nodes {
      let isRounded = isRounded(node)
      if isRounded { candidates.insert(node.inputs[0]) }
      others.formUnion(isRounded ? Array(node.reads.dropFirst()) : node.reads)
    }
    for node in graph.nodes where isRounded(node) && !(node.primitive is ConvolutionTranspose) {
      let value = node.outputs[0]
      // Maps and rows lie differently: all readers must be of the writer's kind.
      guard candidates.contains(value), !others.contains(value), slices[value] == nil, hasEvenPixels(value, node) else {
        continue
      }
      let readers = graph.nodes.filter { $0.reads.contains(value) }
      if readers.allSatisfy({ ($0.primitive is LinearProduct) == (node.primitive is LinearProduct) }) {
        roundedOnly.insert(value)
      }
    }
  }

  private func hasEvenPixels(_ value: Int, _ node: Graph.Node) -> Bool {
    let shape = graph.specs[value].shape
    return (node.primitive is LinearProduct ? shape.last ?? 0 : shape.count == 4 ? shape[1] : 1) % 2 == 0
  }

  /// Whether a convolution or matrix product runs with bf16 factors.
  func isRounded(_ node: Graph.Node) -> Bool {
    guard precision == .bf16, node.isConvolution, node.inputs.count == 2, graph.specs[node.inputs[0]].dtype == .float32
    else { return false }
    let kernel = graph.specs[node.inputs[1]]
    guard kernel.dtype == .float32, kernel.count > 0 else { return false }
    if node.primitive is LinearProduct { return kernel.shape[1] % 2 == 0 }
    guard let from = shape(node.inputs[0]), let to = shape(node.outputs[0]), from.channels > 0, to.channels > 0 else {
      return false
    }
    let settings = (node.primitive as? Convolution)?.settings ?? (node.primitive as? ConvolutionTranspose)?.settings
    guard let settings, kernel.shape[2] * kernel.shape[3] <= 128 else { return false }
    let groups = settings.groups
    guard from.channels / groups % 2 == 0, groups == 1 || groups < from.channels || groups < to.channels,
      from.channels > 4
    else { return false }
    return geometry(of: node).map { !isNarrow($0, node) } ?? true
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
    let isRoundedOut = roundedOnly.contains(node.outputs[0]), products = shape.products
    let packed = try packConvolution(node, "direct", .bf16, &plan, layout)
    let source = roundedMap(node.inputs[0], shape.from)
    let target = isRoundedOut ? newRoundedMap(node.outputs[0], shape.to) : newMap(node.outputs[0], shape.to)
    add("direct bf16", node, [source, target, packed.place] + end.places, multiplyAdds: products) { frame in
      var work = shape.work(frame, source, target, packed, end)
      frame.convolveRounded(&work, products: products, rounded: isRoundedOut)
    }
  }

  /// The weights of an implicit matrix product, packed; `plan` is what `layout` says without data.
  mutating func packConvolution(
    _ node: Graph.Node, _ form: String, _ precision: Precision, _ plan: inout vk_conv_weights,
    _ layout: @escaping @Sendable (UnsafePointer<Float>?) -> vk_conv_weights?
  ) throws(ShapeError) -> WeightSource {
    let tiles = vk_conv_pack_tiles(isa, &plan)
    if precision == .bf16 {
      let isa = KernelISA.bf16
      return try pack(node, form + " bf16", count: vk_bf16_conv_packed_count(isa, &plan), tiles: tiles) {
        data, target, begin, end in
        guard var weights = layout(data) else { return }
        vk_bf16_conv_pack_run(isa, &weights, target, begin, end)
      }
    }
    let isa = isa
    return try pack(node, form, count: vk_conv_packed_count(isa, &plan), tiles: tiles) { data, target, begin, end in
      guard var weights = layout(data) else { return }
      vk_conv_pack_run(isa, &weights, target, begin, end)
    }
  }
}

extension Frame {
  /// Runs a convolution of bf16 on all threads; into bf16 where `rounded`.
  func convolveRounded(_ work: inout vk_conv, products: Int, rounded: Bool = false) {
    let isa = KernelISA.bf16, fixed = work, space = vk_bf16_conv_workspace(isa, &work, rounded)
    tiles(vk_bf16_conv_tiles(isa, &work), workspace: space, work: products) { begin, end, space in
      var work = fixed
      vk_bf16_conv_run(isa, &work, rounded, begin, end, space)
    }
  }
}
