import Augmentation
import Classification
import Datasets
import Detection
import Imaging
import Models
import Segmentation
import Support
import Training

/// What training depends on: the task that a model is for.
enum TrainingKind {
  case classification
  case detection
  case segmentation
  case style

  /// What a model is trained for.
  init(_ entry: ModelEntry) {
    switch entry.task {
    case .classification: self = .classification
    case .detection: self = .detection
    case .segmentation: self = .segmentation
    case .styleTransfer: self = .style
    }
  }

  /// The data as this task reads them. Throws where they cannot be learned from.
  func prepared(_ data: TrainingData, _ recipe: TrainingRecipe) throws -> PreparedData {
    switch self {
    case .classification: try data.checkClasses()
    case .detection: try data.checkObjects()
    case .style: try data.checkPictures()
    case .segmentation:
      let pixels = try PixelData(
        training: data.training, validation: data.validation, names: recipe.data.classes,
        ignored: recipe.loss.ignoreIndex, threads: recipe.data.threads ?? ThreadPool.shared.threadCount)
      return PreparedData(training: pixels.training, validation: pixels.validation, pixels: pixels)
    }
    return PreparedData(training: data.training, validation: data.validation, pixels: nil)
  }

  /// The task of a run.
  func task(_ parts: TrainingParts) throws -> any TrainingTask {
    switch self {
    case .classification: try parts.classificationTask()
    case .detection: try parts.detectionTask()
    case .segmentation: try parts.segmentationTask()
    case .style: try parts.styleTask()
    }
  }

  /// The masks that a task learns from, or that a step of its augmentation needs.
  func masks(_ task: any TrainingTask, _ steps: [Recipe.Step]) -> MaskKinds {
    switch self {
    case .classification, .style: []
    case .detection:
      (task as? DetectionTask)?.needsMasks == true || steps.contains { $0.names(["copy_paste"]) } ? .objects : []
    // Its data choose.
    case .segmentation: .all
    }
  }

  /// Throws `TrainingError.setting` for settings that say nothing to networks of this kind: nobody is to believe that they worked.
  func check(_ recipe: TrainingRecipe, _ entry: ModelEntry) throws(TrainingError) {
    // Those that some kinds alone know, and which of them this one does.
    let special = [
      "loss.", "style.", "preview_steps", "model.multiscale", "model.min_ratio", "data.sampler", "data.classes",
    ]
    let own: [String], plural: String
    switch self {
    case .classification:
      (own, plural) = (
        ["loss.label_smoothing", "loss.class_weights", "loss.mixup", "loss.cutmix", "data.sampler"], "classifiers"
      )
    case .detection:
      let more = entry.family == "YOLOX" ? ["model.multiscale"] : entry.hasEvenBoxes ? ["model.min_ratio"] : []
      (own, plural) = (["data.sampler"] + more, "\(entry.family) detectors")
    case .segmentation:
      let loss = ["name", "weights", "label_smoothing", "class_weights", "ignore_index", "aux_weight", "gamma"]
      (own, plural) = (loss.map { "loss." + $0 } + ["data.classes"], "segmenters")
    case .style: (own, plural) = (["style.", "preview_steps"], "style networks")
    }
    for path in recipe.changes where special.contains(where: path.hasPrefix) && !own.contains(where: path.hasPrefix) {
      throw .setting("\(path) is nothing that \(plural) know; leave it out")
    }
  }

  /// What pictures go through where the recipe does not say.
  func augmentation(_ entry: ModelEntry, _ contract: InputContract, size: ImageSize) -> RecipeValue {
    switch self {
    case .classification: Self.classifierAugmentation(contract)
    case .detection:
      entry.countsBackground ? Self.torchvisionAugmentation(entry, contract) : Self.detectorAugmentation(contract)
    case .segmentation: Self.segmenterAugmentation(contract, size)
    case .style: .list([.text("random_horizontal_flip")])
    }
  }

  /// How data are laid out where the recipe does not say; nil finds it out.
  var format: DatasetFormat? { self == .style ? .photos : nil }

  /// Crops of random sizes and flips for photos, shifted crops and flips for small pictures, shifted crops alone for digits.
  private static func classifierAugmentation(_ contract: InputContract) -> RecipeValue {
    guard let size = contract.size else { return .list([]) }
    let sides: RecipeValue = .list([.number(Double(size.height)), .number(Double(size.width))])
    if size.width > 64 {
      return .list([.map(["random_resized_crop": .map(["size": sides])]), .text("random_horizontal_flip")])
    }
    let resize: RecipeValue = .map(["resize": .map(["size": sides])])
    let crop: RecipeValue = .map([
      "random_crop": .map(["size": sides, "padding": .number(Double(max(size.width / 8, 1)))])
    ])
    return .list(contract.channels == .gray ? [resize, crop] : [resize, crop, .text("random_horizontal_flip")])
  }

