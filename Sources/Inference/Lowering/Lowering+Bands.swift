import CKernels
import Support
import TensorCore

/// A depthwise convolution sums so little for what it reads and writes that it waits for memory. With the convolutions before and
/// after it, it takes a few rows at a time, so that what one hands the next stays in a core's cache and no thread waits between
/// them (depth-first, as in Alwani et al., Fused-Layer CNN Accelerators, 2016).
extension Lowering {
  /// Weights of a chain that stay in the second-level cache beside the rows: each band reads them.
  private static let mostWeights = 128 << 10
  /// A map of so many values (of one image) is left in no second-level cache by the step that writes it.
  private static let leastMap = 144 << 10
  /// Rows below which there is little to deal out.
  private static let leastRows = 16

  /// Operations that are computed together.
  struct Chain {
    /// A convolution, a depthwise one and a convolution, any of which may miss; or a scaling of channels and a convolution.
    var nodes: [Graph.Node]
    /// The average of each channel of the last one's result.
    var pool: Graph.Node?
  }

  /// Chooses the chains: a function of the graph and its shapes alone.
  mutating func assignBands() {
    let uses = graph.uses
    var writers: [Int: Graph.Node] = [:], readers: [Int: [Graph.Node]] = [:]
    for node in graph.nodes {
      writers[node.outputs[0]] = node
      readers[node.inputs[0], default: []].append(node)
    }
    for node in graph.nodes where chains[node.outputs[0]] == nil && !alongBands.contains(node.outputs[0]) {
      let value = node.outputs[0]
      guard let middle = bandShape(node), let to = shape(value), to.height >= Self.leastRows else { continue }
      var chain = Chain(nodes: [node]), weights = 0
      func joins(_ other: Graph.Node, by value: Int) -> Bool {
        guard uses[value] == 1, slices[value] == nil, isLarge(value) || chain.nodes.count > 1,
          let kernel = directKernel(other), seesRows(kernel.shape),
          other.outputs[0] == value || kernel.isRounded == roundedOnly.contains(value),
          weights + graph.specs[other.inputs[1]].count <= Self.mostWeights
        else { return false }
        weights += graph.specs[other.inputs[1]].count
        return true
      }
      if middle.isConvolution, let first = writers[node.inputs[0]], chains[first.outputs[0]] == nil,
        joins(first, by: first.outputs[0])
      {
        chain.nodes.insert(first, at: 0)
      }
      if let last = readers[value]?.first, joins(last, by: value) {
        chain.nodes.append(last)
      } else if middle.isConvolution, slices[value] == nil, isLarge(value) || chain.nodes.count > 1 {
        chain.pool = readers[value]?.first { isGlobalAverage($0) && slices[$0.outputs[0]] == nil }
      }
      guard chain.nodes.count > 1 || chain.pool != nil, let last = chain.nodes.last else { continue }
      chains[last.outputs[0]] = chain
      alongBands.formUnion(chain.nodes.dropLast().map { $0.outputs[0] } + [chain.pool?.outputs[0]].compactMap { $0 })
    }
  }

  private func isLarge(_ value: Int) -> Bool {
    guard let map = shape(value) else { return false }
    return map.channels * map.height * map.width >= Self.leastMap
  }

  private func isGlobalAverage(_ node: Graph.Node) -> Bool {
    guard let to = shape(node.outputs[0]), to.height == 1, to.width == 1 else { return false }
    return node.primitive is GlobalAveragePool || (node.primitive as? AdaptivePool)?.reduction == .average
  }

  /// A step that sums little for what it reads.
  private func bandShape(_ node: Graph.Node) -> (shape: ConvolutionShape, isConvolution: Bool)? {
    if isDepthwise(node), let shape = geometry(of: node), seesRows(shape) { return (shape, true) }
    return scaling(node).map { ($0.shape, false) }
  }

