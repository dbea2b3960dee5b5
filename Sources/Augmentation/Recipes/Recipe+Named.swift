import Support

extension Recipe {
  /// The names of the recipes that come with the toolkit.
  public static var names: [String] { builtIn.map(\.name) }

  /// A recipe that comes with the toolkit. Throws `AugmentationError.recipe` for another name, with the nearest.
  public static func named(_ name: String) throws(AugmentationError) -> Recipe {
    guard let entry = builtIn.first(where: { $0.name == name }) else {
      let near = nearestNames(to: name, among: names)
      let hint = near.isEmpty ? "there are \(names.joined(separator: ", "))" : "did you mean '\(near[0])'?"
      throw .recipe("there is no recipe '\(name.prefix(60))'; \(hint)")
    }
    return try Recipe(.list(entry.steps), name: name)
  }

  private static let imageNet: RecipeValue = [
    "normalize": ["mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]]
  ]
  private static let crop: [RecipeValue] = [["random_resized_crop": ["size": 224]], "random_horizontal_flip"]

  private static let builtIn: [(name: String, steps: [RecipeValue])] = [
    ("imagenet-train", crop + [["color_jitter": ["brightness": 0.4, "contrast": 0.4, "saturation": 0.4]], imageNet]),
    ("imagenet-eval", [["resize": ["size": 256]], ["center_crop": ["size": 224]], imageNet]),
    (
      "ssd",
      [
        "random_photometric_distort", ["random_zoom_out": ["fill": [123, 117, 104]]], "random_iou_crop",
        "random_horizontal_flip", "sanitize_bounding_boxes", ["resize": ["size": [300, 300]]],
      ]
    ),
    (
      "yolox",
      [
        ["mosaic": ["size": 640, "fill": 114]],
        [
          "random_affine": [
            "degrees": 10, "translate": [0.05, 0.05], "scale": [0.5, 1.5], "shear": [-2, 2, -2, 2], "fill": 114,
            "interpolation": "bilinear",
          ]
        ],
        ["center_crop": ["size": 640]],
        ["color_jitter": ["brightness": 0.4, "saturation": 0.5, "hue": 0.02]], "random_horizontal_flip",
        ["sanitize_bounding_boxes": ["min_size": 2]],
      ]
    ),
    ("detection-hflip", ["random_horizontal_flip", "sanitize_bounding_boxes"]),
    ("randaugment", crop + ["rand_augment", imageNet]),
    ("trivialaugment", crop + ["trivial_augment_wide", imageNet, ["random_erasing": ["p": 0.1]]]),
    ("autoaugment", crop + ["auto_augment", imageNet]),
    ("augmix", crop + ["aug_mix", imageNet]),
    (
      "colour",
      [
        ["color_jitter": ["brightness": 0.4, "contrast": 0.4, "saturation": 0.4, "hue": 0.1]],
        ["random_grayscale": ["p": 0.1]],
      ]
    ),
  ]
}
