import CKernels
import TensorCore

extension Lowering {
  /// Whether the kernel for few outputs takes a convolution.
  func isNarrow(_ shape: ConvolutionShape, _ node: Graph.Node) -> Bool {
    let width = shape.kernel[1], left = shape.pads[1]
    return shape.groups == 1 && shape.stride == [1, 1] && shape.dilation[1] == 1 && width > 2 && shape.to.channels <= 8
      && width * shape.to.channels <= 32 && shape.from.channels >= 8 && left >= 0 && left < width
      && shape.to.width - left <= shape.from.width && node.epilogue.residual == nil
  }

  /// Whether that kernel's factors are rounded to bf16.
  func isRoundedNarrow(_ node: Graph.Node) -> Bool {
    guard precision == .bf16, node.isConvolution, node.inputs.count == 2, let shape = geometry(of: node) else {
      return false
    }
    return isNarrow(shape, node) && shape.from.channels % 2 == 0
  }

  /// A wide kernel with so few outputs that they would leave most of a vector empty: a kernel of one column computes what each
  /// input pixel gives to all outputs of its row that see it, and those are added up.
  mutating func lowerNarrow(
    _ shape: ConvolutionShape, _ node: Graph.Node, _ finish: Finish,
    _ layout: @escaping @Sendable (UnsafePointer<Float>?) -> vk_conv_weights
  ) throws(ShapeError) -> Bool {
    let (from, to, isa) = (shape.from, shape.to, isa), (height, width) = (shape.kernel[0], shape.kernel[1])
    let outs = to.channels, columns = width * outs, left = shape.pads[1], top = shape.pads[0]
    let dilation = shape.dilation[0], products = shape.products
    guard isNarrow(shape, node) else { return false }
    let isRounded = isRoundedNarrow(node), wider = isRounded ? KernelISA.bf16 : isa
    let size = [columns, from.channels, height, 1]
    var plan = Self.weights(size, groups: 1, nil)
    let count = isRounded ? vk_bf16_conv_packed_count(wider, &plan) : vk_conv_packed_count(isa, &plan)
    let packed = try pack(node, isRounded ? "narrow bf16" : "narrow", count: count, tiles: 1) { data, target, _, _ in
      let weights = layout(data)
      guard let first = weights.data else { return }
      var turned: [Float] = []
      for column in (0..<width).reversed() {
        for out in 0..<outs {
          let factor = weights.scale.map { $0[out] } ?? 1
          for channel in 0..<from.channels {
            for row in 0..<height {
              let at = out * weights.out_stride + channel * weights.in_stride + row * weights.y_stride
              turned.append(first[at + column * weights.x_stride] * factor)
            }
          }
        }
      }
      turned.withUnsafeBufferPointer {
        var turned = Self.weights(size, groups: 1, $0.baseAddress)
        if isRounded {
          vk_bf16_conv_pack_run(wider, &turned, target, 0, vk_conv_pack_tiles(wider, &turned))
        } else {
          vk_conv_pack(isa, &turned, target)
        }
      }
    }
    let source = isRounded ? roundedMap(node.inputs[0], from) : map(node.inputs[0], from)
    let target = newMap(node.outputs[0], to)
    add(
      isRounded ? "narrow bf16" : "narrow", node, [source, target, packed.place] + finish.places,
      multiplyAdds: products
    ) { frame in
      let input = vk_map(frame.pointer(source), source, from), output = vk_map(frame.pointer(target), target, to)
      let epilogue = finish.epilogue(frame, to)
      let band = 8, bands = (to.height + band - 1) / band
      func work(_ tile: Int, _ space: UnsafeMutablePointer<Float>?) -> vk_bf16_conv {
        let y = tile % bands * band, rows = min(band, to.height - y), skipped = tile / bands * input.image
        let conv = vk_conv(
          batch: 1, in_h: from.height, in_w: from.width, out_h: rows, out_w: from.width, groups: 1,
          in_channels: from.channels, out_channels: columns, kernel_h: height, kernel_w: 1, stride_h: 1, stride_w: 1,
          dilation_h: dilation, dilation_w: 1, pad_top: top - y, pad_left: 0,
          in: vk_map(
            data: input.data + (isRounded ? skipped / 2 : skipped), pixel: input.pixel, row: input.row,
            image: input.image),
          out: vk_map_of(space, rows, from.width, columns), weights: packed.pointer(frame),
          epilogue: vk_epilogue(bias: nil, residual: vk_map(), activation: VK_ACTIVATION_NONE, a: 0, b: 0),
          ahead: nil, ahead_bytes: 0)
        return vk_bf16_conv(conv: conv, rounded_out: false, rounded_residual: false)
      }
      // Bands differ in rows and in what lies beyond the border, and so in what they gather.
      let most = (0..<bands).reduce(0) { most, tile in
        var work = work(tile, nil)
        return max(most, isRounded ? vk_bf16_conv_workspace(wider, &work) : vk_conv_workspace(isa, &work.conv))
      }
      let given = band * from.width * columns + 8, own = given + to.width * outs + 8
      frame.tiles(to.batch * bands, workspace: own + most, work: products) { begin, end, space in
        let line = space + given
        for tile in begin..<end {
          var work = work(tile, space)
          if isRounded {
            vk_bf16_conv_run(wider, &work, 0, vk_bf16_conv_tiles(wider, &work), space + own)
          } else {
            vk_conv_run(isa, &work.conv, 0, vk_conv_tiles(isa, &work.conv), space + own)
          }
          for y in 0..<work.conv.out_h {
            var sum = vk_narrow_row(
              in_width: from.width, out_width: to.width, taps: width, outs: outs, left: left,
              given: space + y * from.width * columns, bias: epilogue.bias, out: line)
            vk_narrow_sum(isa, &sum)
            vk_activation_apply(isa, epilogue.activation, epilogue.a, epilogue.b, line, line, to.width * outs)
            let row = output.data + tile / bands * output.image + (tile % bands * band + y) * output.row
            for x in 0..<to.width { (row + x * output.pixel).update(from: line + x * outs, count: outs) }
          }
        }
      }
    }
    return true
  }
}
