import CKernels
import TensorCore

extension Lowering {
  /// Whether a padding moves pixels of a map whole.
  func movesPixels(_ primitive: Pad, _ node: Graph.Node) -> Bool {
    // Pixels are numbered in floats.
    guard let from = shape(node.inputs[0]), from.pixels <= 1 << 24, let to = shape(node.outputs[0]),
      to.pixels <= 1 << 22
    else { return false }
    if case .constant(let value) = primitive.mode, value != 0 { return false }
    let outer = max(primitive.before.count - 2, 0)
    return (primitive.before.prefix(outer) + primitive.after.prefix(outer)).allSatisfy { $0 == 0 }
  }

  /// Finds images that are enlarged to their nearest neighbours and then padded, by nobody else read: one step moves their pixels.
  mutating func assignEnlarged() {
    let uses = graph.uses
    var padded: Set<Int> = []
    for node in graph.nodes {
      if let pad = node.primitive as? Pad, movesPixels(pad, node) { padded.insert(node.inputs[0]) }
    }
    for node in graph.nodes {
      guard let resize = node.primitive as? Interpolate, resize.mode == .nearest, let from = shape(node.inputs[0]),
        from.pixels <= 1 << 22, node.inputs.count == 1, uses[node.outputs[0]] == 1, padded.contains(node.outputs[0])
      else { continue }
      enlarged[node.outputs[0]] = node
    }
  }

  /// Pads rows and columns of a map: its pixels are moved whole.
  mutating func lowerPad(_ primitive: Pad, _ node: Graph.Node) throws(ShapeError) -> Bool {
    let resize = enlarged[node.inputs[0]], input = resize?.inputs[0] ?? node.inputs[0]
    guard movesPixels(primitive, node), let from = shape(input), let to = shape(node.outputs[0]),
      resize != nil || maps[input] != nil
    else { return false }
    var mode = primitive.mode
    if case .constant = mode { mode = .constant(-1) }
    var numbers = try Tensor((0..<from.pixels).map(Float.init), shape: [from.batch, 1, from.height, from.width])
    if let resize { numbers = try .applySingle(resize.primitive, numbers) }
    let pixels = try Tensor.applySingle(Pad(before: primitive.before, after: primitive.after, mode: mode), numbers)
      .floats().map { Int32($0) }
    let source = map(input, from), (target, isRounded) = newMapOrRounded(node.outputs[0], to)
    let channels = to.channels, isa = isa
    add(isRounded ? "pad bf16" : "pad", node, [source, target]) { frame in
      let from = frame.floats(source), to = frame.floats(target)
      let rounded = frame.pointer(target).assumingMemoryBound(to: UInt16.self)
      frame.ranges(pixels.count, grain: 16_384 / channels + 1) { range in
        for pixel in range {
          let chosen = Int(pixels[pixel]), place = pixel * target.pixel
          switch (chosen < 0, isRounded) {
          case (true, true): (rounded + place).update(repeating: 0, count: channels)
          case (true, false): (to + place).update(repeating: 0, count: channels)
          case (false, true):
            vk_cast(isa, VK_FLOAT32, VK_BFLOAT16, from + chosen * source.pixel, rounded + place, channels)
          case (false, false): (to + place).update(from: from + chosen * source.pixel, count: channels)
          }
        }
      }
    }
    return true
  }
}
