import TensorCore
import TestSupport
import Testing

/// Central differences through what resamples, normalises, attends, moves elements or pools over regions.
@Suite struct OperationGradientTests {
  private func tensor(_ shape: [Int], _ seed: UInt32, scale: Float = 1, offset: Float = 0) throws -> Tensor {
    try Formula.tensor(shape, seed: seed, scale: scale, offset: offset)
  }

  /// Distances of 0.1 between any two elements: no probe makes another one the largest.
  private func spread(_ shape: [Int], seed: UInt64) throws -> Tensor {
    var generator = SeededGenerator(seed: seed)
    let values = (0..<shape.reduce(1, *)).map { Float($0) * 0.1 }.shuffled(using: &generator)
    return try Tensor(values, shape: shape)
  }

  @Test func moving() throws {
    let x = try tensor([2, 3, 4, 5], 3)
    for mode in [PadMode.constant(0.5), .reflect, .replicate, .circular] {
      try expectGradients(at: [x]) { x throws(ShapeError) in
        [try x[0].pad([(1, 2), (3, 1)], mode: mode).square(), try x[0].pad([(0, 2)], mode: mode)]
      }
      try expectGradients(at: [x]) { x throws(ShapeError) in [try x[0].pad([(2, 1), (0, 0), (0, 0)], mode: mode)] }
    }
    try expectGradients(at: [x]) { x throws(ShapeError) in [try x[0].pad([(-1, 2), (3, -2)])] }
    try expectGradients(at: [x]) { x throws(ShapeError) in [try x[0].roll([2, -1, 7], axes: [1, -1, 1]).square()] }
    try expectGradients(at: [x]) { x throws(ShapeError) in [try x[0].tile([2, 1, 3]).square(), try x[0].tile([1])] }
    try expectGradients(at: [x]) { x throws(ShapeError) in [try x[0].tril(diagonal: 1), try x[0].triu()] }
    for axis in [0, 2, -1] {
      try expectGradients(at: [x]) { x throws(ShapeError) in [try x[0].cumulativeSum(axis: axis).square()] }
    }
    try expectGradients(at: [try spread([3, 7, 2], seed: 5)]) { x throws(ShapeError) in
      [try x[0].topK(3, axis: 1).values.square(), try x[0].sort(axis: 0).values]
    }
  }

  @Test func normalizations() throws {
    let x = try tensor([2, 6, 4, 3], 3, offset: 0.4), weight = try tensor([6], 4, offset: 1.3),
      bias = try tensor([6], 5)
    try expectGradients(at: [x, weight, bias]) { x throws(ShapeError) in
      [try x[0].groupNorm(groups: 3, weight: x[1], bias: x[2]), try x[0].groupNorm(groups: 2, bias: x[2])]
    }
    try expectGradients(at: [x, weight, bias]) { x throws(ShapeError) in
      [try x[0].instanceNorm(weight: x[1], bias: x[2]), try x[0].instanceNorm()]
    }
    // More rows than one block sums.
    for (shape, last) in [([3, 5, 7], [7]), ([2, 3, 4], [3, 4]), ([1024, 70], [70])] {
      let rows = try tensor(shape, 6, offset: 0.3), scale = try tensor(last, 7, offset: 1.2),
        shift = try tensor(last, 8)
      try expectGradients(at: [rows, scale, shift], tolerance: 6e-3) { x throws(ShapeError) in
        [try x[0].layerNorm(normalizedShape: last, weight: x[1], bias: x[2])]
      }
      try expectGradients(at: [rows, scale, shift], tolerance: 6e-3) { x throws(ShapeError) in
        [try x[0].rmsNorm(normalizedShape: last, weight: x[1]), try x[0].layerNorm(normalizedShape: last, bias: x[2])]
      }
    }
    for axis in [1, -1, 0] {
      try expectGradients(at: [x], step: 4e-3) { x throws(ShapeError) in [try x[0].l2Normalize(axis: axis)] }
    }
    let tiny = try tensor([4, 3], 3, scale: 0.01)
    try expectGradients(at: [tiny], step: 1e-3) { x throws(ShapeError) in [try x[0].l2Normalize(epsilon: 0.5)] }
    for (size, beta) in [(3, 0.75), (4, 0.6), (9, 0.75)] {
      try expectGradients(at: [x]) { x throws(ShapeError) in
        [try x[0].localResponseNorm(size: size, alpha: 2, beta: beta, k: 1.5)]
      }
    }
  }

