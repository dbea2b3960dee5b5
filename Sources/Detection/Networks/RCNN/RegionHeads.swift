import Models
import NeuralNetwork
import TensorCore

/// Class scores and a box for each class of every region. `[K, C, 7, 7]` -> logits `[K, classes]`, codes `[K, 4 * classes]`.
struct BoxHead: Sendable {
  /// What stands between the features and the two outputs.
  enum Body: Sendable, Hashable {
    /// Two linear layers of this width. Girshick 2015, arXiv 1504.08083.
    case linear(Int)
    /// Four convolutions with batch normalisation, one linear layer of this width. Li et al. 2021, arXiv 2111.11429.
    case convolutional(Int)
  }

  private let convolutions: [ConvBlock], linears: [Linear], scores: Linear, codes: Linear

  init(_ scope: ParameterScope, _ body: Body, in c: Int, side: Int, classes: Int) {
    let head = scope["box_head"], features: Int
    switch body {
    case .linear(let width):
      convolutions = []
      linears = [
        Linear(head["fc6"], in: c * side * side, out: width), Linear(head["fc7"], in: width, out: width),
      ]
      features = width
    case .convolutional(let width):
      convolutions = (0..<4).map { ConvBlock(head[$0], in: c, out: c, norm: .batch) }
      linears = [Linear(head[5], in: c * side * side, out: width)]
      features = width
    }
    scores = Linear(scope["box_predictor"]["cls_score"], in: features, out: classes)
    codes = Linear(scope["box_predictor"]["bbox_pred"], in: features, out: 4 * classes)
  }

  func callAsFunction(_ regions: Tensor) throws(ShapeError) -> (scores: Tensor, codes: Tensor) {
    var x = regions
    for convolution in convolutions { x = try convolution(x) }
    x = try x.flatten(from: 1)
    for linear in linears { x = try linear(x).relu() }
    return (try scores(x), try codes(x))
  }
}

/// A mask of each class for every region. `[K, C, 14, 14]` -> logits `[K, classes, 28, 28]`. He et al. 2017, arXiv 1703.06870.
struct MaskHead: Layer {
  private let convolutions: [ConvBlock], upscaling: ConvTranspose2d, logits: Conv2d

  init(_ scope: ParameterScope, in c: Int, norm: Normalization?, classes: Int) {
    convolutions = (0..<4).map { ConvBlock(scope["mask_head"][$0], in: c, out: 256, norm: norm) }
    let predictor = scope["mask_predictor"]
    upscaling = ConvTranspose2d(predictor["conv5_mask"], in: 256, out: 256, kernel: 2, stride: 2)
    logits = Conv2d(predictor["mask_fcn_logits"], in: 256, out: classes, kernel: 1)
  }

  func callAsFunction(_ regions: Tensor) throws(ShapeError) -> Tensor {
    var x = regions
    for convolution in convolutions { x = try convolution(x) }
    return try logits(upscaling(x).relu())
  }
}

/// A heat map of each keypoint for every region. `[K, C, 14, 14]` -> `[K, keypoints, 56, 56]`. He et al. 2017, arXiv 1703.06870.
struct KeypointHead: Layer {
  let keypoints: Int
  private let convolutions: [Conv2d], upscaling: ConvTranspose2d

  init(_ scope: ParameterScope, in c: Int, keypoints: Int) {
    self.keypoints = keypoints
    // ReLUs stand between them in torchvision's Sequential.
    convolutions = (0..<8).map {
      Conv2d(scope["keypoint_head"][2 * $0], in: $0 == 0 ? c : 512, out: 512, kernel: 3, padding: 1)
    }
    upscaling = ConvTranspose2d(
      scope["keypoint_predictor"]["kps_score_lowres"], in: 512, out: keypoints, kernel: 4, stride: 2, padding: 1)
  }

  func callAsFunction(_ regions: Tensor) throws(ShapeError) -> Tensor {
    var x = regions
    for convolution in convolutions { x = try convolution(x).relu() }
    return try upscaling(x).interpolate(scale: [2, 2], mode: .bilinear)
  }
}
