import Configuration

extension RecipeValue {
  /// A value that was written in YAML.
  public init(_ node: YAMLNode) {
    switch node.content {
    case .sequence(let elements): self = .list(elements.map { RecipeValue($0) })
    case .mapping(let entries):
      self = .map(Dictionary(entries.map { ($0.key, RecipeValue($0.value)) }) { $1 })
    case .scalar(let text, _):
      if node.isNull {
        self = .null
      } else if let value = node.bool {
        self = .bool(value)
      } else if let value = node.number {
        self = .number(value)
      } else {
        self = .text(text)
      }
    }
  }
}

extension Recipe {
  /// The names of all augmentations, sorted.
  public static var augmentationNames: [String] { AugmentationCatalog.makers.keys.sorted() }
}
