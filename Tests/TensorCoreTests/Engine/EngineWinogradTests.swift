import CKernels
import TestSupport
import Testing

/// Every tier of Winograd's convolution against sums in double precision: within 1e-5, over drawn shapes.
@Suite struct EngineWinogradTests {
  @Test(arguments: everyTier, [(2, false), (4, false), (4, true)])
  func convolution(_ isa: vk_isa, _ way: (side: Int, isLate: Bool)) {
    let side = way.side
    var g = SeededGenerator(seed: 41)
    var phasesSeen: Set<Int> = []
    for round in 0..<40 {
      let large = round % 8 == 7, n = round % 9 == 0 ? 2 : 1
      var inC = Int.random(in: 1...(large ? 600 : 40), using: &g), outC = Int.random(in: 1...70, using: &g)
      var h = Int.random(in: 1...(round % 6 == 0 ? 60 : 14), using: &g)
      var w = Int.random(in: 1...(round % 6 == 0 ? 60 : 14), using: &g)
      // Several chunks of channels in several blocks of tiles.
      if round == 15 { (inC, outC, h, w) = (300, 9, 47, 45) }
      let padH = Int.random(in: 0...2, using: &g), padW = Int.random(in: 0...2, using: &g)
      let dilation = round % 3 == 1 ? Int.random(in: 2...4, using: &g) : 1
      let outH = h + 2 * padH - 2 * dilation, outW = w + 2 * padW - 2 * dilation
      if outH < 1 || outW < 1 { continue }
      let input = TestMap(n, h, w, inC, pixel: inC + round % 5, seed: round)
      let out = TestMap(n, outH, outW, outC, pixel: outC + round % 3, seed: 2), before = out.copy
      let residual = TestMap(n, outH, outW, outC, seed: 3), bias = TestFloats(outC, seed: 4)
      let weights = TestFloats(outC * inC * 9, seed: 5, scale: 1 / Float(3 * inC).squareRoot())
      var wanted = vk_conv_weights(
        groups: 1, out_channels: outC, in_channels: inC, kernel_h: 3, kernel_w: 3, data: weights.base, group_stride: 0,
        out_stride: inC * 9, in_stride: 9, y_stride: 3, x_stride: 1, scale: nil)
      let packed = TestFloats(
        way.isLate ? vk_conv_packed_count(isa, &wanted) : vk_winograd_packed_count(isa, side, &wanted))
      if way.isLate {
        vk_conv_pack(isa, &wanted, packed.base)
      } else {
        vk_winograd_pack(isa, side, &wanted, packed.base)
      }
      let epilogue = drawEpilogue(&g, bias: bias, residual: residual, out: out)
      var winograd = vk_winograd(
        side: side, batch: n, in_h: h, in_w: w, out_h: outH, out_w: outW, in_channels: inC, out_channels: outC,
        dilation: dilation, pad_top: padH, pad_left: padW, in: input.map, out: out.map, weights: packed.base,
        late: way.isLate, epilogue: epilogue)
      let shared = TestFloats(vk_winograd_shared(isa, &winograd))
      let workspace = TestFloats(vk_winograd_workspace(isa, &winograd))
      phasesSeen.insert(vk_winograd_phases(isa, &winograd))
      for phase in 0..<vk_winograd_phases(isa, &winograd) {
        for tile in (0..<vk_winograd_tiles(isa, &winograd, phase)).reversed() {
          vk_winograd_run(isa, &winograd, phase, tile, tile + 1, shared.base, workspace.base)
        }
      }
      let distance = out.distance(from: before) { n, y, x, k in
        var sum = epilogue.bias == nil ? 0 : Double(bias.base[k])
        for i in 0..<3 {
          for j in 0..<3 {
            for c in 0..<inC {
              let weight = Double(weights.base[(k * inC + c) * 9 + i * 3 + j])
              sum += input[n, y + i * dilation - padH, x + j * dilation - padW, c] * weight
            }
          }
        }
        return activated(sum + residualValue(epilogue, residual, out, before, (n, y, x, k)), epilogue)
      }
      #expect(
        distance < 1e-5,
        "\(n) x \(h) x \(w) x \(inC) -> \(outC), pad \(padH), \(padW), dilation \(dilation), \(epilogue.activation)")
    }
    #expect(phasesSeen == [1, 2])
  }
}
