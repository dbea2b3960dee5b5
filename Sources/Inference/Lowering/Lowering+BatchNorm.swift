import CKernels
import TensorCore

extension Lowering {
  /// Batch normalisation in training, with what follows it.
  mutating func lowerBatchNorm(_ node: Graph.Node) throws(ShapeError) -> Bool {
    guard let primitive = node.primitive as? BatchNormTraining, let shape = shape(node.inputs[0]), shape.channels > 0,
      shape.pixels > 0
    else { return false }
    let end = try finish(node.epilogue, node.outputs[0]), isa = isa, epsilon = Float(primitive.epsilon)
    let source = map(node.inputs[0], shape), weight = plain(node.inputs[1]), bias = plain(node.inputs[2])
    let target = newMap(node.outputs[0], shape), mean = newPlain(node.outputs[1]), variance = newPlain(node.outputs[2])
    let work: @Sendable (Frame?) -> vk_batch_norm = { frame in
      func pixels(_ place: Place?) -> vk_pixels {
        vk_pixels(data: place.flatMap { frame?.floats($0) }, stride: place?.pixel ?? 0)
      }
      return vk_batch_norm(
        pixels: shape.pixels, channels: shape.channels, epsilon: epsilon,
        weight: frame.map { UnsafePointer($0.floats(weight)) }, bias: frame.map { UnsafePointer($0.floats(bias)) },
        in: pixels(source), out: pixels(target), residual: pixels(end.residual), mean: frame?.floats(mean),
        variance: frame?.floats(variance), activation: end.activation.code, a: end.activation.a, b: end.activation.b)
    }
    var plan = work(nil)
    let shared = scratch(vk_batch_norm_shared(&plan))
    let places = [source, weight, bias, target, mean, variance, shared] + end.places
    add("batch norm", node, places) { frame in
      var fixed = work(frame)
      let memory = frame.floats(shared)
      for phase in 0..<3 {
        frame.tiles(vk_batch_norm_tiles(&fixed, phase), work: shape.pixels * shape.channels * 4) { begin, end, _ in
          var work = fixed
          vk_batch_norm_run(isa, &work, phase, begin, end, memory)
        }
      }
    }
    return true
  }

  /// Its gradient, with that of the rectifier behind it.
  mutating func lowerBatchNormGradient(_ node: Graph.Node) throws(ShapeError) -> Bool {
    guard let primitive = node.primitive as? BatchNormGradient, let shape = shape(node.inputs[1]), shape.channels > 0,
      shape.pixels > 0
    else { return false }
    let isa = isa, epsilon = Float(primitive.epsilon)
    let upstream = map(node.inputs[0], shape), source = map(node.inputs[1], shape)
    let output = node.mask.map { map($0, shape) }
    let statistics = node.inputs[2...4].map { plain($0) }
    let bounded = node.outputs.count > 3 ? newMap(node.outputs[3], shape) : nil
    let target = newMap(node.outputs[0], shape), weight = newPlain(node.outputs[1]), bias = newPlain(node.outputs[2])
    let work: @Sendable (Frame?) -> vk_batch_norm_gradient = { frame in
      func pixels(_ place: Place?) -> vk_pixels {
        vk_pixels(data: place.flatMap { frame?.floats($0) }, stride: place?.pixel ?? 0)
      }
      let known = statistics.map { place in frame.map { UnsafePointer($0.floats(place)) } }
      return vk_batch_norm_gradient(
        pixels: shape.pixels, channels: shape.channels, epsilon: epsilon, weight: known[2], mean: known[0],
        variance: known[1], upstream: pixels(upstream), in: pixels(source), output: pixels(output), low: 0,
        high: .infinity, bounded: pixels(bounded), gradient: pixels(target), weight_gradient: frame?.floats(weight),
        bias_gradient: frame?.floats(bias))
    }
    var plan = work(nil)
    let shared = scratch(vk_batch_norm_gradient_shared(&plan))
    let places = [upstream, source, output, bounded, target, weight, bias, shared] + statistics.map { $0 }
    add("batch norm gradient", node, places) { frame in
      var fixed = work(frame)
      let memory = frame.floats(shared)
      for phase in 0..<3 {
        frame.tiles(vk_batch_norm_gradient_tiles(&fixed, phase), work: shape.pixels * shape.channels * 4) {
          begin, end, _ in
          var work = fixed
          vk_batch_norm_gradient_run(isa, &work, phase, begin, end, memory)
        }
      }
    }
    return true
  }
}
