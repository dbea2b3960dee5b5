import CKernels
import TestSupport
import Testing

/// Every tier of the kernels with bf16 factors against the float ones on numbers that bf16 holds exactly: their products are the
/// same, and only sums are rounded otherwise. The tier of AMX runs by a model of its instructions where there are none.
@Suite struct EngineRoundedTests {
  static let tiers = everyTier + (vk_isa_has_bf16() ? [VK_ISA_AVX512_BF16] : []) + [VK_ISA_AMX_BF16]
  /// Half a unit in bf16's last place, relative.
  private static let half = 0x1p-8

  /// Bf16 memory that lives as long as its owner.
  final class Halves {
    let base: UnsafeMutablePointer<UInt16>
    private let count: Int

    /// What `floats` hold, which are rounded too.
    init(_ floats: TestFloats) {
      count = floats.count
      base = .allocate(capacity: max(count, 1))
      vk_cast(VK_ISA_PORTABLE, VK_FLOAT32, VK_BFLOAT16, floats.base, base, count)
      vk_cast(VK_ISA_PORTABLE, VK_BFLOAT16, VK_FLOAT32, base, floats.base, count)
    }

    /// The same as floats.
    var floats: [Float] { (0..<count).map { Float(bitPattern: UInt32(base[$0]) << 16) } }

    /// A map of bf16 in the shape of one of floats.
    func map(_ like: TestMap) -> vk_map {
      let map = like.map
      return vk_map(
        data: UnsafeMutableRawPointer(base).assumingMemoryBound(to: Float.self), pixel: map.pixel, row: map.row,
        image: map.image)
    }

    deinit { base.deallocate() }
  }

  /// Whether numbers differ by rounding alone: of sums, and of the result to bf16 where it was.
  func expectClose(
    _ got: [Float], _ expected: [Float], rounded: Bool, _ note: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    for (got, expected) in zip(got, expected) {
      let room = 4e-6 + (rounded ? Self.half * Double(abs(expected)) : 0)
      guard abs(Double(got) - Double(expected)) <= room else {
        Issue.record("\(note): \(got), expected \(expected)", sourceLocation: sourceLocation)
        return
      }
    }
  }

  @Test(arguments: tiers) func convolution(_ isa: vk_isa) {
    var g = SeededGenerator(seed: 71)
    for round in 0..<120 {
      var window = TestWindow(&g)
      if round % 4 == 0 {
        (window.kernel, window.stride, window.dilation, window.pad) = ((1, 1), (1, 1), (1, 1), (0, 0))
      }
      let groups = round % 5 == 1 ? 3 : 1, n = g.int(1...3)
      var inC = 2 * g.int(1...(round % 10 == 9 ? 600 : 30))
      let outC = 2 * g.int(1...40)
      // Rows that meet in one set of the first-level cache.
      if round % 12 == 0, groups == 1 { inC = 1024 }
      expectConvolution(isa, window, groups: groups, n: n, inC, outC, round, &g)
    }
  }

