import Detection
import Imaging
import Inference
import Models
import NeuralNetwork
import Synchronization
import TensorCore

/// The parts of a detector, each compiled when it is first run.
private final class CompiledParts: PartRunner {
  private let parameters: ParameterStore
  private let parts = Mutex<[String: CompiledFunction]>([:])

  init(_ parameters: ParameterStore) { self.parameters = parameters }

  func callAsFunction(
    _ name: String, _ input: Tensor, _ part: @escaping @Sendable (Tensor) throws(ShapeError) -> [Tensor]
  ) throws(ShapeError) -> [Tensor] {
    let function = parts.withLock { parts in
      if let kept = parts[name] { return kept }
      let function = CompiledFunction(parameters, part)
      parts[name] = function
      return function
    }
    return try function(input)
  }
}

/// A detector of torchvision's kind, whose parts are compiled.
private struct CompiledTorchvisionDetector: TorchvisionDetector {
  let detector: any TorchvisionDetector, compiled: CompiledParts

  var thresholds: DetectionThresholds { detector.thresholds }
  var listsLabelsFirst: Bool { detector.listsLabelsFirst }
  var findsMasks: Bool { detector.findsMasks }

  func detect(
    image: Tensor, _ thresholds: DetectionThresholds, _ parts: any PartRunner
  ) throws(ShapeError) -> ImageResult {
    try detector.detect(image: image, thresholds, compiled)
  }

  func rawOutputs(for input: Tensor) throws(ShapeError) -> [Tensor] { try detector.rawOutputs(for: input) }
}

/// Detectors that run by plans.
enum CompiledDetectors {
  /// The same network run by plans; as it is where there is no way to compile it.
  static func compiled(_ network: any DetectionNetwork, _ parameters: ParameterStore) -> any DetectionNetwork {
    switch network {
    case let network as any DenseDetectionNetwork: CompiledDenseDetector(network, parameters)
    case let network as any TorchvisionDetector:
      CompiledTorchvisionDetector(detector: network, compiled: CompiledParts(parameters))
    default: network
    }
  }
}

/// A compiled detector of dense candidates.
final class CompiledDenseDetector: CompiledNetwork, DenseDetectionNetwork, @unchecked Sendable {
  private let detector: any DenseDetectionNetwork

  init(_ network: any DenseDetectionNetwork, _ parameters: ParameterStore) {
    detector = network
    super.init(network, parameters)
  }

  func candidates(
    in outputs: [NamedTensor], image index: Int, inputSize: ImageSize, confidence: Float
  ) throws(ShapeError) -> [DetectionCandidate] {
    try detector.candidates(in: outputs, image: index, inputSize: inputSize, confidence: confidence)
  }
}
