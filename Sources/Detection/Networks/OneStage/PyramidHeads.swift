import Models
import NeuralNetwork
import TensorCore

/// The head of RetinaNet over the maps of a pyramid, the same weights for all of them: four 3x3 convolutions, then the scores of
/// every class for each anchor, and beside them four more for the corrections of its box. Lin et al. 2017, arXiv 1708.02002.
struct RetinaNetHead: Sendable {
  private let classes: Int, classTower: Sequential, classifier: Conv2d, boxTower: Sequential, regressor: Conv2d

  /// A head over maps of 256 channels; with `groupNorm` the convolutions are normalised in 32 groups.
  init(_ scope: ParameterScope, anchorsPerCell: Int, classes: Int, groupNorm: Bool) {
    self.classes = classes
    let classScope = scope["classification_head"], boxScope = scope["regression_head"]
    func tower(_ scope: ParameterScope) -> Sequential {
      PyramidHead.tower { index in
        let part = scope["conv"][index]
        return groupNorm ? (part[0], part[1], false) : (part[0], nil, true)
      }
    }
    classTower = tower(classScope)
    classifier = PyramidHead.output(classScope["cls_logits"], anchorsPerCell * classes, bias: PyramidHead.rare)
    boxTower = tower(boxScope)
    regressor = PyramidHead.output(boxScope["bbox_reg"], anchorsPerCell * 4)
  }

  /// One map -> logits `[N, A, classes]` and corrections `[N, A, 4]`.
  func callAsFunction(_ map: Tensor) throws(ShapeError) -> PyramidHead.Output {
    PyramidHead.Output(
      logits: try classifier(classTower(map)).anchorRows(classes),
      corrections: try regressor(boxTower(map)).anchorRows(4))
  }
}

/// The head of FCOS: as RetinaNet's with one box a cell, whose corrections are distances to its four sides, and a guess at how
/// central the cell lies in it. Tian et al. 2019, arXiv 1904.01355.
struct FCOSHead: Sendable {
  private let classes: Int, classTower: Sequential, classifier: Conv2d
  private let boxTower: Sequential, regressor: Conv2d, centerness: Conv2d

  /// A head over maps of 256 channels.
  init(_ scope: ParameterScope, classes: Int) {
    self.classes = classes
    let classScope = scope["classification_head"], boxScope = scope["regression_head"]
    func tower(_ scope: ParameterScope) -> Sequential {
      PyramidHead.tower { (scope["conv"][3 * $0], scope["conv"][3 * $0 + 1], true) }
    }
    classTower = tower(classScope)
    classifier = PyramidHead.output(classScope["cls_logits"], classes, bias: PyramidHead.rare)
    boxTower = tower(boxScope)
    regressor = PyramidHead.output(boxScope["bbox_reg"], 4)
    centerness = PyramidHead.output(boxScope["bbox_ctrness"], 1)
  }

  /// One map -> logits `[N, A, classes]`, distances `[N, A, 4]` and centerness logits `[N, A, 1]`.
  func callAsFunction(_ map: Tensor) throws(ShapeError) -> PyramidHead.Output {
    let features = try boxTower(map)
    return PyramidHead.Output(
      logits: try classifier(classTower(map)).anchorRows(classes),
      corrections: try regressor(features).relu().anchorRows(4), centerness: try centerness(features).anchorRows(1))
  }
}

/// What the heads over pyramids have in common.
package enum PyramidHead {
  /// What a head says about one map of A anchors.
  package struct Output: Sendable {
    /// `[N, A, classes]`.
    package var logits: Tensor
    /// `[N, A, 4]`.
    package var corrections: Tensor
    /// `[N, A, 1]`, where the head guesses it.
    package var centerness: Tensor?

    /// An output.
    package init(logits: Tensor, corrections: Tensor, centerness: Tensor? = nil) {
      self.logits = logits
      self.corrections = corrections
      self.centerness = centerness
    }

    /// All of it.
    var tensors: [Tensor] { [logits, corrections] + [centerness].compactMap { $0 } }

    /// The outputs of the five levels out of the tensors of all.
    static func levels(_ tensors: [Tensor]) -> [Output] {
      let each = tensors.count / 5
      return stride(from: 0, to: 5 * each, by: max(each, 1)).map { at in
        Output(logits: tensors[at], corrections: tensors[at + 1], centerness: each > 2 ? tensors[at + 2] : nil)
      }
    }
  }

  /// The outputs of all levels one after another: logits, corrections and, where there is one, centerness.
  static func joined(_ levels: [Output]) throws(ShapeError) -> [Tensor] {
    let centerness = levels.compactMap(\.centerness)
    return [
      try .concatenate(levels.map(\.logits), axis: 1), try .concatenate(levels.map(\.corrections), axis: 1),
    ] + (centerness.isEmpty ? [] : [try .concatenate(centerness, axis: 1)])
  }

  /// Starts with every probability at 0.01, so that the many empty cells do not drown the loss (arXiv 1708.02002).
  static let rare = Initializer.constant(-4.59511985013459)

  /// Four convolutions of 256 channels with ReLU; `place` gives the scope of each, that of its normalisation where it has one, and
  /// whether the convolution has a bias.
  static func tower(
    _ place: (Int) -> (convolution: ParameterScope, norm: ParameterScope?, bias: Bool)
  ) -> Sequential {
    Sequential(
      (0..<4).flatMap { index -> [any Layer] in
        let place = place(index)
        let convolution = Conv2d(place.convolution, in: 256, out: 256, kernel: 3, padding: 1, bias: place.bias)
        let norm = place.norm.map { GroupNorm($0, groups: 32, channels: 256) }
        return [convolution] + (norm.map { [$0] } ?? []) + [Activation.relu]
      })
  }

  /// The last convolution.
  static func output(_ scope: ParameterScope, _ channels: Int, bias: Initializer = .constant(0)) -> Conv2d {
    Conv2d(scope, in: 256, out: channels, kernel: 3, padding: 1, biasInitializer: bias)
  }
}
