import CKernels
import TensorCore

/// Convolutions by Winograd's F(4x4, 3x3).
extension ConvolutionShape {
  /// Tiles of 4 x 4 outputs; a dilated image falls into phases, each tiled for itself.
  private var tiles: Int {
    let apart = dilation[0]
    return to.batch * apart * apart * (((to.height + apart - 1) / apart + 3) / 4)
      * (((to.width + apart - 1) / apart + 3) / 4)
  }

  /// Whether there is a kernel, and enough to do.
  private var fitsWinograd: Bool {
    // What is over sooner than threads meet twice goes the direct way, too.
    groups == 1 && kernel == [3, 3] && stride == [1, 1] && dilation[0] == dilation[1] && dilation[0] > 0
      && dilation[0] <= max(to.height, to.width) && from.channels >= (tiles > 100 ? 16 : 32) && to.channels >= 16
  }

  /// Whether trials of like shapes found Winograd's way faster. Tiles that stand out of the image are computed in vain.
  private func isFaster(_ percents: [[Int]]) -> Bool {
    guard fitsWinograd, tiles > 0 else { return false }
    /// The binary logarithm of a product's root, rounded.
    func logarithm(_ a: Int, _ b: Int) -> Int { (Int.bitWidth - (a * b).leadingZeroBitCount) / 2 }
    let counted = min(tiles, 1 << 20)
    let row = percents[min(max(logarithm(from.channels, to.channels) - 4, 0), percents.count - 1)]
    let percent = row[min(max(logarithm(counted, counted) - 2, 0), row.count - 1)]
    return Double(percent) * Double(to.pixels) > 105 * 16 * Double(tiles)
  }

  /// Whether Winograd's way is the fastest for floats.
  var isForWinograd: Bool {
    let percents =
      switch KernelISA.current {
      case VK_ISA_AVX512: ConvolutionTable.avx512
      case VK_ISA_AVX2: ConvolutionTable.avx2
      default: ConvolutionTable.portable
      }
    return isFaster(percents)
  }

  /// Whether it is where factors are rounded to bf16 and the processor multiplies such. AMX multiplies faster than vectors transform.
  /// Transformed weights take half the memory, and a training step's few tiles of many channels (32 of 512) gain by it.
  var isForRoundedWinograd: Bool {
    KernelISA.bf16 == VK_ISA_AVX512_BF16 && from.channels % 2 == 0 && isFaster(ConvolutionTable.avx512BF16)
      && (from.channels * to.channels < 512 * 512 || tiles >= 32)
  }

  /// Whether Winograd's way with floats is faster than products of bf16, for which the processor has no instructions.
  var isSlowerInBF16: Bool {
    KernelISA.bf16 != VK_ISA_AVX512_BF16 && KernelISA.bf16 != VK_ISA_AMX_BF16 && isForWinograd
  }
}

extension Lowering {
  /// Whether a convolution runs by Winograd's way with bf16 factors. It reads and writes floats and bf16 alike.
  func isRoundedWinograd(_ node: Graph.Node) -> Bool {
    guard precision == .bf16, node.isConvolution, node.inputs.count == 2,
      node.inputs.allSatisfy({ graph.specs[$0].dtype == .float32 }), let shape = geometry(of: node)
    else { return false }
    return shape.isForRoundedWinograd && !isNarrow(shape, node)
  }

