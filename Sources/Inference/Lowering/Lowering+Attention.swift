import CKernels
import TensorCore

extension Lowering {
  /// Values that attentions alone read, as queries, keys or values: they may lie in rows that are wider than they.
  static func rowsOfAttention(_ graph: Graph) -> Set<Int> {
    var rows: Set<Int> = [], others = Set(graph.outputs)
    for node in graph.nodes {
      let isAttention = node.attention != nil
      if isAttention { rows.formUnion(node.inputs.prefix(3)) }
      others.formUnion(isAttention ? Array(node.reads.dropFirst(3)) : node.reads)
    }
    return rows.subtracting(others)
  }

  /// Parts of rows stay where they are for attentions.
  mutating func lowerRowSplit(_ primitive: Split, _ node: Graph.Node) -> Bool {
    let spec = graph.specs[node.inputs[0]]
    guard primitive.axis == -1 || primitive.axis == spec.rank - 1, let width = spec.shape.last,
      node.outputs.allSatisfy(attentionRows.contains)
    else { return false }
    var place = plain(node.inputs[0])
    place.pixel = width
    for (value, size) in zip(node.outputs, primitive.sizes) {
      rowParts[value] = place
      place.offset += size * 4
    }
    return true
  }

  private mutating func rows(_ value: Int) -> Place {
    if let place = rowParts[value] { return place }
    var place = plain(value)
    place.pixel = graph.specs[value].shape.last ?? 1
    return place
  }

  mutating func lowerAttention(_ node: Graph.Node) -> Bool {
    guard let layout = node.attention else { return false }
    let query = rows(node.inputs[0]), key = rows(node.inputs[1]), value = rows(node.inputs[2])
    let bias = layout.bias.map { plain($0) }, mask = layout.mask.map { plain($0) }
    let target = newPlain(node.outputs[0]), isa = isa, table = layout.rows ?? []
    let products =
      layout.batch * layout.heads * layout.queries * layout.keys * (layout.dimension + layout.valueDimension)
    let width = layout.heads * layout.valueDimension
    add("attention", node, [query, key, value, bias, mask, target], multiplyAdds: products) { frame in
      func heads(_ place: Place, _ tokens: Int, _ head: Int) -> vk_heads {
        vk_heads(data: frame.floats(place), token: place.pixel, head: head, image: tokens * place.pixel)
      }
      table.withUnsafeBufferPointer { table in
        var work = vk_attention(
          batch: layout.batch, heads: layout.heads, queries: layout.queries, keys: layout.keys,
          dimension: layout.dimension, value_dimension: layout.valueDimension, scale: layout.scale,
          q: heads(query, layout.queries, layout.dimension), k: heads(key, layout.keys, layout.dimension),
          v: heads(value, layout.keys, layout.valueDimension),
          out: vk_heads(
            data: frame.floats(target), token: width, head: layout.valueDimension, image: layout.queries * width),
          bias: bias.map { UnsafePointer(frame.floats($0)) }, mask: mask.map { UnsafePointer(frame.floats($0)) },
          masks: layout.masks, rows: table.isEmpty ? nil : table.baseAddress)
        let count = vk_attention_tiles(isa, &work), space = vk_attention_workspace(isa, &work), fixed = work
        frame.tiles(count, workspace: space, work: products) { begin, end, space in
          var work = fixed
          vk_attention_run(isa, &work, begin, end, space)
        }
      }
    }
    return true
  }
}
