import Augmentation
import Classification
import Datasets
import Detection
import Imaging
import Models
import Training

/// What training depends on: the task that a model is for.
enum TrainingKind {
  case classification
  case detection
  case style

  /// Throws `CatalogError.wrongTask` for models that cannot be trained here.
  init(_ entry: ModelEntry) throws {
    switch entry.task {
    case .classification: self = .classification
    case .detection: self = .detection
    case .styleTransfer: self = .style
    default:
      throw CatalogError.wrongTask(
        model: entry.id, task: entry.task.name, wanted: "training")
    }
  }

  /// Throws where the data cannot be learned from.
  func check(_ data: TrainingData) throws {
    switch self {
    case .classification: try data.checkClasses()
    case .detection: try data.checkObjects()
    case .style: try data.checkPictures()
    }
  }

  /// The task of a session.
  func task(_ session: TrainingSession) throws -> any TrainingTask {
    switch self {
    case .classification: try session.classificationTask()
    case .detection: try session.detectionTask()
    case .style: try session.styleTask()
    }
  }

  /// What pictures go through where the recipe does not say.
  func augmentation(_ entry: ModelEntry, _ contract: InputContract) -> RecipeValue {
    switch self {
    case .classification: Self.classifierAugmentation(contract)
    case .detection:
      entry.countsBackground ? Self.torchvisionAugmentation(entry, contract) : Self.detectorAugmentation(contract)
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

extension Recipe.Step {
  /// Whether several pictures make one, in it or in a step that it chooses from.
  var mixes: Bool { Self.mixes(value) }

  private static func mixes(_ value: RecipeValue) -> Bool {
    switch value {
    case .text(let name): ["mosaic", "mix_up", "cut_mix", "copy_paste"].contains(name)
    case .list(let values): values.contains(where: mixes)
    case .map(let map): map.contains { mixes(.text($0.key)) || mixes($0.value) }
    default: false
    }
  }
}
