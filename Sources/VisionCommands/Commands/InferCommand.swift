import ArgumentParser
import Catalog
import Checkpoints
import Support
import TensorCore

/// `vision infer`.
struct InferCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "infer", abstract: "Run a bare network on a tensor.",
    discussion: """
      The input file holds a float32 tensor 'input' of shape [N, C, H, W]; the output file gets every output of the \
      network by its name ('output' where there is one).

      EXAMPLES
        vision infer --model yolox_nano --weights yolox_nano.pth \\
          --input in.safetensors --output out.safetensors
      """)

  @Option(help: "The model: an id of 'vision models list', or a darknet .cfg file.") var model: String
  @Option(help: "A .safetensors file with the tensor 'input'.") var input: String
  @Option(name: .shortAndLong, help: "The .safetensors file to write.") var output: String
  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup var common: CommonOptions

  func run() throws {
    common.apply()
    let loaded = try ModelLoading.load(model, nil, modelOptions)
    let tensor = try Self.inputTensor(input)
    let outputs: [NamedOutput]
    do {
      outputs = try loaded.network.outputs(for: tensor).map { NamedOutput(name: $0.name, tensor: $0.tensor) }
    } catch { throw InferenceFault(path: input, model: loaded.id, reason: error.description) }
    if Interruption.isRequested { throw CommandEnd(code: .interrupted) }
    try StateDictionary(outputs.map { ($0.name, $0.tensor) }).writeSafeTensors(path: output)
    let shapes = outputs.map { ($0.name, $0.tensor.shape) }
    Console.shared.result(
      common.json
        ? JSONValue.object([
          ("outputs", .object(shapes.map { ($0.0, .array($0.1.map(JSONValue.int))) }))
        ]).text : shapes.map { "\($0.0) \($0.1)" }.joined(separator: "\n"))
  }

  private struct NamedOutput {
    let name: String
    let tensor: Tensor
  }

  private static func inputTensor(_ path: String) throws -> Tensor {
    let file = try StateDictionary.read(path: path)
    guard let spec = file.spec(of: "input") else {
      throw InputFault(
        path: path, reason: "holds no tensor 'input' (it has \(file.names.prefix(5).joined(separator: ", ")))")
    }
    guard spec.dtype == .float32, spec.rank == 4 else {
      throw InputFault(path: path, reason: "'input' is \(spec); expected float32 [N, C, H, W]")
    }
    return try file.tensor("input")
  }

  /// An input tensor that is not there or of the wrong kind.
  private struct InputFault: ReportableError {
    let path: String
    let reason: String
    var code: String { "input.tensor" }
    var exitCode: Support.ExitCode { .damagedInput }
    var description: String { "\(path): \(reason)" }
  }

  /// A network that cannot take this input.
  private struct InferenceFault: ReportableError {
    let path: String
    let model: String
    let reason: String
    var code: String { "input.shape" }
    var exitCode: Support.ExitCode { .damagedInput }
    var description: String { "\(path): does not suit \(model): \(reason)" }
  }
}
