import NeuralNetwork
import TensorCore

/// A whole network as the catalog knows it: from one batch of images to named outputs.
public protocol Network: Sendable {
  /// Runs on `[N, C, H, W]` and gives every output by the name that the reference implementation gives it, in its order;
  /// a single one is called `output`.
  func outputs(for input: Tensor) throws(ShapeError) -> [NamedTensor]

  /// The bare network without pre- and postprocessing, on an input that is already as its first layer reads it: what
  /// benchmarks time and cost tables count. Reads no values, so that it can be recorded. `outputs(for:)` by default.
  func rawOutputs(for input: Tensor) throws(ShapeError) -> [Tensor]
}

extension Network {
  /// The tensors of `outputs(for:)`.
  public func rawOutputs(for input: Tensor) throws(ShapeError) -> [Tensor] { try outputs(for: input).map(\.tensor) }
}

/// A tensor and its name.
public struct NamedTensor: Sendable {
  /// The name.
  public let name: String
  /// The values.
  public let tensor: Tensor

  /// A tensor and its name.
  public init(_ name: String, _ tensor: Tensor) {
    self.name = name
    self.tensor = tensor
  }
}

extension Network where Self: Layer {
  /// The layer's only result, as `output`.
  public func outputs(for input: Tensor) throws(ShapeError) -> [NamedTensor] {
    [NamedTensor("output", try self(input))]
  }
}

/// A classifier that gives its features too: what `vision embed` writes.
public protocol FeatureNetwork: Network {
  /// The features that the last linear layer reads. `[N, C, H, W]` -> `[N, F]`.
  func features(of input: Tensor) throws(ShapeError) -> Tensor
}

extension YOLOX: Network {}
