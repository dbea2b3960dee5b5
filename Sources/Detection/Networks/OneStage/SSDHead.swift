import NeuralNetwork
import TensorCore

/// A score for every class and a correction of the box, for every default box of every map, by one predictor a map and kind.
/// Maps `[N, C, H, W]` -> logits `[N, A, classes]` and corrections `[N, A, 4]`.
struct SSDHead: Sendable {
  private let classes: Int, classifiers: [any Layer], regressors: [any Layer]

  /// Predictors for maps of these channels with so many boxes a cell; `predictor` builds one from its scope, channels in and channels out.
  init(
    _ scope: ParameterScope, channels: [Int], boxesPerCell: [Int], classes: Int,
    predictor: (ParameterScope, Int, Int) -> any Layer
  ) {
    self.classes = classes
    func predictors(_ scope: ParameterScope, _ values: Int) -> [any Layer] {
      zip(channels, boxesPerCell).enumerated().map { index, map in
        predictor(scope["module_list"][index], map.0, map.1 * values)
      }
    }
    classifiers = predictors(scope["classification_head"], classes)
    regressors = predictors(scope["regression_head"], 4)
  }

  func callAsFunction(_ maps: [Tensor]) throws(ShapeError) -> (logits: Tensor, corrections: Tensor) {
    var logits: [Tensor] = [], corrections: [Tensor] = []
    for (index, map) in maps.enumerated() {
      logits.append(try classifiers[index](map).anchorRows(classes))
      corrections.append(try regressors[index](map).anchorRows(4))
    }
    return (try .concatenate(logits, axis: 1), try .concatenate(corrections, axis: 1))
  }
}

extension Tensor {
  /// A map whose channels are `values` for each of A anchors, as a row for every anchor of every cell: `[N, A * values, H, W]` ->
  /// `[N, H * W * A, values]`.
  func anchorRows(_ values: Int) throws(ShapeError) -> Tensor {
    try permute([0, 2, 3, 1]).reshape([shape[0], shape[2] * shape[3] * shape[1] / values, values])
  }
}
