import TensorCore
import TestSupport
import Testing

@Suite struct AttentionTests {
  private struct Case: Decodable {
    struct Term: Decodable {
      let shape: [Int], masks: Bool
    }
    let stack: [Int], rows: Int, keys: Int, features: Int, valueFeatures: Int, scale: Double?, terms: [Term]

    func inputs(seed: UInt32) throws -> (query: Tensor, key: Tensor, value: Tensor, terms: [Tensor]) {
      let terms = try terms.enumerated().map { index, term in
        let filling = try Formula.tensor(term.shape, seed: seed + 3 + UInt32(index))
        guard term.masks else { return filling }
        return try Tensor(filling.floats().map { $0 > 0.3 ? -Float.infinity : 0 }, shape: term.shape)
      }
      return (
        try Formula.tensor(stack + [rows, features], seed: seed),
        try Formula.tensor(stack + [keys, features], seed: seed + 1),
        try Formula.tensor(stack + [keys, valueFeatures], seed: seed + 2), terms
      )
    }
  }

  /// `[..., heads, N, D]` -> `[..., N, heads * D]`.
  private func sideBySide(_ x: Tensor) throws -> Tensor {
    try x.transpose(-3, -2).reshape(
      x.shape.dropLast(3) + [x.shape[x.rank - 2], x.shape[x.rank - 3] * x.shape[x.rank - 1]])
  }

  @Test func weightsAreTheSoftmaxOfTheScores() throws {
    // Scores 0 and log 3: weights 1/4 and 3/4.
    let query = try Tensor([1, 0] as [Float], shape: [1, 2])
    let key = try Tensor([0, 5, 1.0986123, 7] as [Float], shape: [2, 2])
    let value = try Tensor([4, 8, 0, 16] as [Float], shape: [2, 2])
    let result = try query.attention(key: key, value: value, scale: 1)
    try expectClose(result, Tensor([1, 14] as [Float], shape: [1, 2]), .accumulated, "by hand")
  }

  @Test func agreesWithPyTorch() throws {
    let golden = try Golden("attention")
    for (index, c) in try golden.cases(Case.self).enumerated() {
      let (query, key, value, terms) = try c.inputs(seed: UInt32(10 * index))
      let expected = try golden["\(index)"]
      let result = try query.attention(key: key, value: value, terms: terms, scale: c.scale)
      try expectClose(result, expected, .accumulated, "case \(index) \(c)")
      guard let heads = c.stack.last else { continue }
      let joined = try sideBySide(query).attention(
        key: sideBySide(key), value: sideBySide(value), heads: heads, terms: terms, scale: c.scale)
      try expectClose(joined, sideBySide(expected), .accumulated, "case \(index) with heads side by side")
    }
  }

  @Test func threadsDoNotChangeBits() throws {
    let query = try Formula.tensor([3, 200, 24], seed: 1), key = try Formula.tensor([3, 150, 24], seed: 2)
    let several = try query.attention(key: key, value: key)
    let alone = try OneThread.run { try query.attention(key: key, value: key) }
    #expect(try several.floats() == alone.floats())
  }

  @Test func shapesThatDoNotFitAreNamed() throws {
    let x = try Tensor.zeros([2, 5, 6])
    func fault(_ key: [Int], _ value: [Int], heads: Int? = nil, term: [Int]? = nil) -> String {
      errorMessage {
        try x.attention(
          key: .zeros(key), value: .zeros(value), heads: heads, terms: term.map { [try Tensor.zeros($0)] } ?? [])
      }
    }
    #expect(fault([2, 4, 6], [2, 4, 3]) == "")
    #expect(fault([2, 4, 5], [2, 4, 3]).contains("expected a query [..., N, D]"))
    #expect(fault([2, 4, 6], [2, 3, 3]).contains("expected a query"))
    #expect(fault([3, 4, 6], [3, 4, 3]).contains("expected a query"))
    #expect(fault([2, 0, 6], [2, 0, 3]).contains("no keys"))
    #expect(fault([2, 4, 6], [2, 4, 4], heads: 3).contains("4 features do not make 3 heads"))
    #expect(fault([2, 4, 6], [2, 4, 6], heads: 0).contains("heads"))
    #expect(fault([2, 4, 6], [2, 4, 6], heads: -2).contains("heads"))
    #expect(fault([2, 4, 6], [2, 4, 6], term: [2, 4, 5]).contains("does not broadcast"))
    #expect(fault([2, 4, 6], [2, 4, 6], term: [3, 2, 5, 4]).contains("does not broadcast"))
    #expect(fault([2, 4, 6], [2, 4, 6], heads: 3, term: [2, 3, 5, 4]) == "")
    #expect(throws: ShapeError.self) { try Tensor.zeros([6]).attention(key: .zeros([6]), value: .zeros([6])) }
  }
}
