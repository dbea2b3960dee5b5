import CKernels

/// A reduction over a set of axes.
package struct Reduction: Primitive {
  /// Which reduction.
  package enum Kind: Sendable, Hashable {
    case sum, mean, product, max, min
    case variance(unbiased: Bool), standardDeviation(unbiased: Bool)
    case logSumExp, norm, any, all
  }

  package static let name = "reduction"
  package static let onnxName = "Reduce"
  package let kind: Kind
  /// The axes that vanish, negative ones counted from the back; nil for all.
  package let axes: [Int]?
  /// Whether they stay with size 1.
  package let keepAxes: Bool

  package init(_ kind: Kind, axes: [Int]?, keepAxes: Bool) {
    self.kind = kind
    self.axes = axes
    self.keepAxes = keepAxes
  }

  package var operation: String { names.name }
  package var onnxOperator: String? { names.onnx }

  package func dtypes(ofInput index: Int) -> DTypeSet {
    switch kind {
    case .sum, .product: [.numeric, .bool]
    case .max, .min: .numeric
    case .any, .all: .bool
    default: .floating
    }
  }

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    let input = inputs[0]
    let isReduced = try Self.mask(axes, input, operation)
    if kind == .max || kind == .min, zip(input.shape, isReduced).contains(where: { $0 == 0 && $1 }) {
      throw ShapeError(.shape, operation, "an axis without elements has none (shape \(input.shape))")
    }
    let shape = input.shape.indices.compactMap { isReduced[$0] ? (keepAxes ? 1 : nil) : input.shape[$0] }
    let sums = kind == .sum || kind == .product
    return [TensorSpec(shape, sums && !input.dtype.isFloatingPoint ? .int64 : input.dtype)]
  }

  /// Which axes of `input` are reduced; throws where one is out of range or named twice.
  package static func mask(_ axes: [Int]?, _ input: TensorSpec, _ operation: String) throws(ShapeError) -> [Bool] {
    guard let axes else { return [Bool](repeating: true, count: input.rank) }
    var mask = [Bool](repeating: false, count: input.rank)
    for axis in axes {
      let positive = try input.checkedAxis(axis, operation)
      guard !mask[positive] else {
        throw ShapeError(.argument, operation, "axis \(axis) is named twice in \(axes) (shape \(input.shape))")
      }
      mask[positive] = true
    }
    return mask
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let spec = inputs[0].spec
    var isReduced = [Bool](repeating: axes == nil, count: spec.rank)
    for axis in axes ?? [] { isReduced[axis < 0 ? axis + spec.rank : axis] = true }
    let plan = ReductionPlan(shape: spec.shape, isReduced: isReduced)
    if spec.dtype == .float32 {
      FloatReduction(kind: kind, plan: plan).run(inputs[0].floats, into: outputs[0].floats)
    } else {
      IntegerReduction(kind: kind, plan: plan, dtype: spec.dtype).run(inputs[0].pointer, into: outputs[0])
    }
  }

  private var names: (name: String, onnx: String?) {
    switch kind {
    case .sum: ("sum", "ReduceSum")
    case .mean: ("mean", "ReduceMean")
    case .product: ("product", "ReduceProd")
    case .max: ("max", "ReduceMax")
    case .min: ("min", "ReduceMin")
    case .variance: ("variance", nil)
    case .standardDeviation: ("standard deviation", nil)
    case .logSumExp: ("log-sum-exp", "ReduceLogSumExp")
    case .norm: ("norm", "ReduceL2")
    case .any: ("any", nil)
    case .all: ("all", nil)
    }
  }
}
