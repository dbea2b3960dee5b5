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

  /// Whether a split is none: attentions alone read its parts, and find them in the whole rows.
  func isRowSplit(_ node: Graph.Node) -> Bool {
    guard let primitive = node.primitive as? Split else { return false }
    let rank = graph.specs[node.inputs[0]].rank
    return (primitive.axis == -1 || primitive.axis == rank - 1) && node.outputs.allSatisfy(attentionRows.contains)
  }

  /// Parts of rows stay where they are for attentions.
  mutating func lowerRowSplit(_ primitive: Split, _ node: Graph.Node) -> Bool {
    guard isRowSplit(node) else { return false }
    var place = rowsOfAttention(node.inputs[0])
    for (value, size) in zip(node.outputs, primitive.sizes) {
      rowParts[value] = place
      place.offset += size * (precision == .bf16 ? 2 : 4)
    }
    return true
  }

  /// Where rows lie that an attention reads, and how far apart: as floats or, with bf16, rounded.
  private mutating func rowsOfAttention(_ value: Int) -> Place {
    if let place = rowParts[value] { return place }
    var place = precision == .bf16 ? roundedRows(value) : plain(value)
    place.pixel = graph.specs[value].shape.last ?? 1
    return place
  }

  mutating func lowerAttention(_ node: Graph.Node) -> Bool {
    guard let layout = node.attention else { return false }
    let places = node.inputs.prefix(3).map { rowsOfAttention($0) }
    let bias = layout.bias.map { plain($0) }, mask = layout.mask.map { plain($0) }
    let isRounded = precision == .bf16, isRoundedOut = roundedOnly.contains(node.outputs[0])
    let target = isRoundedOut ? newRoundedRows(node.outputs[0]) : newPlain(node.outputs[0])
    let products = layout.multiplyAdds
    add(
      isRounded ? "attention bf16" : "attention", node, places + [bias, mask, target], multiplyAdds: products
    ) { frame in
      (layout.rows ?? []).withUnsafeBufferPointer { table in
        let work = layout.work(frame, places, bias: bias, mask: mask, target, rows: table)
        if isRounded {
          frame.attend(vk_bf16_attention(attention: work, rounded_out: isRoundedOut), products: products)
        } else {
          frame.attend(work, products: products)
        }
      }
    }
    return true
  }
}

extension AttentionLayout {
  fileprivate var multiplyAdds: Int { batch * heads * queries * keys * (dimension + valueDimension) }

  /// `places` are those of queries, keys and values.
  fileprivate func work(
    _ frame: Frame, _ places: [Place], bias: Place?, mask: Place?, _ target: Place, rows: UnsafeBufferPointer<Int32>
  ) -> vk_attention {
    func heads(_ place: Place, _ tokens: Int, _ head: Int) -> vk_heads {
      vk_heads(data: frame.floats(place), token: place.pixel, head: head, image: tokens * place.pixel)
    }
    var result = target
    result.pixel = self.heads * valueDimension
    return vk_attention(
      batch: batch, heads: self.heads, queries: queries, keys: keys, dimension: dimension,
      value_dimension: valueDimension, scale: scale, q: heads(places[0], queries, dimension),
      k: heads(places[1], keys, dimension), v: heads(places[2], keys, valueDimension),
      out: heads(result, queries, valueDimension), bias: bias.map { UnsafePointer(frame.floats($0)) },
      mask: mask.map { UnsafePointer(frame.floats($0)) }, masks: masks, rows: rows.isEmpty ? nil : rows.baseAddress)
  }
}

extension Frame {
  /// Runs an attention on all threads.
  fileprivate func attend(_ work: vk_attention, products: Int) {
    let isa = KernelISA.current
    var whole = work
    tiles(vk_attention_tiles(isa, &whole), workspace: vk_attention_workspace(isa, &whole), work: products) {
      begin, end, space in
      var work = work
      vk_attention_run(isa, &work, begin, end, space)
    }
  }

  /// Runs an attention of bf16 on all threads.
  fileprivate func attend(_ work: vk_bf16_attention, products: Int) {
    let isa = KernelISA.bf16
    var whole = work
    tiles(vk_bf16_attention_tiles(isa, &whole), workspace: vk_bf16_attention_workspace(isa, &whole), work: products) {
      begin, end, space in
      var work = work
      vk_bf16_attention_run(isa, &work, begin, end, space)
    }
  }
}
