import Catalog
import Checkpoints
import Configuration
import Imaging
import Support
import TensorCore

/// Makes pictures numbers: `[1, 3, height, width]`, 0 to 1, or as a model's weights want them.
public struct TensorStage: ItemStage {
  static let scale = Setting<Double>.number("scale", 1, in: 1e-6...255, "What white becomes.")

  /// Its declaration.
  public static let declaration = StageDeclaration(
    "tensor", "Makes pictures numbers, [1, 3, height, width].", settings: [scale.declaration], needs: [.image],
    gives: [.tensor])

  private let scale: Float

  /// With a scale.
  public init(_ settings: SettingValues, _ context: StageContext) throws { scale = Float(settings[Self.scale]) }

  /// The sample with its numbers.
  public func callAsFunction(_ item: Item) throws -> [Item] {
    var item = item
    let image = try item.requireImage("tensor").converted(to: .rgb)
    let plane = image.width * image.height
    var values = [Float](repeating: 0, count: 3 * plane)
    for channel in 0..<3 {
      for place in 0..<plane {
        values[channel * plane + place] = Float(image.pixels[3 * place + channel]) / 255 * scale
      }
    }
    item.tensor = try Tensor(values, shape: [1, 3, image.height, image.width])
    return [item]
  }
}

/// Writes each sample's numbers as safetensors: `image`, `embedding`.
public struct WriteTensorsStage: FileWritingStage {
  static let output = Setting<String>.text("output", "runs/tensors", kind: .output, "Folder of the files.")

  /// Its declaration.
  public static let declaration = StageDeclaration(
    "write_tensors", "Writes numbers and feature vectors as .safetensors files.", settings: [output.declaration],
    main: "output")

  private let output: String
  private let folder: String
  private let name: String
  private let claims: OutputClaims

  /// Makes the folder.
  public init(_ settings: SettingValues, _ context: StageContext) throws {
    output = settings[Self.output]
    folder = try context.outputs.open(output, task: "tensors").folder
    name = context.name
    claims = context.outputs
  }

  /// Nothing to write.
  public static func faults(_ settings: SettingValues, _ context: CheckContext) -> [ConfigurationFault] {
    guard let input = context.input, input.components.isDisjoint(with: [.tensor, .embedding]) else { return [] }
    return [
      ConfigurationFault(
        settings.position,
        "write_tensors needs tensor or embedding, and the stream has \(input.description); put tensor or embed before it"
      )
    ]
  }

  /// The file's name.
  public func claim(_ input: ImageInput) -> String { claims.path(output, input, extension: "safetensors") }

  /// Writes the file.
  public func callAsFunction(_ item: Item) throws -> [Item] {
    var item = item
    var tensors: [(String, Tensor)] = []
    if let tensor = item.tensor { tensors.append(("image", tensor)) }
    if let vector = item.embedding { tensors.append(("embedding", try Tensor(vector, shape: [vector.count]))) }
    let path = item.path(claimedBy: name)
    try StateDictionary(tensors).writeSafeTensors(path: path)
    item.outputs.append(("tensors", path))
    return [item]
  }
}
