import TensorCore

/// The operations of `Scripts/golden/gradients.py`, by name.
enum GoldenOperations {
  typealias Case = GradientGoldenTests.Case

  static func result(_ item: Case, _ x: [Tensor], _ fixed: [Tensor]) throws(ShapeError) -> Tensor {
    let parts = item.op.split(separator: ".").map(String.init)
    switch parts[0] {
    case "unary": return try unary(parts[1], x[0])
    case "binary": return try binary(parts[1], x)
    case "reduce": return try reduction(parts[1], x[0], item.pair("axes"))
    case "interpolate": return try interpolation(item, parts[1], x[0])
    case "pad": return try padding(parts[1], x[0])
    case "gridSample":
      return try x[0].gridSample(
        x[1], mode: item.flag("nearest") ? .nearest : .bilinear, padding: GridPadding(rawValue: parts[1]) ?? .zeros,
        alignCorners: item.flag("corners"))
    default: break
    }
    if let result = try layer(item, x, fixed) { return result }
    if let result = try movement(item, x, fixed) { return result }
    if let result = try region(item, x, fixed) { return result }
    throw ShapeError(.argument, item.op, "no such operation")
  }

  private static func unary(_ name: String, _ x: Tensor) throws(ShapeError) -> Tensor {
    let functions: [String: Unary.Function] = [
      "negate": .negate, "abs": .abs, "sign": .sign, "square": .square, "reciprocal": .reciprocal, "sqrt": .sqrt,
      "rsqrt": .rsqrt, "floor": .floor, "ceil": .ceil, "round": .round, "exp": .exp, "expm1": .expm1, "log": .log,
      "log1p": .log1p, "sin": .sin, "cos": .cos, "atan": .atan, "erf": .erf, "tanh": .tanh, "sigmoid": .sigmoid,
      "softplus": .softplus, "relu": .relu, "leakyReLU": .leakyReLU(slope: 0.1), "elu": .elu(alpha: 1.3),
      "silu": .silu, "mish": .mish, "gelu": .gelu, "geluTanh": .geluTanh, "hardswish": .hardswish,
      "hardsigmoid": .hardsigmoid, "clamp": .clamp(min: -0.5, max: 2.2),
    ]
    guard let function = functions[name] else { throw ShapeError(.argument, name, "no such function") }
    return try .applySingle(Unary(function), x)
  }

  private static func binary(_ name: String, _ x: [Tensor]) throws(ShapeError) -> Tensor {
    let functions: [String: Binary.Function] = [
      "add": .add, "subtract": .subtract, "multiply": .multiply, "divide": .divide, "power": .power,
      "minimum": .minimum, "maximum": .maximum, "atan2": .atan2, "preLU": .preLU,
    ]
    guard let function = functions[name] else { throw ShapeError(.argument, name, "no such function") }
    return try .applySingle(Binary(function), x[0], x[1])
  }

  private static func reduction(_ name: String, _ x: Tensor, _ axes: [Int]) throws(ShapeError) -> Tensor {
    let kinds: [String: Reduction.Kind] = [
      "sum": .sum, "mean": .mean, "max": .max, "min": .min, "variance": .variance(unbiased: true),
      "varianceBiased": .variance(unbiased: false), "standardDeviation": .standardDeviation(unbiased: true),
      "logSumExp": .logSumExp, "norm": .norm, "product": .product,
    ]
    guard let kind = kinds[name] else { throw ShapeError(.argument, name, "no such reduction") }
    return try .applySingle(Reduction(kind, axes: axes, keepAxes: false), x)
  }

  private static func interpolation(_ item: Case, _ name: String, _ x: Tensor) throws(ShapeError) -> Tensor {
    let mode = InterpolationMode(rawValue: name) ?? .nearest
    if let factors = item.settings["factors"] { return try x.interpolate(scale: factors, mode: mode) }
    return try x.interpolate(
      size: item.pair("size"), mode: mode, alignCorners: item.flag("corners"), antialias: item.flag("antialias"))
  }

  private static func padding(_ name: String, _ x: Tensor) throws(ShapeError) -> Tensor {
    let modes: [String: PadMode] = ["reflect": .reflect, "replicate": .replicate, "circular": .circular]
    return try x.pad([(1, 2), (3, 1)], mode: modes[name] ?? .constant(0))
  }