  @Test func adaptivePools() throws {
    let x = try spread([2, 2, 7, 9], seed: 4)
    for size in [[1, 1], [3, 4], [7, 9], [10, 2]] {
      try expectGradients(at: [x]) { x throws(ShapeError) in [try x[0].adaptiveAveragePool(size)] }
      try expectGradients(at: [x]) { x throws(ShapeError) in [try x[0].adaptiveMaxPool(size)] }
    }
  }

  @Test(arguments: InterpolationMode.allCases) func interpolations(_ mode: InterpolationMode) throws {
    let x = try tensor([2, 2, 6, 9], 3)
    for size in [[12, 18], [4, 5], [6, 9], [1, 1], [17, 4]] {
      try expectGradients(at: [x]) { x throws(ShapeError) in [try x[0].interpolate(size: size, mode: mode)] }
      guard mode == .bilinear || mode == .bicubic else { continue }
      try expectGradients(at: [x]) { x throws(ShapeError) in
        [
          try x[0].interpolate(size: size, mode: mode, alignCorners: true),
          try x[0].interpolate(size: size, mode: mode, antialias: true),
        ]
      }
    }
    guard mode != .area else { return }
    try expectGradients(at: [x]) { x throws(ShapeError) in [try x[0].interpolate(scale: [1.7, 0.6], mode: mode)] }
  }

  @Test(arguments: GridPadding.allCases) func grids(_ padding: GridPadding) throws {
    let x = try tensor([2, 3, 5, 6], 3)
    for (corners, seed) in [(true, 4), (false, 5)] as [(Bool, UInt32)] {
      // Places reach beyond the borders; none of this seed's probes steps over an element's centre.
      let grid = try tensor([2, 4, 3, 2], seed, scale: 1.6)
      try expectGradients(at: [x, grid], step: 1e-3, tolerance: 2e-2) { x throws(ShapeError) in
        [try x[0].gridSample(x[1], padding: padding, alignCorners: corners)]
      }
      try expectGradients(at: [x]) { x throws(ShapeError) in
        [try x[0].gridSample(grid, mode: .nearest, padding: padding, alignCorners: corners)]
      }
    }
  }

  @Test func attention() throws {
    let query = try tensor([2, 3, 4, 6], 3), key = try tensor([2, 3, 5, 6], 4), value = try tensor([2, 3, 5, 4], 5)
    for terms in [[], [[4, 5]], [[1, 3, 4, 5]], [[2, 1, 1, 5], [3, 4, 1]]] {
      let inputs = [query, key, value] + (try terms.enumerated().map { try tensor($1, 6 + UInt32($0)) })
      try expectGradients(at: inputs) { x throws(ShapeError) in
        [try x[0].attention(key: x[1], value: x[2], terms: Array(x[3...]))]
      }
    }
    // Heads side by side, more rows than a block holds, and a term that masks.
    let rows = [try tensor([2, 90, 8], 3), try tensor([2, 70, 8], 4), try tensor([2, 70, 12], 5)]
    let mask = try Tensor((0..<90 * 70).map { $0 % 7 == 3 ? -Float.infinity : 0 }, shape: [90, 70])
    let bias = try tensor([1, 4, 90, 70], 7)
    try expectGradients(at: rows + [bias], tolerance: 6e-3) { x throws(ShapeError) in
      [try x[0].attention(key: x[1], value: x[2], heads: 4, terms: [x[3], mask], scale: 0.7)]
    }
  }