  /// As torchvision's reference recipes: for SSD colours, parts and smaller pictures on a larger ground, for others the sides alone.
  private static func torchvisionAugmentation(_ entry: ModelEntry, _ contract: InputContract) -> RecipeValue {
    guard let size = contract.size else { return .list([]) }
    let sides: RecipeValue = .list([.number(Double(size.height)), .number(Double(size.width))])
    let fill: RecipeValue = [124, 116, 104]
    guard entry.family == "SSD" else {
      return [
        "random_horizontal_flip", ["sanitize_bounding_boxes": ["min_size": 1]],
        ["letterbox": ["size": sides, "anchor": "top_left", "fill": fill]],
      ]
    }
    let cut: [RecipeValue] = [
      "random_iou_crop", "random_horizontal_flip", ["sanitize_bounding_boxes": ["min_size": 1]],
      ["resize": ["size": sides]],
    ]
    let isLite = entry.id.hasPrefix("ssdlite")
    return .list(isLite ? cut : ["random_photometric_distort", ["random_zoom_out": ["fill": fill]]] + cut)
  }

  /// As torchvision's references: resized to 0.5 to 2 times the size in use, flipped, cropped; what is padded is void. Pictures that
  /// are fed as they are keep their size, those that are stretched are cropped and stretched.
  private static func segmenterAugmentation(_ contract: InputContract, _ size: ImageSize) -> RecipeValue {
    let sides: RecipeValue = .list([.number(Double(size.height)), .number(Double(size.width))])
    let flip: RecipeValue = "random_horizontal_flip"
    let crop: RecipeValue = [
      "random_crop": ["size": sides, "pad_if_needed": true, "fill": ["image": 0, "mask": 255]]
    ]
    switch contract.fit {
    case .shortestSide(let side, _):
      let least = Double(max(side / 2, 1)), most = Double(max(side * 2, 2))
      return .list([["random_resize": ["min_size": .number(least), "max_size": .number(most)]], flip, crop])
    case .stretch, .letterbox:
      return .list([["random_resized_crop": ["size": sides, "scale": [0.25, 1]]], flip])
    case .none: return .list([flip, crop])
    }
  }

  /// As the official code of YOLOX for its small models: half of the pictures are mosaics, moved and scaled; colours and sides change.
  private static func detectorAugmentation(_ contract: InputContract) -> RecipeValue {
    var steps: [RecipeValue] = []
    if let size = contract.size {
      let sides: RecipeValue = .list([.number(Double(size.height)), .number(Double(size.width))])
      let affine: [String: RecipeValue] = [
        "degrees": 10, "translate": [0.05, 0.05], "scale": [0.5, 1.5], "shear": [-2, 2, -2, 2], "fill": 114,
        "interpolation": "bilinear",
      ]
      steps.append([
        "random_apply": [
          "transforms": [
            ["mosaic": ["size": sides, "fill": 114]], ["random_affine": .map(affine)], ["center_crop": ["size": sides]],
          ], "p": 0.5,
        ]
      ])
    }
    return .list(
      steps + [
        ["color_jitter": ["brightness": 0.3, "saturation": 0.5, "hue": 0.015]], "random_horizontal_flip",
        ["sanitize_bounding_boxes": ["min_size": 2]],
      ])
  }
}

/// The data of a run as its task reads them.
struct PreparedData {
  let training: any Dataset, validation: (any Dataset)?
  /// What was found in the masks, where the task is about them.
  let pixels: PixelData?
}

extension Recipe.Step {
  /// Whether several pictures make one, in it or in a step that it chooses from.
  var mixes: Bool { names(["mosaic", "mix_up", "cut_mix", "copy_paste"]) }

  /// Whether it is one of these steps, or chooses from such.
  func names(_ steps: Set<String>) -> Bool { Self.names(steps, value) }

  private static func names(_ steps: Set<String>, _ value: RecipeValue) -> Bool {
    switch value {
    case .text(let name): steps.contains(name)
    case .list(let values): values.contains { names(steps, $0) }
    case .map(let map): map.contains { steps.contains($0.key) || names(steps, $0.value) }
    default: false
    }
  }
}
