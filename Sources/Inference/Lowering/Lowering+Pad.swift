import TensorCore

extension Lowering {
  /// Pads rows and columns of a map: its pixels are moved whole.
  mutating func lowerPad(_ primitive: Pad, _ node: Graph.Node) throws(ShapeError) -> Bool {
    guard let from = shape(node.inputs[0]), let to = shape(node.outputs[0]), maps[node.inputs[0]] != nil,
      to.pixels <= 1 << 22
    else { return false }
    let outer = max(primitive.before.count - 2, 0)
    guard (primitive.before.prefix(outer) + primitive.after.prefix(outer)).allSatisfy({ $0 == 0 }) else { return false }
    var mode = primitive.mode
    if case .constant(let value) = mode {
      guard value == 0 else { return false }
      mode = .constant(-1)
    }
    let numbers = try Tensor(Array(0..<from.pixels), shape: [from.batch, 1, from.height, from.width])
    let pixels = try Tensor.applySingle(Pad(before: primitive.before, after: primitive.after, mode: mode), numbers)
      .integers().map { Int32($0) }
    let source = map(node.inputs[0], from), target = newMap(node.outputs[0], to), channels = to.channels
    add("pad", node, [source, target]) { frame in
      let from = frame.floats(source), to = frame.floats(target)
      frame.ranges(pixels.count, grain: 16_384 / channels + 1) { range in
        for pixel in range {
          let place = to + pixel * target.pixel
          if pixels[pixel] < 0 {
            place.update(repeating: 0, count: channels)
          } else {
            place.update(from: from + Int(pixels[pixel]) * source.pixel, count: channels)
          }
        }
      }
    }
    return true
  }
}
