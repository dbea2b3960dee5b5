import FoundationEssentials

extension Recipe {
  /// Reads a recipe written in JSON. Throws `AugmentationError.recipe` for text that is no JSON, or no recipe.
  public init(json bytes: [UInt8], name: String = "") throws(AugmentationError) {
    let value: RecipeValue
    do {
      value = try JSONDecoder().decode(RecipeValue.self, from: Data(bytes))
    } catch {
      throw .recipe("it is no JSON")
    }
    try self.init(value, name: name)
  }
}
