import TensorCore

/// An attention as its kernel takes it: rows of tokens, with heads side by side in each.
struct AttentionLayout: Sendable {
  let batch: Int, heads: Int, queries: Int, keys: Int, dimension: Int, valueDimension: Int
  let scale: Float
  /// Values that are added to the scores: `[heads, queries, keys]`, and `[masks, queries, keys]` for image n % masks.
  var bias: Int?, mask: Int?
  private(set) var masks = 1
  /// The row of every token of every image in queries, keys, values and results; nil where they follow each other.
  var rows: [Int32]?

  /// Nil where the kernel cannot take it: terms of other shapes, or two of a kind.
  init?(_ primitive: Attention, _ inputs: [Int], _ specs: [TensorSpec]) {
    let query = specs[inputs[0]].shape, value = specs[inputs[2]].shape, rank = query.count
    guard rank >= 2, inputs.allSatisfy({ specs[$0].dtype == .float32 && specs[$0].count > 0 }),
      primitive.heads != nil || inputs.count == 3
    else { return nil }
    heads = primitive.heads ?? 1
    batch = query.dropLast(2).reduce(1, *)
    queries = query[rank - 2]
    keys = value[rank - 2]
    dimension = query[rank - 1] / heads
    valueDimension = value[rank - 1] / heads
    scale = primitive.scale
    for term in inputs.dropFirst(3) {
      let shape = specs[term].shape, outer = Array(shape.dropLast(2).drop { $0 == 1 })
      guard shape.suffix(2) == [queries, keys] else { return nil }
      if outer == [heads], bias == nil {
        bias = term
      } else if mask == nil, outer.isEmpty || (outer.count == 2 && outer[1] == 1 && query.dropLast(2).last == outer[0])
      {
        mask = term
        masks = outer.first ?? 1
      } else {
        return nil
      }
    }
  }
}
