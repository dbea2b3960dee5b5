import CKernels
import TensorCore

/// First layers of few channels, whose kernel has neighbouring pixels in a vector's lanes and takes the largest of windows along.
extension Lowering {
  /// Finds poolings that the convolution before them, by nobody else read, can do along.
  mutating func assignPooled() {
    let uses = graph.uses
    var producers: [Int: Graph.Node] = [:]
    for node in graph.nodes {
      producers[node.outputs[0]] = node
      guard let pool = node.primitive as? MaxPool, !pool.indices, let convolution = producers[node.inputs[0]],
        convolution.primitive is Convolution, uses[node.inputs[0]] == 1, let to = shape(node.outputs[0]),
        let shape = geometry(of: convolution)
      else { continue }
      let window = pool.window, kernel = window.kernel
      guard window.stride == kernel, window.dilation == [1, 1], window.padding.allSatisfy({ $0 == 0 }),
        to.height == shape.to.height / kernel[0], to.width == shape.to.width / kernel[1],
        isForPlanarPixels(shape, convolution, window: kernel)
      else { continue }
      pooled[node.inputs[0]] = node
    }
  }

  /// Whether that kernel takes a convolution that reads a planar picture.
  private func isForPlanarPixels(_ shape: ConvolutionShape, _ node: Graph.Node, window: [Int]) -> Bool {
    guard node.primitive is Convolution, node.inputs.count == 2, shape.groups == 1, shape.from.channels <= 4,
      shape.from.channels == 1 || graph.inputs.contains(node.inputs[0]), node.epilogue.residual == nil,
      !isRoundedPlanar(node)
    else { return false }
    let activation = node.epilogue.activation
    var work = vk_planar_pixels(
      planar: vk_planar(
        batch: shape.from.batch, in_channels: shape.from.channels, in_h: shape.from.height, in_w: shape.from.width,
        out_h: shape.to.height, out_w: shape.to.width, out_channels: shape.to.channels, kernel_h: shape.kernel[0],
        kernel_w: shape.kernel[1], stride_h: shape.stride[0], stride_w: shape.stride[1], dilation_h: shape.dilation[0],
        dilation_w: shape.dilation[1], pad_top: shape.pads[0], pad_left: shape.pads[1], in: nil, in_row: 0, in_plane: 0,
        in_image: 0, out: vk_map(), weights: nil,
        epilogue: vk_epilogue(
          bias: nil, residual: vk_map(), activation: activation.code, a: activation.a, b: activation.b)),
      window_h: window[0], window_w: window[1])
    return vk_planar_pixels_fits(&work)
  }

  /// The convolution, and the pooling after it where that is to be done along.
  mutating func lowerPlanarPixels(
    _ shape: ConvolutionShape, _ node: Graph.Node, _ end: Finish,
    _ layout: @escaping @Sendable (UnsafePointer<Float>?) -> vk_conv_weights
  ) throws(ShapeError) -> Bool {
    let pool = pooled[node.outputs[0]], window = (pool?.primitive as? MaxPool)?.window.kernel ?? [1, 1]
    let output = pool?.outputs[0] ?? node.outputs[0]
    guard isForPlanarPixels(shape, node, window: window), let written = self.shape(output) else { return false }
    var plan = layout(nil)
    let packed = try pack(node, "planar pixels", count: vk_planar_pixels_packed_count(&plan), tiles: 1) {
      data, target, _, _ in
      var weights = layout(data)
      vk_planar_pixels_pack(&weights, target)
    }
    let source = plain(node.inputs[0]), target = newMap(output, written), products = shape.products, isa = isa
    add(
      pool == nil ? "planar pixels" : "planar pixels, pool", node, [source, target, packed.place] + end.places,
      multiplyAdds: products
    ) { frame in
      let planar = shape.planar(frame, source, target, written, packed.pointer(frame), end)
      var work = vk_planar_pixels(planar: planar, window_h: window[0], window_w: window[1])
      let floats = vk_planar_pixels_workspace(isa, &work)
      frame.tiles(vk_planar_pixels_tiles(isa, &work), workspace: floats, work: products) { begin, end, space in
        var work = work
        vk_planar_pixels_run(isa, &work, begin, end, space)
      }
    }
    return true
  }
}