  @Test func deformable() throws {
    let cases:
      [(input: [Int], weight: [Int], groups: Int, stride: [Int], padding: [Int], dilation: [Int], out: [Int])] = [
        ([2, 4, 6, 7], [3, 4, 3, 3], 1, [1, 1], [1, 1], [1, 1], [6, 7]),
        ([1, 4, 7, 8], [4, 2, 3, 2], 2, [2, 1], [1, 0], [1, 2], [4, 6]),
      ]
    for item in cases {
      let taps = item.weight[2] * item.weight[3], image = item.input[0]
      let inputs = [
        try tensor(item.input, 3), try tensor(item.weight, 4),
        try tensor([image, item.groups * 2 * taps] + item.out, 5, scale: 1.4),
        try tensor([image, item.groups * taps] + item.out, 6, offset: 1), try tensor([item.weight[0]], 7),
      ]
      try expectGradients(at: inputs, step: 2e-3, tolerance: 1e-2) { x throws(ShapeError) in
        [
          try x[0].deformableConvolution(
            x[1], offset: x[2], mask: x[3], bias: x[4], stride: item.stride, padding: item.padding,
            dilation: item.dilation)
        ]
      }
      try expectGradients(at: Array(inputs[..<3]), step: 2e-3, tolerance: 1e-2) { x throws(ShapeError) in
        [
          try x[0].deformableConvolution(
            x[1], offset: x[2], stride: item.stride, padding: item.padding, dilation: item.dilation)
        ]
      }
    }
  }

  @Test func regions() throws {
    let x = try spread([2, 8, 9, 11], seed: 6)
    let boxes = try Tensor(
      [0.0, 1.3, 2.1, 7.9, 8.4, 1, -3, -2, 4.2, 5.3, 1, 6, 1, 14, 20, 0, 3, 3, 3.2, 3.1], shape: [4, 5])
    for (ratio, aligned) in [(2, true), (-1, false), (3, false), (-1, true)] {
      try expectGradients(at: [x], probes: 40) { x throws(ShapeError) in
        [
          try x[0].roiAlign(boxes, outputSize: [3, 2], spatialScale: 0.8, samplingRatio: ratio, aligned: aligned),
          try x[0].psRoIAlign(boxes, outputSize: [2, 2], spatialScale: 0.8, samplingRatio: ratio),
        ]
      }
    }
    try expectGradients(at: [x], probes: 40) { x throws(ShapeError) in
      [
        try x[0].roiPool(boxes, outputSize: [3, 2], spatialScale: 0.8),
        try x[0].psRoIPool(boxes, outputSize: [2, 2], spatialScale: 0.8),
      ]
    }
    // None by the boxes, and no error.
    let found = try Tensor.valueAndGradients(at: [x, boxes]) { x throws(ShapeError) in
      try x[0].roiAlign(x[1], outputSize: [2, 2]).sum()
    }
    #expect(try found.gradients[1].floats().allSatisfy { $0 == 0 })
  }

  /// What has steps alone is followed to nothing, without an error.
  @Test func steps() throws {
    let x = try tensor([3, 4], 3)
    let found = try Tensor.valueAndGradients(at: [x]) { x throws(ShapeError) in
      let chosen = try x[0].greater(0).cast(to: .float32), place = try x[0].argmax(axis: 1).cast(to: .float32)
      return try x[0].sum() + chosen.sum() + place.sum() + x[0].floor().sum() + x[0].sign().sum()
    }
    #expect(try found.gradients[0].floats() == [Float](repeating: 1, count: 12))
  }

  @Test func sameOnAnyNumberOfThreads() throws {
    let x = try tensor([2, 6, 40, 40], 3), weight = try tensor([6], 4), rows = try tensor([4, 200, 16], 5)
    let grid = try tensor([2, 50, 50, 2], 6)
    func all() throws -> [[Float]] {
      let found = try Tensor.valueAndGradients(at: [x, weight, rows, grid]) { x throws(ShapeError) in
        let a = try x[0].groupNorm(groups: 2, weight: x[1]).interpolate(size: [64, 64], mode: .bilinear)
        let b = try a.gridSample(x[3]).adaptiveAveragePool([7, 7]).square().sum()
        return try b + x[2].attention(key: x[2], value: x[2], heads: 4).layerNorm(normalizedShape: [16]).square().sum()
      }
      return try found.gradients.map { try $0.floats() }
    }
    let several = try all()
    let alone = try OneThread.run { try all() }
    #expect(alone == several)
  }
}