  private static func layer(_ item: Case, _ x: [Tensor], _ fixed: [Tensor]) throws(ShapeError) -> Tensor? {
    let stride = item.pair("stride"), padding = item.pair("padding"), dilation = item.pair("dilation")
    switch item.op {
    case "where": return try Tensor.where(fixed[0].greater(0), x[0], x[1])
    case "softmax": return try x[0].softmax(axis: item.int("axis"))
    case "logSoftmax": return try x[0].logSoftmax(axis: item.int("axis"))
    case "matmul": return try x[0].matmul(x[1])
    case "linear": return try x[0].linear(x[1], bias: x[2])
    case "convolution":
      return try x[0].convolution(
        x[1], bias: x[2], stride: stride, padding: padding, dilation: dilation, groups: item.int("groups"))
    case "convolutionTranspose":
      return try x[0].convolutionTranspose(
        x[1], bias: x[2], stride: stride, padding: padding, outputPadding: item.pair("outputPadding"),
        dilation: dilation, groups: item.int("groups"))
    case "batchNormTraining": return try x[0].batchNormTraining(weight: x[1], bias: x[2]).output
    case "batchNorm": return try x[0].batchNorm(mean: fixed[0], variance: fixed[1], weight: x[1], bias: x[2])
    case "layerNorm":
      return try x[0].layerNorm(normalizedShape: x[0].shape.suffix(item.int("last")), weight: x[1], bias: x[2])
    case "rmsNorm":
      return try x[0].rmsNorm(normalizedShape: x[0].shape.suffix(item.int("last")), weight: x[1], epsilon: 1e-5)
    case "groupNorm": return try x[0].groupNorm(groups: item.int("groups"), weight: x[1], bias: x[2])
    case "instanceNorm": return try x[0].instanceNorm(weight: x[1], bias: x[2])
    case "localResponseNorm":
      return try x[0].localResponseNorm(
        size: item.int("size"), alpha: item.double("alpha"), beta: item.double("beta"), k: item.double("k"))
    case "l2Normalize": return try x[0].l2Normalize(axis: item.int("axis"))
    case "maxPool":
      return try x[0].maxPool(
        kernel: item.pair("kernel"), stride: stride, padding: padding, dilation: dilation, ceilMode: item.flag("ceil"))
    case "averagePool":
      return try x[0].averagePool(
        kernel: item.pair("kernel"), stride: stride, padding: padding, ceilMode: item.flag("ceil"),
        countIncludePad: item.flag("counts"))
    case "adaptiveAveragePool": return try x[0].adaptiveAveragePool(item.pair("size"))
    case "adaptiveMaxPool": return try x[0].adaptiveMaxPool(item.pair("size"))
    case "attention":
      return try x[0].attention(key: x[1], value: x[2], terms: Array(x[3...]), scale: item.double("factor"))
    default: return nil
    }
  }

  private static func movement(_ item: Case, _ x: [Tensor], _ fixed: [Tensor]) throws(ShapeError) -> Tensor? {
    switch item.op {
    case "cumulativeSum": return try x[0].cumulativeSum(axis: item.int("axis"))
    case "gather": return try x[0].gather(axis: 0, index: fixed[0])
    case "scatterAdd": return try x[0].scatterAdd(axis: 0, index: fixed[0], source: x[1])
    case "scatter": return try .applySingle(Scatter(axis: 0, adds: false), x[0], fixed[0], x[1])
    case "indexSelect": return try x[0].indexSelect(axis: 1, index: fixed[0])
    case "roll": return try x[0].roll([2, -1], axes: [1, 2])
    case "tile": return try x[0].tile([2, 1, 3])
    case "tril": return try x[0].tril(diagonal: 1)
    case "triu": return try x[0].triu()
    case "topK": return try x[0].topK(3, axis: 1).values
    case "sort": return try x[0].sort(axis: 0).values
    default: return nil
    }
  }

  private static func region(_ item: Case, _ x: [Tensor], _ fixed: [Tensor]) throws(ShapeError) -> Tensor? {
    let size = item.pair("size"), ratio = item.int("ratio")
    switch item.op {
    case "roiAlign":
      return try x[0].roiAlign(
        fixed[0], outputSize: size, spatialScale: 0.8, samplingRatio: ratio, aligned: item.flag("aligned"))
    case "psRoIAlign":
      return try x[0].psRoIAlign(fixed[0], outputSize: size, spatialScale: 0.8, samplingRatio: ratio)
    case "roiPool": return try x[0].roiPool(fixed[0], outputSize: size, spatialScale: 0.8)
    case "psRoIPool": return try x[0].psRoIPool(fixed[0], outputSize: size, spatialScale: 0.8)
    case "deformable":
      return try x[0].deformableConvolution(
        x[1], offset: x[2], mask: x[3], bias: x[4], stride: item.pair("stride"), padding: item.pair("padding"),
        dilation: item.pair("dilation"))
    default: return nil
    }
  }
}
