extension AugmentationCatalog {
  private static let labels = "labels, masks and keypoints are parts of a sample and always go with their box"

  @Sendable static func randomZoomOut(_ o: inout RecipeOptions) throws(AugmentationError) -> any Augmentation {
    try Maybe(o.number("p", 0.5), RandomZoomOut(fill: o.solidFill(), range: o.pair("side_range", (1, 4))))
  }

  @Sendable static func randomIoUCrop(_ o: inout RecipeOptions) throws(AugmentationError) -> any Augmentation {
    let standard = [0, 0.1, 0.3, 0.5, 0.7, 0.9, 1]
    return try RandomIoUCrop(
      scale: (o.number("min_scale", 0.3), o.number("max_scale", 1)),
      ratio: (o.number("min_aspect_ratio", 0.5), o.number("max_aspect_ratio", 2)),
      overlaps: o.value("sampler_options") == .null ? standard : o.numbers("sampler_options", standard),
      trials: o.integer("trials", 40))
  }

  @Sendable static func sanitize(_ o: inout RecipeOptions) throws(AugmentationError) -> any Augmentation {
    try o.refuse("labels_getter", unless: ["default"], labels)
    return try SanitizeBoxes(minimumSize: o.number("min_size", 1), minimumArea: o.number("min_area", 1))
  }

  @Sendable static func clamp(_ o: inout RecipeOptions) throws(AugmentationError) -> any Augmentation {
    try o.refuse("clamping_mode", unless: ["auto", "soft", "hard"], "boxes here are upright, for which modes are one")
    return ClampBoxes()
  }

  @Sendable static func mosaic(_ o: inout RecipeOptions) throws(AugmentationError) -> any Augmentation {
    try Maybe(
      o.number("p", 1),
      Mosaic(size: o.size(), range: o.pair("center_range", (0.5, 1.5)), fill: o.solidFill()))
  }

  @Sendable static func mixUp(_ o: inout RecipeOptions) throws(AugmentationError) -> any Augmentation {
    try refuseClasses(&o)
    return try Maybe(o.number("p", 1), MixUp(alpha: o.number("alpha", 1)))
  }

  @Sendable static func cutMix(_ o: inout RecipeOptions) throws(AugmentationError) -> any Augmentation {
    try refuseClasses(&o)
    return try Maybe(o.number("p", 1), CutMix(alpha: o.number("alpha", 1)))
  }

  private static func refuseClasses(_ o: inout RecipeOptions) throws(AugmentationError) {
    try o.refuse("labels_getter", unless: ["default"], labels)
    try o.refuse(
      "num_classes", unless: [.null], "labels stay classes with shares, whose number only the loss must know")
  }

  @Sendable static func copyPaste(_ o: inout RecipeOptions) throws(AugmentationError) -> any Augmentation {
    try Maybe(o.number("p", 0.5), CopyPaste(blends: o.bool("blending", true)))
  }
}
