import CKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Runs a reduction of float32 values. Folds are in float64; variance and log-sum-exp take a second pass around the mean
/// or the maximum of the first.
struct FloatReduction {
  let kind: Reduction.Kind
  let plan: ReductionPlan

  func run(_ x: UnsafePointer<Float>, into out: UnsafeMutablePointer<Float>) {
    let passes = passes
    if plan.segments == 1 {
      Parallel.ranges(plan.outputCount, grain: plan.outputGrain) { outputs in
        var centre: [Double] = []
        for (index, pass) in passes.enumerated() {
          var results = [Double](repeating: Self.identity(pass), count: outputs.count)
          fold(pass, x, outputs, plan.allPieces, centre, &results)
          if index == passes.count - 1 {
            finish(results, centre, out + outputs.lowerBound)
          } else {
            centre = results.map(self.centre)
          }
        }
      }
      return
    }
    var centre: [Double] = []
    for (index, pass) in passes.enumerated() {
      let results = foldSegments(pass, x, centre)
      if index == passes.count - 1 {
        finish(results, centre, out)
      } else {
        centre = results.map(self.centre)
      }
    }
  }

  private func foldSegments(_ pass: vk_reduction, _ x: UnsafePointer<Float>, _ centre: [Double]) -> [Double] {
    let count = plan.outputCount
    var all = [Double](repeating: Self.identity(pass), count: plan.segments * count)
    all.withUnsafeMutableBufferPointer { all in
      Parallel.ranges(plan.segments, grain: 1) { segments in
        for segment in segments {
          var results = [Double](repeating: Self.identity(pass), count: count)
          fold(pass, x, 0..<count, plan.pieces(ofSegment: segment), centre, &results)
          for output in 0..<count { all[segment * count + output] = results[output] }
        }
      }
    }
    var joined = Array(all[0..<count])
    for segment in 1..<plan.segments {
      for output in 0..<count { joined[output] = Self.join(pass, joined[output], all[segment * count + output]) }
    }
    return joined
  }

  /// Folds the pieces into `results`, which are those of `outputs`; `centre` is empty where the pass has none.
  private func fold(
    _ pass: vk_reduction, _ x: UnsafePointer<Float>, _ outputs: Range<Int>, _ pieces: Range<Int>, _ centre: [Double],
    _ results: inout [Double]
  ) {
    results.withUnsafeMutableBufferPointer { results in
      centre.withUnsafeBufferPointer { centre in
        guard let results = results.baseAddress else { return }
        let middle = centre.isEmpty ? nil : centre.baseAddress
        plan.forEachBlock(outputs: outputs, pieces: pieces) { source, length, output, width in
          let place = output - outputs.lowerBound
          if plan.reducesRows {
            vk_reduce_rows_f32(
              KernelISA.current, pass, x + source, width, plan.reduced, length, middle.map { $0 + place },
              results + place)
          } else {
            vk_reduce_columns_f32(
              KernelISA.current, pass, x + source, length, plan.kept, width, middle.map { $0 + place },
              results + place)
          }
        }
      }
    }
  }

  private var passes: [vk_reduction] {
    switch kind {
    case .sum, .mean, .any, .all: [VK_SUM]
    case .product: [VK_PRODUCT]
    case .max: [VK_MAX]
    case .min: [VK_MIN]
    case .norm: [VK_SUM_SQUARES]
    case .variance, .standardDeviation: [VK_SUM, VK_SUM_SQUARES]
    case .logSumExp: [VK_MAX, VK_SUM_EXP]
    }
  }

  private static func identity(_ pass: vk_reduction) -> Double {
    switch pass {
    case VK_PRODUCT: 1
    case VK_MAX: -.infinity
    case VK_MIN: .infinity
    default: 0
    }
  }

  private static func join(_ pass: vk_reduction, _ a: Double, _ b: Double) -> Double {
    switch pass {
    case VK_PRODUCT: a * b
    case VK_MAX: b > a || b.isNaN ? b : a
    case VK_MIN: b < a || b.isNaN ? b : a
    default: a + b
    }
  }

  /// What the second pass subtracts, from the first pass's result.
  private func centre(_ first: Double) -> Double {
    // An infinite maximum would make NaN of the infinite values themselves.
    kind == .logSumExp ? (first.isInfinite ? 0 : first) : first / Double(plan.reducedCount)
  }

  private func finish(_ results: [Double], _ centre: [Double], _ out: UnsafeMutablePointer<Float>) {
    let count = Double(plan.reducedCount)
    for (index, result) in results.enumerated() {
      let value =
        switch kind {
        case .mean: result / count
        case .variance(let unbiased): result / Swift.max(count - (unbiased ? 1 : 0), 0)
        case .standardDeviation(let unbiased): (result / Swift.max(count - (unbiased ? 1 : 0), 0)).squareRoot()
        case .norm: result.squareRoot()
        case .logSumExp: log(result) + centre[index]
        default: result
        }
      out[index] = Float(value)
    }
  }
}
