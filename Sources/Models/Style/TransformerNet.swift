import NeuralNetwork
import TensorCore

/// A feed-forward network that paints a picture in the style it was trained on. `[N, 3, H, W]` (RGB, 0 to 255; H and W at
/// least 5) -> `[N, 3, H', W']`, H and W rounded up to multiples of 4, about 0 to 255 and not clamped.
/// Johnson et al. 2016, arXiv 1603.08155; instance normalisation: Ulyanov et al. 2016, arXiv 1607.08022. Keys are those of
/// the fast_neural_style example of PyTorch.
public struct TransformerNet: Layer {
  private let descent: Sequential, residuals: Sequential, ascent: Sequential

  /// Builds the network of `width` channels at full resolution: 32 in the original.
  public init(_ scope: ParameterScope, width: Int = 32) {
    descent = Sequential([
      StyleConvolution(scope["conv1"], in: 3, out: width, kernel: 9),
      InstanceNorm2d(scope["in1"], channels: width), Activation.relu,
      StyleConvolution(scope["conv2"], in: width, out: 2 * width, kernel: 3, stride: 2),
      InstanceNorm2d(scope["in2"], channels: 2 * width), Activation.relu,
      StyleConvolution(scope["conv3"], in: 2 * width, out: 4 * width, kernel: 3, stride: 2),
      InstanceNorm2d(scope["in3"], channels: 4 * width), Activation.relu,
    ])
    residuals = Sequential((1...5).map { StyleResidual(scope["res\($0)"], channels: 4 * width) })
    ascent = Sequential([
      StyleConvolution(scope["deconv1"], in: 4 * width, out: 2 * width, kernel: 3, enlarges: true),
      InstanceNorm2d(scope["in4"], channels: 2 * width), Activation.relu,
      StyleConvolution(scope["deconv2"], in: 2 * width, out: width, kernel: 3, enlarges: true),
      InstanceNorm2d(scope["in5"], channels: width), Activation.relu,
      StyleConvolution(scope["deconv3"], in: width, out: 3, kernel: 9),
    ])
  }

  /// Paints.
  public func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor {
    try x.checkImages(smallest: 5, "transformer_net")
    return try ascent(residuals(descent(x)))
  }
}

extension TransformerNet: Network {}

/// A convolution over a picture that is mirrored at its edges, after doubling its size where it `enlarges`.
/// `[N, C, H, W]` -> `[N, K, H/stride, W/stride]`, rounded up.
private struct StyleConvolution: Layer {
  private let convolution: Conv2d, margin: Int, enlarges: Bool

  init(_ scope: ParameterScope, in c: Int, out k: Int, kernel: Int, stride: Int = 1, enlarges: Bool = false) {
    convolution = Conv2d(scope["conv2d"], in: c, out: k, kernel: kernel, stride: stride)
    margin = kernel / 2
    self.enlarges = enlarges
  }

  func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor {
    let y = enlarges ? try x.interpolate(scale: [2, 2], mode: .nearest) : x
    return try convolution(y.pad([(margin, margin), (margin, margin)], mode: .reflect))
  }
}

/// Two convolutions with instance normalisation and a shortcut; nothing after the sum. `[N, C, H, W]` -> the same.
private struct StyleResidual: Layer {
  private let first: StyleConvolution, firstNorm: InstanceNorm2d, second: StyleConvolution, secondNorm: InstanceNorm2d

  init(_ scope: ParameterScope, channels: Int) {
    first = StyleConvolution(scope["conv1"], in: channels, out: channels, kernel: 3)
    firstNorm = InstanceNorm2d(scope["in1"], channels: channels)
    second = StyleConvolution(scope["conv2"], in: channels, out: channels, kernel: 3)
    secondNorm = InstanceNorm2d(scope["in2"], channels: channels)
  }

  func callAsFunction(_ x: Tensor) throws(ShapeError) -> Tensor {
    try x + secondNorm(second(firstNorm(first(x)).relu()))
  }
}