  mutating func lowerWinograd(
    _ shape: ConvolutionShape, _ node: Graph.Node, _ end: Finish,
    _ layout: @escaping @Sendable (UnsafePointer<Float>?) -> vk_conv_weights
  ) throws(ShapeError) {
    let (from, to, pads, products, isa) = (shape.from, shape.to, shape.pads, shape.products, isa)
    let isRounded = isRoundedWinograd(node), wider = KernelISA.bf16
    let (source, isRoundedIn) = isRounded ? mapOrRounded(node.inputs[0], from) : (map(node.inputs[0], from), false)
    let (target, isRoundedOut) =
      isRounded ? newMapOrRounded(node.outputs[0], to) : (newMap(node.outputs[0], to), false)
    let isRoundedResidual = end.isRoundedResidual
    let geometry: @Sendable () -> vk_bf16_winograd = {
      var winograd = vk_winograd(
        side: 4, batch: from.batch, in_h: from.height, in_w: from.width, out_h: to.height, out_w: to.width,
        in_channels: from.channels, out_channels: to.channels, dilation: shape.dilation[0], pad_top: pads[0],
        pad_left: pads[1], in: vk_map(), out: vk_map(), weights: nil, late: false, epilogue: vk_epilogue())
      winograd.late = !isRounded && vk_winograd_is_late(&winograd)
      return vk_bf16_winograd(
        winograd: winograd, rounded_in: isRoundedIn, rounded_out: isRoundedOut, rounded_residual: isRoundedResidual)
    }
    var empty = geometry()
    let isLate = empty.winograd.late
    let packed = try packWinograd(node, isRounded: isRounded, isLate: isLate, layout)
    let shared = scratch(
      isRounded ? vk_bf16_winograd_shared(wider, &empty) : vk_winograd_shared(isa, &empty.winograd))
    add(
      isRounded ? "winograd 4x4 bf16" : isLate ? "winograd 4x4 late" : "winograd 4x4", node,
      [source, target, packed.place, shared] + end.places,
      multiplyAdds: products, result: target, over: end.residual
    ) { frame in
      var fixed = geometry()
      fixed.winograd.in = vk_map(frame.pointer(source), source, from)
      fixed.winograd.out = vk_map(frame.pointer(target), target, to)
      fixed.winograd.weights = packed.pointer(frame)
      fixed.winograd.epilogue = end.epilogue(frame, to)
      let memory = frame.floats(shared)
      if isRounded {
        for phase in 0..<vk_bf16_winograd_phases(wider, &fixed) {
          frame.tiles(
            vk_bf16_winograd_tiles(wider, &fixed, phase), workspace: vk_bf16_winograd_workspace(wider, &fixed),
            work: products
          ) { begin, end, space in
            var work = fixed
            vk_bf16_winograd_run(wider, &work, phase, begin, end, memory, space)
          }
        }
        return
      }
      for phase in 0..<vk_winograd_phases(isa, &fixed.winograd) {
        frame.tiles(
          vk_winograd_tiles(isa, &fixed.winograd, phase), workspace: vk_winograd_workspace(isa, &fixed.winograd),
          work: products
        ) { begin, end, space in
          var work = fixed.winograd
          vk_winograd_run(isa, &work, phase, begin, end, memory, space)
        }
      }
    }
  }

  /// Transformed weights, or plain ones for those that are transformed late. Known ones are transformed in double precision, unless
  /// rounding to bf16 takes more away.
  private mutating func packWinograd(
    _ node: Graph.Node, isRounded: Bool, isLate: Bool,
    _ layout: @escaping @Sendable (UnsafePointer<Float>?) -> vk_conv_weights
  ) throws(ShapeError) -> WeightSource {
    let isa = isa, wider = KernelISA.bf16, known = graph.isKnown(node.inputs[1])
    var plan = layout(nil)
    if isLate { return try packConvolution(node, "direct", .fp32, &plan, layout) }
    let tiles = isRounded ? vk_bf16_winograd_pack_tiles(wider, &plan) : vk_winograd_pack_tiles(isa, 4, &plan)
    if isRounded {
      return try pack(
        node, "winograd4 bf16", count: vk_bf16_winograd_packed_count(wider, &plan), tiles: tiles
      ) { data, target, begin, end in
        var weights = layout(data)
        vk_bf16_winograd_pack_run(wider, &weights, target, begin, end)
      }
    }
    return try pack(node, "winograd4", count: vk_winograd_packed_count(isa, 4, &plan), tiles: tiles) {
      data, target, begin, end in
      var weights = layout(data)
      vk_winograd_pack_run(isa, 4, known, &weights, target, begin, end)
    }
  }
}