  /// A drawn convolution; `round` says what is rounded, and how much wider than their channels pixels are.
  func expectConvolution(
    _ isa: vk_isa, _ window: TestWindow, groups: Int, n: Int, _ inC: Int, _ outC: Int, _ round: Int,
    _ g: inout SeededGenerator
  ) {
    let roundedOut = round % 2 == 0, roundedResidual = round % 3 == 0
    let input = TestMap(
      n, window.size.h, window.size.w, groups * inC, pixel: groups * inC + 2 * (round % 3), seed: round)
    let out = TestMap(n, window.out.h, window.out.w, groups * outC, pixel: groups * outC + 2 * (round % 4), seed: 2)
    let residual = TestMap(n, window.out.h, window.out.w, groups * outC, seed: 3)
    let taps = window.kernel.h * window.kernel.w, depth = inC * taps
    let weights = TestFloats(groups * outC * depth, seed: 6, scale: 1 / Float(depth).squareRoot())
    let bias = TestFloats(groups * outC, seed: 4)
    let halves = (input: Halves(input.floats), out: Halves(out.floats), residual: Halves(residual.floats))
    _ = Halves(weights)
    var plan = vk_conv_weights(
      groups: groups, out_channels: outC, in_channels: inC, kernel_h: window.kernel.h, kernel_w: window.kernel.w,
      data: weights.base, group_stride: outC * depth, out_stride: depth, in_stride: taps, y_stride: window.kernel.w,
      x_stride: 1, scale: nil)
    #expect(vk_bf16_conv_fits(&plan))
    var epilogue = drawEpilogue(&g, bias: bias, residual: residual, out: residual)
    let packed = TestFloats(vk_conv_packed_count(VK_ISA_PORTABLE, &plan))
    vk_conv_pack(VK_ISA_PORTABLE, &plan, packed.base)
    var conv = vk_conv(
      batch: n, in_h: input.h, in_w: input.w, out_h: out.h, out_w: out.w, groups: groups, in_channels: inC,
      out_channels: outC, kernel_h: window.kernel.h, kernel_w: window.kernel.w, stride_h: window.stride.h,
      stride_w: window.stride.w, dilation_h: window.dilation.h, dilation_w: window.dilation.w,
      pad_top: window.pad.h, pad_left: window.pad.w, in: input.map, out: out.map, weights: packed.base,
      epilogue: epilogue, ahead: nil, ahead_bytes: 0)
    let before = out.copy
    let workspace = TestFloats(vk_conv_workspace(VK_ISA_PORTABLE, &conv))
    vk_conv_run(VK_ISA_PORTABLE, &conv, 0, vk_conv_tiles(VK_ISA_PORTABLE, &conv), workspace.base)
    let expected = out.copy

    let narrow = TestFloats(vk_bf16_conv_packed_count(isa, &plan))
    vk_bf16_conv_pack_run(isa, &plan, narrow.base, 0, vk_conv_pack_tiles(isa, &plan))
    for (i, value) in before.enumerated() { out.floats.base[i] = value }
    if roundedResidual, epilogue.residual.data != nil { epilogue.residual = halves.residual.map(residual) }
    conv.in = halves.input.map(input)
    if roundedOut { conv.out = halves.out.map(out) }
    conv.weights = UnsafePointer(narrow.base)
    conv.epilogue = epilogue
    conv.ahead = UnsafeRawPointer(narrow.base)
    conv.ahead_bytes = narrow.count * 4
    var rounded = vk_bf16_conv(
      conv: conv, rounded_out: roundedOut, rounded_residual: roundedResidual && epilogue.residual.data != nil)
    let space = TestFloats(vk_bf16_conv_workspace(isa, &rounded))
    for tile in (0..<vk_bf16_conv_tiles(isa, &rounded)).reversed() {
      vk_bf16_conv_run(isa, &rounded, tile, tile + 1, space.base)
    }
    expectClose(
      roundedOut ? halves.out.floats : out.copy, expected, rounded: roundedOut,
      "\(n) images, \(groups) x \(inC) -> \(outC) channels, \(window), \(epilogue.activation)")
  }

  @Test(arguments: tiers) func planar(_ isa: vk_isa) {
    var g = SeededGenerator(seed: 74)
    for round in 0..<90 {
      var window = TestWindow(&g, kernel: 1...(round % 5 == 0 ? 11 : 7), size: 1...120)
      (window.stride.w, window.dilation.w) = (g.int(1...4), 1)
      let n = 1 + round % 2, inC = g.int(1...4), outC = 2 * g.int(1...45), plane = window.size.h * window.size.w
      let taps = window.kernel.h * window.kernel.w, depth = inC * taps, isRounded = round % 3 != 0
      let input = TestFloats(n * inC * plane, seed: round), bias = TestFloats(outC, seed: 3)
      let weights = TestFloats(outC * depth, seed: 4, scale: 1 / Float(depth).squareRoot())
      // As the kernel rounds them.
      _ = Halves(input)
      _ = Halves(weights)
      let out = TestMap(n, window.out.h, window.out.w, outC, pixel: outC + 2 * (round % 2), seed: 2)
      let residual = TestMap(n, window.out.h, window.out.w, outC, seed: 5), halves = Halves(out.floats)
      var plan = vk_conv_weights(
        groups: 1, out_channels: outC, in_channels: inC, kernel_h: window.kernel.h, kernel_w: window.kernel.w,
        data: weights.base, group_stride: 0, out_stride: depth, in_stride: taps, y_stride: window.kernel.w,
        x_stride: 1, scale: nil)
      guard vk_bf16_planar_fits(&plan, window.stride.w, 1) else { continue }
      let packed = TestFloats(vk_planar_packed_count(VK_ISA_PORTABLE, &plan))
      vk_planar_pack(VK_ISA_PORTABLE, &plan, packed.base)
      let before = out.copy
      var planar = vk_planar(
        batch: n, in_channels: inC, in_h: window.size.h, in_w: window.size.w, out_h: out.h, out_w: out.w,
        out_channels: outC, kernel_h: window.kernel.h, kernel_w: window.kernel.w, stride_h: window.stride.h,
        stride_w: window.stride.w, dilation_h: window.dilation.h, dilation_w: 1, pad_top: window.pad.h,
        pad_left: window.pad.w, in: input.base, in_row: window.size.w, in_plane: plane, in_image: inC * plane,
        out: out.map, weights: packed.base, epilogue: drawEpilogue(&g, bias: bias, residual: residual, out: residual))
      let workspace = TestFloats(vk_planar_workspace(VK_ISA_PORTABLE, &planar))
      vk_planar_run(
        VK_ISA_PORTABLE, &planar, 0, vk_planar_tiles(VK_ISA_PORTABLE, &planar), workspace.base)
      let expected = out.copy

      for (i, value) in before.enumerated() { out.floats.base[i] = value }
      let pairs = TestFloats(vk_bf16_planar_packed_count(isa, &plan))
      vk_bf16_planar_pack(isa, &plan, pairs.base)
      planar.weights = UnsafePointer(pairs.base)
      if isRounded { planar.out = halves.map(out) }
      var work = vk_bf16_planar(planar: planar, rounded_out: isRounded)
      let space = TestFloats(vk_bf16_planar_workspace(isa, &work))
      for tile in (0..<vk_bf16_planar_tiles(isa, &work)).reversed() {
        vk_bf16_planar_run(isa, &work, tile, tile + 1, space.base)
      }
      expectClose(
        isRounded ? halves.floats : out.copy, expected, rounded: isRounded,
        "\(n) images, \(inC) -> \(outC) channels, \(window), \(planar.epilogue.activation)")
    }
  }

