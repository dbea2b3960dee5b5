import NeuralNetwork
import TensorCore

/// What GoogLeNet and Inception v3 have in common.
enum InceptionParts {
  /// Convolution, normalisation and ReLU under `conv` and `bn` (torchvision's `BasicConv2d`); keeps the size at stride 1
  /// where no padding is given.
  static func conv(
    _ scope: ParameterScope, in c: Int, out k: Int, kernel: [Int], stride: Int = 1, padding: Int? = nil, std: Double
  ) -> ConvNorm {
    ConvNorm(
      scope, in: c, out: k, kernel: kernel, stride: [stride, stride], padding: padding.map { [$0, $0] },
      norm: .batch(epsilon: 1e-3), activation: .relu, initializer: .truncatedNormal(std: std))
  }

  /// From ImageNet's normalisation to -1 ... 1, which the weights that were ported from TensorFlow and Caffe expect.
  /// `[N, 3, H, W]` -> the same.
  static func rescaled(_ x: Tensor) throws(ShapeError) -> Tensor {
    let means = [0.485, 0.456, 0.406], deviations = [0.229, 0.224, 0.225]
    let scale = try Tensor(deviations.map { Float($0 / 0.5) }, shape: [3, 1, 1])
    let shift = try Tensor(means.map { Float(($0 - 0.5) / 0.5) }, shape: [3, 1, 1])
    return try x * scale + shift
  }
}
