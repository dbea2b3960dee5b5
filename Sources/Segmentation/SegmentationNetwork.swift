import Models
import NeuralNetwork
import TensorCore

/// A network that scores every pixel for every class.
public protocol SegmentationNetwork: Network {
  /// Scores `[N, classes, H, W]` for a batch `[N, C, H, W]`; the heads that only training uses are left out. With a single
  /// class, pixels above 0 belong to it.
  func scores(for input: Tensor) throws(ShapeError) -> Tensor
  /// Rows and columns that the scores lack on each side of the input; the picture is mirrored by as much beforehand.
  var margin: Int { get }
}

extension SegmentationNetwork where Self: Layer {
  /// The layer's result.
  public func scores(for input: Tensor) throws(ShapeError) -> Tensor { try self(input) }
}

extension SegmentationNetwork {
  /// None.
  public var margin: Int { 0 }
}

extension DenseClassifier: SegmentationNetwork {}
extension LRASPP: SegmentationNetwork {}
extension FCNWithSkips: SegmentationNetwork {}
extension UNet: SegmentationNetwork {}
extension UNetPaper: SegmentationNetwork {
  /// 92.
  public var margin: Int { Self.context }
}