  /// Whether every output row sees a row of the map, and is more than a pixel, whose terms products add in another order.
  private func seesRows(_ shape: ConvolutionShape) -> Bool {
    shape.to.width > 1 && shape.pads[0] >= 0 && shape.pads[0] <= (shape.kernel[0] - 1) * shape.dilation[0]
      && (shape.to.height - 1) * shape.stride[0] - shape.pads[0] < shape.from.height
  }

  /// A convolution that runs as an implicit matrix product: what it is, and whether of bf16. Nil for others.
  private func directKernel(_ node: Graph.Node) -> (shape: ConvolutionShape, isRounded: Bool)? {
    guard node.primitive is Convolution, node.inputs.count == 2, let shape = geometry(of: node), !shape.isDepthwise,
      shape.from.channels > 4, !isNarrow(shape, node)
    else { return nil }
    if isRounded(node) { return (shape, true) }
    return shape.isForWinograd || isRoundedWinograd(node) ? nil : (shape, false)
  }

  mutating func lowerBands(_ chain: Chain) throws(ShapeError) {
    var stages: [Bands.Stage] = [], places: [Place?] = []
    var source: Place?, isRounded = false
    for (index, node) in chain.nodes.enumerated() {
      let input: Int, from: MapShape
      let scaling = scaling(node)
      guard let shape = scaling?.shape ?? geometry(of: node) else { return }
      (input, from) = (scaling?.map ?? node.inputs[0], shape.from)
      let isOfBF16 = self.isRounded(node)
      if index == 0 {
        (source, isRounded) =
          isOfBF16
          ? (roundedMap(input, from), true) : isDepthwise(node) ? mapOrRounded(input, from) : (map(input, from), false)
        places.append(source)
      }
      let end = try finish(node.epilogue, node.outputs[0])
      let kernel: Bands.Kernel = shape.isDepthwise ? .depthwise : isOfBF16 ? .rounded : .direct
      let weights: WeightSource
      if let scaling {
        weights = WeightSource(fixed: nil, place: plain(scaling.factors))
      } else {
        weights = try packStage(shape, kernel, node)
      }
      let stage = Bands.Stage(
        shape: shape, inPixel: index == 0 ? source?.pixel ?? 0 : from.channels, kernel: kernel, weights: weights,
        weightStep: scaling?.step ?? 0, end: end, isRoundedIn: isRounded,
        isRoundedOut: roundedOnly.contains(node.outputs[0]))
      isRounded = stage.isRoundedOut
      places += [stage.weights.place] + stage.end.places
      stages.append(stage)
    }
    guard let source, let last = chain.nodes.last, let to = stages.last?.shape.to else { return }
    let (target, _) = newMapOrRounded(last.outputs[0], to)
    let bands = Bands(stages), tiles = bands.count * to.batch
    // Any thread may take any band.
    let space = scratch(bands.floats * ThreadPool.shared.threadCount)
    let pooled = chain.pool.map { ($0, scratch(tiles * to.channels)) }.map { node, sums in
      Bands.Pool(sums: sums, target: newPlain(node.outputs[0]))
    }
    add(
      bands.name + (pooled == nil ? "" : " + pool"), last, places + [target, space, pooled?.sums, pooled?.target],
      multiplyAdds: stages.reduce(0) { $0 + $1.shape.products }
    ) { bands.run($0, source, target, pooled, space) }
  }

  private mutating func packStage(
    _ shape: ConvolutionShape, _ kernel: Bands.Kernel, _ node: Graph.Node
  ) throws(ShapeError) -> WeightSource {
    let size = graph.specs[node.inputs[1]].shape
    let layout = try scaled({ Self.weights(size, groups: shape.groups, $0) }, node)
    if kernel == .depthwise { return try packDepthwise(shape, node, layout) }
    var plan = layout(nil)
    return try packConvolution(node, "direct", kernel == .rounded ? .bf16 : .fp32, &plan, layout)
  }
}
