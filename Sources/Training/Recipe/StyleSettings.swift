extension TrainingRecipe {
  /// What a style network learns to paint, and how it is told. Johnson et al. 2016, arXiv 1603.08155.
  public struct StyleSettings: Sendable, RecipeSection {
    /// The picture whose style is learned; style networks need one.
    public var image: String?
    /// The shorter side it is given first, in pixels; nil for that of the training pictures.
    public var size: Int?
    /// The trained network whose features are compared: a catalog id, a built-in network's, or nil for the best that is here.
    public var features: String?
    /// Layers of the style and of the content; empty for the network's usual ones.
    public var styleLayers: [String] = [], contentLayers: [String] = []
    /// How much the content counts.
    public var contentWeight = 1.0
    /// How much the style counts; nil for what suits the network.
    public var styleWeight: Double?
    /// How much smoothness counts.
    public var variationWeight = 0.0

    mutating func describe(_ fields: inout some RecipeFields) {
      fields.text("image", &image)
      fields.integer("size", &size, 8...8192)
      fields.text("features", &features)
      fields.texts("style_layers", &styleLayers)
      fields.texts("content_layers", &contentLayers)
      fields.number("content_weight", &contentWeight, 0...1e12)
      fields.number("style_weight", &styleWeight, 0...1e12)
      fields.number("tv_weight", &variationWeight, 0...1e12)
    }
  }
}
