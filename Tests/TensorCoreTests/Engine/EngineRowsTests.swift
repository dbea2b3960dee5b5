import CKernels
import Foundation
import TestSupport
import Testing

/// Every tier of softmax, normalisations and attention against double precision, over drawn shapes.
@Suite struct EngineRowsTests {
  @Test(arguments: everyTier) func softmaxAndLayerNorm(_ isa: vk_isa) {
    var g = SeededGenerator(seed: 61)
    for round in 0..<60 {
      let rows = g.int(1...6), count = g.int(1...300), stride = count + round % 5
      let x = TestFloats(rows * stride, seed: round, scale: 4), y = TestFloats(rows * stride)
      let weight = TestFloats(count, seed: 1), bias = TestFloats(count, seed: 2)
      vk_rows_softmax(isa, x.base, stride, y.base, stride, count, 0, rows)
      var worst = 0.0
      for row in 0..<rows {
        let values = (0..<count).map { exp2(Double(x.base[row * stride + $0]) * 1.4426950408889634) }
        let sum = values.reduce(0, +)
        for (i, v) in values.enumerated() { worst = max(worst, abs(v / sum - Double(y.base[row * stride + i]))) }
      }
      #expect(worst < 1e-6, "softmax of \(rows) x \(count)")
      vk_rows_layer_norm(isa, x.base, stride, x.base, stride, count, 1e-3, weight.base, bias.base, 0, 0)
      vk_rows_layer_norm(isa, x.base, stride, y.base, stride, count, 1e-3, weight.base, bias.base, 0, rows)
      worst = 0
      for row in 0..<rows {
        let values = (0..<count).map { Double(x.base[row * stride + $0]) }
        let mean = values.reduce(0, +) / Double(count)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
        for (i, v) in values.enumerated() {
          let wanted = (v - mean) / (variance + 1e-3).squareRoot() * Double(weight.base[i]) + Double(bias.base[i])
          worst = max(worst, abs(wanted - Double(y.base[row * stride + i])))
        }
      }
      #expect(worst < 5e-6, "layer norm of \(rows) x \(count)")
    }
  }

  @Test(arguments: everyTier) func instanceNorm(_ isa: vk_isa) {
    var g = SeededGenerator(seed: 62)
    for round in 0..<40 {
      let n = g.int(1...2), h = g.int(1...70), w = g.int(1...20), c = g.int(1...40)
      let input = TestMap(n, h, w, c, pixel: c + round % 3, seed: round), out = TestMap(n, h, w, c, seed: 1)
      let weight = TestFloats(c, seed: 2), bias = TestFloats(c, seed: 3), before = out.copy
      let epilogue = drawEpilogue(&g, bias: bias, residual: input, out: out)
      var norm = vk_instance_norm(
        batch: n, h: h, w: w, channels: c, epsilon: 1e-3, weight: weight.base, in: input.map, out: out.map,
        epilogue: epilogue)
      let shared = TestFloats(vk_instance_norm_shared(&norm)), work = TestFloats(vk_instance_norm_workspace(&norm))
      for phase in 0..<2 {
        for tile in (0..<vk_instance_norm_tiles(&norm)).reversed() {
          vk_instance_norm_run(isa, &norm, phase, tile, tile + 1, shared.base, work.base)
        }
      }
      var moments: [(mean: Double, variance: Double)] = []
      for n in 0..<n {
        for c in 0..<c {
          let values = (0..<h).flatMap { y in (0..<w).map { input[n, y, $0, c] } }
          let mean = values.reduce(0, +) / Double(values.count)
          moments.append((mean, values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)))
        }
      }
      let distance = out.distance(from: before) { n, y, x, i in
        let m = moments[n * c + i]
        var v = (input[n, y, x, i] - m.mean) / (m.variance + 1e-3).squareRoot() * Double(weight.base[i])
        v += epilogue.bias == nil ? 0 : Double(bias.base[i])
        return activated(v + residualValue(epilogue, input, out, before, (n, y, x, i)), epilogue)
      }
      #expect(distance < 2e-5, "\(n) x \(h) x \(w) x \(c), \(epilogue.activation)")
    }
  }

  @Test(arguments: everyTier) func attention(_ isa: vk_isa) {
    var g = SeededGenerator(seed: 63)
    for round in 0..<40 {
      let n = g.int(1...2), heads = g.int(1...(round % 5 == 0 ? 33 : 3)), queries = g.int(1...50)
      let keys = g.int(1...(round % 8 == 0 ? 600 : 60)), longer = max(queries, keys)
      let d = g.int(1...(round % 9 == 0 ? 300 : 40)), dv = g.int(1...80), token = heads * (2 * d + dv)
      let x = TestFloats(n * longer * token, seed: round), out = TestFloats(n * queries * heads * dv)
      let bias = TestFloats(heads * queries * keys, seed: 1)
      let mask = TestFloats(2 * queries * keys) { $0 % 3 == 1 ? -100 : 0 }
      func part(_ offset: Int, _ head: Int) -> vk_heads {
        vk_heads(data: x.base + offset, token: token, head: head, image: longer * token)
      }
      var attention = vk_attention(
        batch: n, heads: heads, queries: queries, keys: keys, dimension: d, value_dimension: dv, scale: 0.5,
        q: part(0, d), k: part(heads * d, d), v: part(2 * heads * d, dv),
        out: vk_heads(data: out.base, token: heads * dv, head: dv, image: queries * heads * dv),
        bias: round % 2 == 0 ? UnsafePointer(bias.base) : nil, mask: round % 3 == 0 ? UnsafePointer(mask.base) : nil,
        masks: 2, rows: nil)
      let workspace = TestFloats(vk_attention_workspace(isa, &attention))
      for tile in (0..<vk_attention_tiles(isa, &attention)).reversed() {
        vk_attention_run(isa, &attention, tile, tile + 1, workspace.base)
      }
      func value(_ n: Int, _ row: Int, _ at: Int) -> Double { Double(x.base[(n * longer + row) * token + at]) }
      var worst = 0.0
      for i in 0..<n {
        for h in 0..<heads {
          for q in 0..<queries {
            let scores = (0..<keys).map { k in
              var s = 0.0
              for e in 0..<d { s += value(i, q, h * d + e) * value(i, k, heads * d + h * d + e) }
              s *= 0.5
              if round % 2 == 0 { s += Double(bias.base[(h * queries + q) * keys + k]) }
              if round % 3 == 0 { s += Double(mask.base[(i % 2 * queries + q) * keys + k]) }
              return s
            }
            let most = scores.max() ?? 0, weights = scores.map { exp2(($0 - most) * 1.4426950408889634) }
            let sum = weights.reduce(0, +)
            for e in 0..<dv {
              var v = 0.0
              for k in 0..<keys { v += weights[k] * value(i, k, 2 * heads * d + h * dv + e) }
              worst = max(worst, abs(v / sum - Double(out.base[((i * queries + q) * heads + h) * dv + e])))
            }
          }
        }
      }
      #expect(worst < 3e-6, "\(n) x \(heads) heads, \(queries) x \(keys), \(d) and \(dv) wide")
    }
  }
}
