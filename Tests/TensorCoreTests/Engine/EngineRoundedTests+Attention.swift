import CKernels
import TestSupport
import Testing

extension EngineRoundedTests {
  /// What an attention reads and writes, drawn at random.
  private struct Drawn {
    let n: Int, heads: Int, queries: Int, keys: Int, d: Int, dv: Int, strides: [Int]
    let bias: TestFloats?, mask: TestFloats?, rows: [Int32]

    init(_ g: inout SeededGenerator, _ round: Int) {
      (n, heads) = (g.int(1...2), g.int(1...(round % 5 == 0 ? 33 : 3)))
      queries = g.int(1...50)
      keys = round % 4 == 3 ? queries : g.int(1...(round % 8 == 0 ? 600 : 70))
      (d, dv) = (g.int(1...(round % 9 == 0 ? 600 : 40)), g.int(1...80))
      strides = [heads * d + round % 3, heads * d + round % 2, heads * dv + round % 3, heads * dv + round % 4]
      let (queries, keys, last) = (queries, keys, Int32(n * queries) - 1)
      bias = round % 2 == 0 ? TestFloats(heads * queries * keys, seed: 1) : nil
      mask = round % 3 == 0 ? TestFloats(2 * queries * keys) { $0 % keys % 3 == 1 ? -.infinity : 0 } : nil
      rows = round % 4 == 3 ? (0...last).map { last - $0 } : []
    }

    func floats(_ part: Int, seed: Int) -> TestFloats {
      TestFloats(n * (part == 0 || part == 3 ? queries : keys) * strides[part], seed: seed)
    }

    private func work(_ parts: [UnsafeMutableRawPointer], _ table: UnsafePointer<Int32>?) -> vk_attention {
      func heads(_ part: Int, _ tokens: Int, _ head: Int) -> vk_heads {
        vk_heads(
          data: parts[part].assumingMemoryBound(to: Float.self), token: strides[part], head: head,
          image: tokens * strides[part])
      }
      return vk_attention(
        batch: n, heads: self.heads, queries: queries, keys: keys, dimension: d, value_dimension: dv, scale: 0.5,
        q: heads(0, queries, d), k: heads(1, keys, d), v: heads(2, keys, dv), out: heads(3, queries, dv),
        bias: bias.map { UnsafePointer($0.base) }, mask: mask.map { UnsafePointer($0.base) }, masks: 2,
        rows: rows.isEmpty ? nil : table)
    }

    /// In floats.
    func run(_ parts: [UnsafeMutableRawPointer]) {
      rows.withUnsafeBufferPointer { table in
        var work = work(parts, table.baseAddress)
        let space = TestFloats(vk_attention_workspace(VK_ISA_PORTABLE, &work))
        withExtendedLifetime(space) {
          vk_attention_run(VK_ISA_PORTABLE, &work, 0, vk_attention_tiles(VK_ISA_PORTABLE, &work), space.base)
        }
      }
    }

    /// All tiles at once, or one by one from the last on.
    func run(_ isa: vk_isa, _ parts: [UnsafeMutableRawPointer], isRoundedOut: Bool, atOnce: Bool) {
      rows.withUnsafeBufferPointer { table in
        var work = vk_bf16_attention(attention: work(parts, table.baseAddress), rounded_out: isRoundedOut)
        let space = TestFloats(vk_bf16_attention_workspace(isa, &work)), tiles = vk_bf16_attention_tiles(isa, &work)
        let step = atOnce ? tiles : 1
        withExtendedLifetime(space) {
          for first in stride(from: tiles - step, through: 0, by: -step) {
            vk_bf16_attention_run(isa, &work, first, first + step, space.base)
          }
        }
      }
    }
  }

  /// Against attention in floats: weights are rounded too. The same bits however tiles are dealt out.
  @Test(arguments: tiers) func attention(_ isa: vk_isa) {
    var g = SeededGenerator(seed: 77)
    for round in 0..<40 {
      let drawn = Drawn(&g, round), isRounded = round % 3 > 0
      let floats = (0..<3).map { drawn.floats($0, seed: round + $0) }, halves = floats.map { Halves($0) }
      let expected = drawn.floats(3, seed: 9), out = drawn.floats(3, seed: 9), again = drawn.floats(3, seed: 9)
      let roundedOut = Halves(out), roundedAgain = Halves(again)
      let sources = halves.map { UnsafeMutableRawPointer($0.base) }
      // Nobody else holds them while pointers are used.
      withExtendedLifetime((floats, halves, expected, out, again, roundedOut, roundedAgain)) {
        drawn.run((floats + [expected]).map { UnsafeMutableRawPointer($0.base) })
        let first = isRounded ? UnsafeMutableRawPointer(roundedOut.base) : UnsafeMutableRawPointer(out.base)
        let second = isRounded ? UnsafeMutableRawPointer(roundedAgain.base) : UnsafeMutableRawPointer(again.base)
        drawn.run(isa, sources + [first], isRoundedOut: isRounded, atOnce: true)
        drawn.run(isa, sources + [second], isRoundedOut: isRounded, atOnce: false)
      }
      let note = "\(drawn.n) x \(drawn.heads) heads, \(drawn.queries) x \(drawn.keys), \(drawn.d) and \(drawn.dv) wide"
      let got = isRounded ? roundedOut.floats : (0..<out.count).map { out.base[$0] }
      let other = isRounded ? roundedAgain.floats : (0..<again.count).map { again.base[$0] }
      #expect(got.map(\.bitPattern) == other.map(\.bitPattern), "\(note)")
      let worst = (0..<got.count).map { abs(got[$0] - expected.base[$0]) }.max() ?? 0
      #expect(worst < 0.008, "\(note): \(worst)")
    }
  }
}
