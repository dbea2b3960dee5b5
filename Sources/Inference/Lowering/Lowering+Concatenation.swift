import TensorCore

extension Lowering {
  /// Chooses which values are written as slices of a concatenation of channels: those that a kernel writes that can leave room
  /// between pixels.
  mutating func assignSlices() {
    var producers: [Int: Graph.Node] = [:]
    for node in graph.nodes {
      for value in node.outputs { producers[value] = node }
    }
    // The last concatenations first: an earlier one that a later one begins with becomes a slice of it.
    for node in graph.nodes.reversed() {
      guard let primitive = node.primitive as? Concatenate, primitive.isOfChannels, shape(node.outputs[0]) != nil else {
        continue
      }
      var channel = 0, seen: Set<Int> = []
      for value in node.inputs {
        defer { channel += graph.specs[value].shape[1] }
        guard slices[value] == nil, seen.insert(value).inserted, let producer = producers[value],
          producer.writesSlices
        else { continue }
        slices[value] = (node.outputs[0], channel)
      }
    }
  }

  mutating func lowerConcatenation(_ primitive: Concatenate, _ node: Graph.Node) -> Bool {
    let output = node.outputs[0]
    guard primitive.isOfChannels, let whole = shape(output) else { return false }
    let target = maps[output] ?? newMap(output, whole)
    var channel = 0
    for value in node.inputs {
      guard let part = shape(value) else { return false }
      var slice = target
      slice.offset += channel * 4
      channel += part.channels
      if slices[value].map({ $0.whole == output && $0.channel == channel - part.channels }) == true, maps[value] != nil
      {
        continue
      }
      copy(map(value, part), to: slice, part)
    }
    return true
  }
}

extension Concatenate {
  fileprivate var isOfChannels: Bool { axis == 1 || axis == -3 }
}

extension Graph.Node {
  /// Whether its kernel may leave room between the pixels that it writes.
  fileprivate var writesSlices: Bool {
    switch primitive {
    case is Convolution, is ConvolutionTranspose, is BatchNorm, is BatchNormTraining, is InstanceNorm,
      is GlobalAveragePool, is Concatenate:
      true
    case let pool as MaxPool: !pool.indices
    case let pool as AveragePool: pool.divisorOverride == nil
    case let pool as AdaptivePool: pool.reduction == .average
    case let resize as Interpolate: !resize.antialias && (resize.mode == .nearest || resize.mode == .bilinear)
    default: false
    }
  }
}
