import TensorCore

extension Graph {
  /// Where an image is cut into its pixels of even and odd rows and columns, which become channels of a convolution (YOLOX's
  /// first layer): a convolution of the image itself, as many times wider and of that stride. Nothing is cut then, and the
  /// kernel for pictures of few channels takes it.
  mutating func mergePatches() throws(ShapeError) {
    var producers: [Int: Node] = [:]
    for node in nodes {
      for value in node.outputs { producers[value] = node }
    }
    for (index, node) in nodes.enumerated() {
      guard let convolution = node.primitive as? Convolution,
        let (image, starts) = try patches(node.inputs[0], producers),
        convolution.settings.groups == 1, convolution.settings.stride == [1, 1],
        convolution.settings.dilation == [1, 1], specs[node.inputs[1]].dtype == .float32,
        let weights = try known(node.inputs[1])
      else { continue }
      let side = starts.count == 4 ? 2 : 3, shape = specs[node.inputs[1]].shape, channels = specs[image].shape[1]
      let wide = TensorSpec([shape[0], channels, shape[2] * side, shape[3] * side], .float32)
      guard shape[1] == channels * starts.count else { continue }
      let narrow = try weights.floats()
      var values = Array(repeating: Float(0), count: narrow.count), at = 0
      for out in 0..<shape[0] {
        for start in starts {
          for channel in 0..<channels {
            let plane = (out * channels + channel) * wide.shape[2]
            for row in 0..<shape[2] {
              for column in 0..<shape[3] {
                values[(plane + row * side + start.row) * wide.shape[3] + column * side + start.column] = narrow[at]
                at += 1
              }
            }
          }
        }
      }
      let kernel = specs.count
      specs.append(wide)
      constants[kernel] = try Tensor(values, shape: wide.shape)
      var settings = convolution.settings
      settings.stride = [side, side]
      settings.padding = settings.padding.map { $0 * side }
      nodes[index].primitive = Convolution(settings)
      nodes[index].inputs[0] = image
      nodes[index].inputs[1] = kernel
    }
    removeUnused()
  }

  /// The input that a concatenation is all patches of, 2 x 2 or 3 x 3 of them, and where each begins.
  private func patches(
    _ value: Int, _ producers: [Int: Node]
  ) throws(ShapeError) -> (image: Int, starts: [(row: Int, column: Int)])? {
    guard let node = producers[value], let joined = node.primitive as? Concatenate,
      joined.axis == 1 || joined.axis == -3,
      node.inputs.count == 4 || node.inputs.count == 9
    else { return nil }
    let side = node.inputs.count == 4 ? 2 : 3
    var image: Int?, starts: [(row: Int, column: Int)] = [], whole: Tensor?
    for part in node.inputs {
      var root = part, slices: [Slice] = []
      while let producer = producers[root], let slice = producer.primitive as? Slice {
        slices.append(slice)
        root = producer.inputs[0]
      }
      guard inputs.contains(root), image == nil || image == root, let shape = MapShape(specs[root]),
        shape.channels <= 4,
        shape.height % side == 0, shape.width % side == 0, shape.pixels > 0, shape.pixels < 1 << 24,
        specs[part].shape == [shape.batch, shape.channels, shape.height / side, shape.width / side],
        slices.allSatisfy({ $0.ranges.prefix(2).allSatisfy { $0 == .all } })
      else { return nil }
      image = root
      if whole == nil {
        whole = try Tensor(
          (0..<shape.height * shape.width).map { Float($0) }, shape: [1, 1, shape.height, shape.width])
      }
      guard var numbers = whole else { return nil }
      for slice in slices.reversed() { numbers = try .applySingle(slice, numbers) }
      let found = try numbers.floats().map { Int($0) }, first = found[0], width = shape.width / side
      // A slice walks evenly: its first steps say the rest.
      guard width == 1 || found[1] - first == side, found.count == width || found[width] - first == side * shape.width
      else { return nil }
      starts.append((first / shape.width, first % shape.width))
    }
    guard let image, Set(starts.map { $0.row * side + $0.column }).count == starts.count,
      starts.allSatisfy({ $0.row < side && $0.column < side })
    else { return nil }
    return (image, starts)
  }

  /// Forgets nodes that nothing reads.
  private mutating func removeUnused() {
    var needed = Set(outputs), kept: [Node] = []
    for node in nodes.reversed() where node.outputs.contains(where: needed.contains) {
      needed.formUnion(node.reads)
      kept.append(node)
    }
    nodes = kept.reversed()
  }
}
