import Classification
import Detection
import Imaging
import Inference
import Models
import NeuralNetwork
import Segmentation
import StyleTransfer
import Synchronization
import TensorCore

/// A network whose outputs come from compiled plans, one for each shape of the input.
class CompiledNetwork: @unchecked Sendable {
  private let names = Mutex<[String]>([])
  private let network: any Network
  private let parameters: ParameterStore
  private let outputs = Mutex<CompiledFunction?>(nil)

  init(_ network: any Network, _ parameters: ParameterStore) {
    self.network = network
    self.parameters = parameters
  }

  /// A function of the network's layers, compiled when it is called.
  final func compiled(_ function: @escaping @Sendable (Tensor) throws(ShapeError) -> Tensor) -> CompiledFunction {
    CompiledFunction(parameters) { x throws(ShapeError) in [try function(x)] }
  }

  /// The network's outputs by name.
  final func outputs(for input: Tensor) throws(ShapeError) -> [NamedTensor] {
    let function = outputs.withLock { kept in
      if let kept { return kept }
      let function = CompiledFunction(parameters) { [network, unowned self] x throws(ShapeError) in
        let outputs = try network.outputs(for: x)
        self.names.withLock { $0 = outputs.map(\.name) }
        return outputs.map { $0.tensor }
      }
      kept = function
      return function
    }
    let tensors = try function(input)
    return zip(names.withLock { $0 }, tensors).map { NamedTensor($0, $1) }
  }
}

extension LoadedModel {
  /// The network's outputs by a compiled plan, in the precision that was asked for. Throws `ShapeError`.
  public func compiledOutputs(for input: Tensor) throws(ShapeError) -> [NamedTensor] {
    try CompiledNetwork(network, parameters).outputs(for: input)
  }
}

/// A compiled classifier.
final class CompiledClassifier: CompiledNetwork, FeatureNetwork, @unchecked Sendable {
  private let embedding: CompiledFunction

  init(_ network: any FeatureNetwork, _ parameters: ParameterStore) {
    embedding = CompiledFunction(parameters) { x throws(ShapeError) in [try network.features(of: x)] }
    super.init(network, parameters)
  }

  func features(of input: Tensor) throws(ShapeError) -> Tensor { try embedding(input)[0] }
}

/// A compiled segmentation network.
final class CompiledSegmenter: CompiledNetwork, SegmentationNetwork, @unchecked Sendable {
  let margin: Int
  private let pixels: CompiledFunction

  init(_ network: any SegmentationNetwork, _ parameters: ParameterStore) {
    margin = network.margin
    pixels = CompiledFunction(parameters) { x throws(ShapeError) in [try network.scores(for: x)] }
    super.init(network, parameters)
  }

  func scores(for input: Tensor) throws(ShapeError) -> Tensor { try pixels(input)[0] }
}

/// A compiled style network.
final class CompiledPainter: CompiledNetwork, StyleNetwork, @unchecked Sendable {
  private let picture: CompiledFunction

  init(_ network: any StyleNetwork, _ parameters: ParameterStore) {
    picture = CompiledFunction(parameters) { x throws(ShapeError) in [try network.painted(x)] }
    super.init(network, parameters)
  }

  func painted(_ input: Tensor) throws(ShapeError) -> Tensor { try picture(input)[0] }
}
