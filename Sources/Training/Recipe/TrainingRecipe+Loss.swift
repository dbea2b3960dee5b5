extension TrainingRecipe {
  /// The loss and what is mixed into batches.
  public struct LossSettings: Sendable, RecipeSection {
    /// `cross_entropy`; of segmenters also `dice`, `focal`, and sums of them.
    public var name = "cross_entropy"
    /// The factors of a sum's terms; empty for ones (segmentation).
    public var weights: [Double] = []
    /// Share of the probability that is spread over all classes.
    public var labelSmoothing = 0.0
    /// `none`, or `balanced`: a class's weight is the inverse of its share.
    public var classWeights = "none"
    /// The classes' weights as numbers, in place of the word.
    public var classFactors: [Double] = []
    /// The label of pixels that do not count, beside 255 (segmentation).
    public var ignoreIndex = 255
    /// Weight of the auxiliary head, where the network has one (segmentation).
    public var auxiliaryWeight = 0.5
    /// How much less easy pixels count (`focal`).
    public var gamma = 2.0
    /// Shape of MixUp's distribution; 0 for none (classification).
    public var mixup = 0.0
    /// Shape of CutMix's distribution; 0 for none (classification).
    public var cutmix = 0.0

    static let names = ["cross_entropy", "dice", "focal", "cross_entropy+dice", "focal+dice"]

    mutating func describe(_ fields: inout some RecipeFields) {
      fields.word("name", &name, among: Self.names)
      fields.factors("weights", &weights, count: name.split(separator: "+").count)
      fields.number("label_smoothing", &labelSmoothing, 0...0.99)
      fields.word("class_weights", &classWeights, orFactors: &classFactors, among: ["none", "balanced"])
      fields.integer("ignore_index", &ignoreIndex, 0...255)
      fields.number("aux_weight", &auxiliaryWeight, 0...100)
      fields.number("gamma", &gamma, 0...100)
      fields.number("mixup", &mixup, 0...100)
      fields.number("cutmix", &cutmix, 0...100)
    }
  }
}
