import CKernels
import TensorCore

/// From a graph to steps: chooses a kernel and a layout for every operation.
///
/// A value lies row-major (`plain`), or channels-last (`map`, of four axes), or both; a step that converts is put in where a
/// kernel wants what is not there.
struct Lowering {
  let graph: Graph
  let weights: PackedWeights
  var steps: [Plan.Step] = []
  var blockSizes: [Int] = []
  var plains: [Int: Place] = [:]
  var maps: [Int: Place] = [:]
  /// Where a value is to be written as a slice of a concatenation: the concatenation's value, and the first channel.
  var slices: [Int: (whole: Int, channel: Int)] = [:]
  /// Parts of wider rows: the first float's place, and how far it is to the next row.
  var rowParts: [Int: Place] = [:]
  let attentionRows: Set<Int>
  let precision: Precision
  /// Packed weights that the next step to be added reads.
  var packed: PackedFloats?
  /// Values rounded to bf16, channels-last or row-major.
  var roundedMaps: [Int: Place] = [:], roundedRows: [Int: Place] = [:]
  /// Values that are wanted rounded alone, and come so from the kernel that computes them.
  var roundedOnly: Set<Int> = []
  /// Resizes that the padding after them does along.
  var enlarged: [Int: Graph.Node] = [:]
  /// What is computed in bands, by the last value of a chain; the values that come along, which no step of their own computes.
  var chains: [Int: Chain] = [:], alongBands: Set<Int> = []
  /// Poolings that the convolution before them does along, by its output.
  var pooled: [Int: Graph.Node] = [:]
  /// Maps whose images are rows, by these rows.
  var flattened: [Int: Int] = [:]
  /// How many of the first steps run once for each part of the batch, and which blocks hold all parts: bytes of one.
  var partSteps = 0
  var partBytes: [Int: Int] = [:]
  /// What a parameter's values could not be had for.
  var failure: ShapeError?
  let isa = KernelISA.current

  init(_ graph: Graph, weights: PackedWeights, precision: Precision) {
    self.graph = graph
    self.weights = weights
    self.precision = precision
    attentionRows = Self.rowsOfAttention(graph)
  }

  /// The plan. Throws where memory cannot be had.
  static func plan(
    _ graph: Graph, weights: PackedWeights, memory: PlanMemory, precision: Precision
  ) throws(ShapeError) -> Plan {
    var lowering = Lowering(graph, weights: weights, precision: precision)
    for (number, value) in graph.inputs.enumerated() { lowering.plains[value] = Place(root: .input(number)) }
    for (value, tensor) in graph.constants { lowering.plains[value] = Place(root: .constant(tensor)) }
    lowering.assignSlices()
    lowering.assignEnlarged()
    lowering.assignPooled()
    lowering.assignRounded()
    if graph.takesBands { lowering.assignBands() }
    let first = graph.parts?.nodes ?? 0
    for node in graph.nodes.prefix(first) { try lowering.lower(node) }
    if let parts = graph.parts { lowering.join(parts) }
    for node in graph.nodes.dropFirst(first) { try lowering.lower(node) }
    if let failure = lowering.failure { throw failure }
    for (number, value) in graph.outputs.enumerated() where graph.parts?.values.contains(value) != true {
      lowering.deliver(value, number)
    }
    let parts = Plan.Parts(count: graph.parts?.count ?? 1, steps: lowering.partSteps, bytes: lowering.partBytes)
    return Plan(
      steps: lowering.steps, blockSizes: lowering.blockSizes, inputs: graph.inputs.map(graph.wholeSpec),
      outputs: graph.outputs.map(graph.wholeSpec), parts: parts, memory: memory)
  }

  /// Ends the steps that run once for each part: what they hand on is there whole afterwards.
  private mutating func join(_ parts: Graph.Parts) {
    for (number, value) in graph.outputs.enumerated() where parts.values.contains(value) { deliver(value, number) }
    for (part, whole) in parts.crossings {
      if [plains[part], maps[part], roundedMaps[part]].allSatisfy({ $0 == nil }) { _ = plain(part) }
      plains[whole] = plains[part]
      maps[whole] = maps[part]
      roundedMaps[whole] = roundedMaps[part]
      if roundedOnly.contains(part) { roundedOnly.insert(whole) }
      for block in [plains[part], maps[part], roundedMaps[part]].compactMap({ $0?.block }) where partBytes[block] == nil
      {
        partBytes[block] = blockSizes[block]
        blockSizes[block] *= parts.count
      }
    }
    partSteps = steps.count
  }

  // MARK: Places

  func shape(_ value: Int) -> MapShape? { MapShape(graph.specs[value]) }

  mutating func block(bytes: Int) -> Place {
    blockSizes.append(bytes)
    return Place(root: .arena(blockSizes.count - 1))
  }

  /// A place for a value that a step will write row-major.
  mutating func newPlain(_ value: Int) -> Place {
    let place =
      graph.outputs.firstIndex(of: value).map { Place(root: .output($0)) }
      ?? block(bytes: graph.specs[value].byteCount)
    plains[value] = place
    // A pixel, or one channel, lies the same either way.
    if let shape = shape(value), shape.channels == 1 || shape.height * shape.width == 1 {
      maps[value] = Place(root: place.root, offset: place.offset, pixel: shape.channels)
    }
    return place
  }

