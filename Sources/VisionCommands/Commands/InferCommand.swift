import ArgumentParser
import Catalog
import Checkpoints
import Models
import NeuralNetwork
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

  @Option(help: "The model: an id of 'vision models list', or a darknet .cfg file.", completion: .models()) var model:
    String
  @Option(help: "A .safetensors file with the tensor 'input'.", completion: .file(extensions: ["safetensors"]))
  var input: String
  @Option(name: .shortAndLong, help: "The .safetensors file to write.") var output: String
  @Option(help: "Also write the output of every layer by its path, to find where a result begins to differ.")
  var layers: String?
  @OptionGroup var modelOptions: ModelOptions
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard layers == nil || modelOptions.precision == .fp32 else {
      throw ValidationError("--precision: layers one by one are computed in fp32")
    }
  }

  func run() throws {
    common.apply()
    let loaded = try ModelLoading.load(model, nil, modelOptions)
    let tensor = try Self.inputTensor(input)
    let outputs: [NamedTensor]
    do {
      outputs =
        try layers.map { try tracing(loaded.network, tensor, to: $0) }
        ?? (modelOptions.precision == .fp32
          ? loaded.network.outputs(for: tensor) : loaded.compiledOutputs(for: tensor))
    } catch let error as ShapeError {
      throw NetworkInputFault(model: loaded.id, source: input, reason: error.description)
    }
    if Interruption.isRequested { throw CommandEnd(code: .interrupted) }
    try StateDictionary(outputs.map { ($0.name, $0.tensor) }).writeSafeTensors(path: output)
    let shapes = outputs.map { ($0.name, $0.tensor.shape) }
    Console.shared.result(
      common.json
        ? JSONValue.object([
          ("outputs", .object(shapes.map { ($0.0, .array($0.1.map(JSONValue.int))) }))
        ]).text : shapes.map { "\($0.0) \($0.1)" }.joined(separator: "\n"))
  }

  private func tracing(_ network: any Network, _ tensor: Tensor, to path: String) throws -> [NamedTensor] {
    let trace = LayerTrace()
    let outputs = try trace.run { try network.outputs(for: tensor) }
    try StateDictionary(trace.outputs.map { ($0.name, $0.tensor) }).writeSafeTensors(path: path)
    return outputs
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
}