  /// A kernel of odd width looks at no column behind its last one.
  @Test(arguments: tiers) func whatIsBesideAWindowIsNotSeen(_ isa: vk_isa) {
    for stride in 1...4 {
      let width = 40, columns = (width - 3) / stride + 1
      let input = TestFloats(width, seed: 1), weights = TestFloats(3, seed: 2), out = TestMap(1, 1, columns, 2, seed: 3)
      input.base[20] = .nan
      var plan = vk_conv_weights(
        groups: 1, out_channels: 2, in_channels: 1, kernel_h: 1, kernel_w: 3, data: weights.base, group_stride: 0,
        out_stride: 0, in_stride: 3, y_stride: 3, x_stride: 1, scale: nil)
      let packed = TestFloats(vk_bf16_planar_packed_count(isa, &plan))
      vk_bf16_planar_pack(isa, &plan, packed.base)
      let planar = vk_planar(
        batch: 1, in_channels: 1, in_h: 1, in_w: width, out_h: 1, out_w: columns, out_channels: 2, kernel_h: 1,
        kernel_w: 3, stride_h: 1, stride_w: stride, dilation_h: 1, dilation_w: 1, pad_top: 0, pad_left: 0,
        in: input.base, in_row: width, in_plane: width, in_image: width, out: out.map, weights: packed.base,
        epilogue: vk_epilogue())
      var work = vk_bf16_planar(planar: planar, rounded_out: false)
      let space = TestFloats(vk_bf16_planar_workspace(isa, &work))
      vk_bf16_planar_run(isa, &work, 0, vk_bf16_planar_tiles(isa, &work), space.base)
      for x in 0..<columns {
        let sees = (x * stride...x * stride + 2).contains(20)
        #expect(out.copy[x * 2].isNaN == sees && out.copy[x * 2 + 1].isNaN == sees, "column \(x), stride \(stride)")
      }
    }
  }

