import Configuration
import Models
import TensorCore

/// Settings of every stage that runs a model.
enum ModelSettings {
  static let weights = Setting<String?>.optionalText(
    "weights", "A weights file, a manifest's id, or 'random'; none for the model's own.")
  static let seed = Setting<Int>.integer("seed", 0, in: 0...Int.max, "Seed of random weights.")
  static let batch = Setting<Int>.integer("batch", 1, in: 1...1024, "Samples that go through the network at a time.")
  static let precision = Setting<Precision>.choice("precision", .fp32, "Arithmetic of products.")
  static let sha256 = Setting<String?>.optionalText(
    "sha256", "The SHA-256 that the weights must have; records of runs say it.")

  /// The model, with the task's default.
  static func model(_ task: ModelTask) -> Setting<String> {
    let standard =
      switch task {
      case .classification: "resnet18"
      case .detection: "yolo"
      case .segmentation: "fcn_resnet50"
      case .styleTransfer: "transformer_net_nc16"
      }
    return .text(
      "model", standard, kind: .model(task: task.name),
      "The model: an id of 'vision models list', or a darknet .cfg file.")
  }

  /// All of them.
  static func all(_ task: ModelTask) -> [SettingDeclaration] {
    [
      model(task).declaration, weights.declaration, seed.declaration, batch.declaration, precision.declaration,
      sha256.declaration,
    ]
  }
}
