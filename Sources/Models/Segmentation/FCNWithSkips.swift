import NeuralNetwork
import TensorCore

/// Fully convolutional network over ResNet-18 with transposed convolutions, as "Dive into Deep Learning" builds it:
/// `[N, 3, H, W]` -> `[N, classes, H, W]`. Zhang et al. 2021, arXiv 2106.11342; Long et al. 2014, arXiv 1411.4038.
///
/// FCN-32s has the book's keys: the backbone's parts by number, `final_conv`, `transpose_conv`. FCN-16s and FCN-8s add the
/// scores of finer features on the way up. Sizes that strides do not divide are rounded up, and the scores then cut.
public struct FCNWithSkips: Layer {
  private let backbone: ResNet
  private let scores: Conv2d, skips: [Skip], enlarge: ConvTranspose2d

  /// The scores of finer features, and the way up to their resolution.
  private struct Skip: Sendable {
    let scores: Conv2d, enlarge: ConvTranspose2d
  }

  /// Builds the network; `skips` is 0 for FCN-32s, 1 for FCN-16s, 2 for FCN-8s.
  public init(_ scope: ParameterScope, classes: Int, skips: Int = 0) {
    backbone = ResNet(scope, .resNet18, hasHead: false, isNumbered: true)
    scores = Conv2d(scope["final_conv"], in: 512, out: classes, kernel: 1)
    self.skips = (0..<min(max(skips, 0), 2)).map { index in
      let stride = 16 >> index
      return Skip(
        scores: Conv2d(scope["score\(stride)"], in: 256 >> index, out: classes, kernel: 1),
        enlarge: Self.enlargement(scope["enlarge\(stride)"], classes: classes, by: 2))
    }
    enlarge = Self.enlargement(scope["transpose_conv"], classes: classes, by: 32 >> self.skips.count)
  }

  /// A transposed convolution that begins as bilinear interpolation.
  private static func enlargement(_ scope: ParameterScope, classes: Int, by factor: Int) -> ConvTranspose2d {
    ConvTranspose2d(
      scope, in: classes, out: classes, kernel: 2 * factor, stride: factor, padding: factor / 2, initializer: .bilinear)
  }

  /// Class scores of every pixel.
  public func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor {
    var features = try backbone.stages(x)
    var found = try scores(features.removeLast())
    for skip in skips {
      let finer = features.removeLast()
      found = try skip.enlarge(found).cut(to: finer) + skip.scores(finer)
    }
    return try enlarge(found).cut(to: x)
  }
}

extension FCNWithSkips: Network {}

extension Tensor {
  /// The upper left part, of the height and width of `other`.
  fileprivate func cut(to other: Tensor) throws(ShapeError) -> Tensor {
    try narrow(axis: 2, start: 0, length: other.shape[2]).narrow(axis: 3, start: 0, length: other.shape[3])
  }
}