  /// A place for a value that a step will write channels-last; a slice of a wider map where it is to be concatenated.
  mutating func newMap(_ value: Int, _ shape: MapShape) -> Place {
    var place: Place
    if let slice = slices[value], let whole = self.shape(slice.whole) {
      place = maps[slice.whole] ?? newMap(slice.whole, whole)
      place.offset += slice.channel * 4
    } else {
      place = block(bytes: graph.specs[value].byteCount)
      place.pixel = shape.channels
    }
    maps[value] = place
    if place.pixel == shape.channels, shape.channels == 1 || shape.height * shape.width == 1 {
      plains[value] = Place(root: place.root, offset: place.offset)
    }
    return place
  }

  /// Where a value lies channels-last; converted now where it does not.
  mutating func map(_ value: Int, _ shape: MapShape) -> Place {
    if let place = maps[value] { return place }
    let source = plain(value)
    if shape.channels == 1 || shape.height * shape.width == 1 {
      let place = Place(root: source.root, offset: source.offset, pixel: shape.channels)
      maps[value] = place
      return place
    }
    let target = newMap(value, shape)
    convert(plain: source, map: target, shape, toMap: true)
    return target
  }

  /// Channels-last and dense.
  mutating func denseMap(_ value: Int, _ shape: MapShape) -> Place {
    let place = map(value, shape)
    guard place.pixel != shape.channels else { return place }
    var target = block(bytes: graph.specs[value].byteCount)
    target.pixel = shape.channels
    copy(place, to: target, shape)
    return target
  }

  /// Where a value lies row-major; converted now where it does not.
  mutating func plain(_ value: Int) -> Place {
    if let place = plains[value] { return place }
    if let map = flattened[value] {
      var place = plain(map)
      place.pixel = 0
      plains[value] = place
      return place
    }
    if graph.paths[value] != nil {
      do throws(ShapeError) {
        if let tensor = try graph.known(value) {
          let place = Place(root: .constant(tensor))
          plains[value] = place
          return place
        }
      } catch {
        failure = error
      }
    }
    guard let shape = shape(value), let source = maps[value] else { return newPlain(value) }
    let target = block(bytes: graph.specs[value].byteCount)
    plains[value] = target
    convert(plain: target, map: source, shape, toMap: false)
    return target
  }

  // MARK: Steps

  /// `result` lies where `residual` does, if that can be: the kernel reads each element of one before it writes the other's.
  mutating func add(
    _ algorithm: String, _ node: Graph.Node? = nil, _ places: [Place?], multiplyAdds: Int = 0, result: Place? = nil,
    over residual: Place? = nil, _ run: @escaping @Sendable (Frame) -> Void
  ) {
    var overwrites: Plan.Overwriting?
    // What is read besides must not lie there.
    if let result, let residual, let new = result.block, let old = residual.block, result.offset == 0,
      residual.offset == 0, result.pixel == residual.pixel, places.filter({ $0?.block == old }).count == 1
    {
      overwrites = Plan.Overwriting(old: old, new: new)
    }
    steps.append(
      Plan.Step(
        algorithm: algorithm, layer: node?.layer ?? "", blocks: places.compactMap { $0?.block },
        multiplyAdds: multiplyAdds, weights: packed, overwrites: overwrites, run: run))
    packed = nil
  }

  private mutating func convert(plain: Place, map: Place, _ shape: MapShape, toMap: Bool) {
    let isa = isa
    add(toMap ? "to channels-last" : "to planes", nil, [plain, map]) { frame in
      var layout = vk_layout(
        batch: shape.batch, channels: shape.channels, h: shape.height, w: shape.width, planes: frame.floats(plain),
        map: vk_map(frame.pointer(map), map, shape))
      frame.tiles(vk_layout_tiles(&layout), work: shape.pixels * shape.channels * 8) { begin, end, _ in
        var layout = layout
        if toMap { vk_layout_to_map(isa, &layout, begin, end) } else { vk_layout_to_planes(isa, &layout, begin, end) }
      }
    }
  }

  /// Copies the pixels of a map.
  mutating func copy(_ source: Place, to target: Place, _ shape: MapShape) {
    add("copy", nil, [source, target]) { frame in
      let from = frame.floats(source), to = frame.floats(target)
      frame.ranges(shape.pixels, grain: 16_384 / shape.channels + 1) { range in
        for pixel in range {
          (to + pixel * target.pixel).update(from: from + pixel * source.pixel, count: shape.channels)
        }
      }
    }
  }

  /// Writes a value into an output.
  private mutating func deliver(_ value: Int, _ number: Int) {
    let target = Place(root: .output(number)), bytes = graph.specs[value].byteCount
    if plains[value] == nil, let shape = shape(value), let source = maps[value] {
      convert(plain: target, map: source, shape, toMap: false)
      return
    }
    let source = plain(value)
    if case .output(number) = source.root, source.offset == 0 { return }
    add("output", nil, [source]) { $0.pointer(target).copyMemory(from: $0.pointer(source), byteCount: bytes) }
  }

  /// Runs an operation as eager execution does, row-major.
  mutating func lowerEagerly(_ node: Graph.Node) {
    let inputs = node.inputs.map { (graph.specs[$0], plain($0)) }
    let outputs = node.outputs.map { (graph.specs[$0], newPlain($0)) }
    let primitive = node.primitive
    let products = primitive.multiplyAdds(inputs.map(\.0), outputs.map(\.0))
    add(primitive.operation, node, inputs.map(\.1) + outputs.map(\.1), multiplyAdds: products) { frame in
      primitive.evaluate(
        inputs.map { TensorView(spec: $0.0, pointer: UnsafeRawPointer(frame.pointer($0.1))) },
        into: outputs.map { MutableTensorView(spec: $0.0, pointer: frame.pointer($0.1)) })
    }
  }
}
