import TensorCore

/// Learning rates that fall from the head to the stem: layer i of n gets `decay^(n - 1 - i)`, as in BEiT (Bao et al. 2021,
/// arXiv 2106.08254) and timm.
package enum LayerwiseRates {
  /// One group a layer. `layers` goes from the stem to the head; each entry lists the paths of one layer.
  package static func groups(_ layers: [[String]], decay: Double) -> [ParameterGroup] {
    var rate = 1.0
    var groups: [ParameterGroup] = []
    for paths in layers.reversed() {
      groups.append(ParameterGroup(.below(paths), rateMultiplier: rate))
      rate *= decay
    }
    return groups.reversed()
  }

  /// A network's layers, read from its parameters' paths: all that is registered before the first numbered block is the stem,
  /// every numbered block (`layer1.0`, `encoder.layers.encoder_layer_3`) is a layer, the rest is the head.
  package static func layers(of parameters: [Parameter]) -> [[String]] {
    var stem: [String] = [], head: [String] = []
    var blocks: [String] = []
    for parameter in parameters where parameter.kind == .trainable {
      if let block = block(of: parameter.path) {
        if !blocks.contains(block) { blocks.append(block) }
      } else if blocks.isEmpty {
        stem.append(parameter.path)
      } else {
        head.append(parameter.path)
      }
    }
    return ([stem] + blocks.map { [$0] } + [head]).filter { !$0.isEmpty }
  }

  /// The path up to the first part that is a number, or ends with one after an underscore.
  private static func block(of path: String) -> String? {
    let parts = path.split(separator: ".")
    for (index, part) in parts.enumerated() where index < parts.count - 1 {
      let tail = part.split(separator: "_").last ?? part
      if tail == part ? Int(part) != nil : Int(tail) != nil { return parts[...index].joined(separator: ".") }
    }
    return nil
  }
}