  @Test(arguments: tiers) func depthwise(_ isa: vk_isa) {
    var g = SeededGenerator(seed: 72)
    for round in 0..<90 {
      let window = TestWindow(&g, kernel: 1...(round % 2 == 0 ? 3 : 7)), channels = 2 * g.int(1...40)
      let roundedIn = round % 3 != 0, roundedOut = round % 3 != 1
      let input = TestMap(2, window.size.h, window.size.w, channels, seed: round)
      let out = TestMap(2, window.out.h, window.out.w, channels, pixel: channels + 2 * (round % 2), seed: 2)
      let bias = TestFloats(channels, seed: 4), taps = window.kernel.h * window.kernel.w
      let residual = TestMap(2, window.out.h, window.out.w, channels, seed: 3)
      let halves = (input: Halves(input.floats), out: Halves(out.floats))
      let weights = TestFloats(channels * taps, seed: 6)
      var plan = vk_conv_weights(
        groups: channels, out_channels: 1, in_channels: 1, kernel_h: window.kernel.h, kernel_w: window.kernel.w,
        data: weights.base, group_stride: taps, out_stride: taps, in_stride: taps, y_stride: window.kernel.w,
        x_stride: 1, scale: nil)
      let packed = TestFloats(vk_channelwise_packed_count(channels, taps))
      vk_channelwise_pack(&plan, packed.base)
      let before = out.copy
      var work = vk_channelwise(
        batch: 2, channels: channels, in_h: input.h, in_w: input.w, out_h: out.h, out_w: out.w,
        kernel_h: window.kernel.h, kernel_w: window.kernel.w, stride_h: window.stride.h, stride_w: window.stride.w,
        dilation_h: window.dilation.h, dilation_w: window.dilation.w, pad_top: window.pad.h, pad_left: window.pad.w,
        in: input.map, out: out.map, weights: packed.base,
        epilogue: drawEpilogue(&g, bias: bias, residual: residual, out: residual))
      let tiles = vk_channelwise_tiles(isa, &work)
      vk_channelwise_run(VK_ISA_PORTABLE, &work, 0, tiles)
      let expected = out.copy
      for (i, value) in before.enumerated() { out.floats.base[i] = value }
      if roundedIn { work.in = halves.input.map(input) }
      if roundedOut { work.out = halves.out.map(out) }
      for tile in (0..<tiles).reversed() {
        vk_bf16_channelwise_run(isa, &work, roundedIn, roundedOut, tile, tile + 1)
      }
      expectClose(
        roundedOut ? halves.out.floats : out.copy, expected, rounded: roundedOut, "\(channels) channels, \(window)")
    }
  }

  @Test(arguments: tiers) func weightGradient(_ isa: vk_isa) {
    var g = SeededGenerator(seed: 73)
    for round in 0..<70 {
      var window = TestWindow(&g, size: 1...9)
      if round % 4 == 0 {
        (window.kernel, window.stride, window.dilation, window.pad) = ((1, 1), (1, 1), (1, 1), (0, 0))
      }
      if !window.fits { continue }
      let groups = round % 5 == 1 ? 3 : 1, n = g.int(1...3), inC = g.int(1...40), outC = g.int(1...40)
      let input = TestMap(n, window.size.h, window.size.w, groups * inC, pixel: groups * inC + round % 3, seed: round)
      let upstream = TestMap(n, window.out.h, window.out.w, groups * outC, seed: round + 1)
      _ = (Halves(input.floats), Halves(upstream.floats))
      let out = TestFloats(groups * outC * inC * window.kernel.h * window.kernel.w + 1)
      func gradient(_ isa: vk_isa, _ plain: vk_isa, isRounded: Bool) -> [Float] {
        var work = vk_weight_gradient(
          batch: n, in_h: input.h, in_w: input.w, out_h: upstream.h, out_w: upstream.w, groups: groups,
          in_channels: inC, out_channels: outC, kernel_h: window.kernel.h, kernel_w: window.kernel.w,
          stride_h: window.stride.h, stride_w: window.stride.w, dilation_h: window.dilation.h,
          dilation_w: window.dilation.w, pad_top: window.pad.h, pad_left: window.pad.w, in: input.map,
          upstream: upstream.map, out: out.base)
        let shared = TestFloats(vk_weight_gradient_shared(plain, &work))
        let workspace = TestFloats(vk_weight_gradient_workspace(plain, &work))
        for phase in 0..<2 {
          for tile in (0..<vk_weight_gradient_tiles(plain, &work, phase)).reversed() {
            if isRounded, phase == 0 {
              vk_bf16_weight_gradient_run(isa, &work, tile, tile + 1, shared.base, workspace.base)
            } else {
              vk_weight_gradient_run(plain, &work, phase, tile, tile + 1, shared.base, workspace.base)
            }
          }
        }
        return (0..<out.count).map { out.base[$0] }
      }
      let expected = gradient(VK_ISA_PORTABLE, VK_ISA_PORTABLE, isRounded: false)
      let plain = isa.rawValue > VK_ISA_AVX512.rawValue ? vk_isa_detect() : isa
      let got = gradient(isa, plain, isRounded: true)
      for (got, expected) in zip(got, expected) where abs(got - expected) > 4e-5 {
        Issue.record("\(n) images, \(groups) x \(inC) -> \(outC) channels, \(window): \(got), expected \(expected)")
        break
      }
    }
  }
}
