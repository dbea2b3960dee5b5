import Support

/// Every augmentation by the name it has in recipes: torchvision's class, in snake case.
enum AugmentationCatalog {
  /// Makes an augmentation of its parameters.
  typealias Maker = @Sendable (inout RecipeOptions) throws(AugmentationError) -> any Augmentation

  static let makers: [String: Maker] = [
    "resize": resize, "letterbox": letterbox, "center_crop": centerCrop, "random_crop": randomCrop,
    "random_resized_crop": randomResizedCrop, "five_crop": fiveCrop, "ten_crop": tenCrop, "pad": pad,
    "random_horizontal_flip": randomHorizontalFlip, "random_vertical_flip": randomVerticalFlip,
    "random_rotation": randomRotation, "random_affine": randomAffine, "random_perspective": randomPerspective,
    "elastic_transform": elasticTransform, "scale_jitter": scaleJitter, "random_shortest_size": randomShortestSize,
    "random_resize": randomResize,
    "random_zoom_out": randomZoomOut, "random_iou_crop": randomIoUCrop, "sanitize_bounding_boxes": sanitize,
    "clamp_bounding_boxes": clamp, "mosaic": mosaic, "mix_up": mixUp, "cut_mix": cutMix, "copy_paste": copyPaste,
    "color_jitter": colorJitter, "random_photometric_distort": photometricDistort,
    "random_channel_permutation": channelPermutation, "grayscale": grayscale, "random_grayscale": randomGrayscale,
    "rgb": rgb, "random_invert": randomInvert, "random_posterize": randomPosterize,
    "random_solarize": randomSolarize, "random_adjust_sharpness": randomSharpness,
    "random_autocontrast": randomAutoContrast, "random_equalize": randomEqualize, "gaussian_blur": gaussianBlur,
    "gaussian_noise": gaussianNoise, "jpeg": jpeg, "random_erasing": randomErasing, "normalize": normalize,
    "rand_augment": randAugment, "trivial_augment_wide": trivialAugment, "auto_augment": autoAugment,
    "aug_mix": augMix,
    "compose": compose, "random_apply": randomApply, "random_choice": randomChoice, "random_order": randomOrder,
    "identity": identity,
  ]

  /// The augmentation of a step: a name, or a name with its parameters.
  static func make(_ step: RecipeValue) throws(AugmentationError) -> (name: String, augmentation: any Augmentation) {
    let name: String
    let parameters: RecipeValue
    switch step {
    case .text(let text): (name, parameters) = (text, .null)
    case .map(let map):
      guard map.count == 1, let entry = map.first else {
        throw .recipe("a step with \(map.count) names (\(map.keys.sorted().joined(separator: ", "))); expected one")
      }
      (name, parameters) = (entry.key, entry.value)
    default: throw .recipe("a step is \(step.kind); expected a name, or a name with its parameters")
    }
    guard let maker = makers[name] else {
      let near = nearestNames(to: name, among: makers.keys.sorted())
      let hint =
        near.isEmpty
        ? "; there are \(makers.keys.sorted().joined(separator: ", "))"
        : "; did you mean \(near.map { "'\($0)'" }.joined(separator: " or "))?"
      throw .recipe("there is no augmentation '\(name.prefix(60))'\(hint)")
    }
    var options = try RecipeOptions(name, parameters)
    let augmentation = try maker(&options)
    try options.finish()
    return (name, augmentation)
  }
}
