import CKernels

/// Runs a reduction of integers or bools, in int64, which wraps on overflow.
struct IntegerReduction {
  let kind: Reduction.Kind
  let plan: ReductionPlan
  let dtype: DType

  func run(_ x: UnsafeRawPointer, into out: MutableTensorView) {
    Parallel.ranges(plan.outputCount, grain: plan.outputGrain) { outputs in
      var results = [Int64](repeating: identity, count: outputs.count)
      results.withUnsafeMutableBufferPointer { results in
        guard let results = results.baseAddress else { return }
        plan.forEachBlock(outputs: outputs, pieces: plan.allPieces) { source, length, output, width in
          let place = output - outputs.lowerBound
          let start = x + source * dtype.byteSize
          if plan.reducesRows {
            vk_reduce_rows_integer(
              KernelISA.current, code, dtype.kernelType, start, width, plan.reduced, length, results + place)
          } else {
            vk_reduce_columns_integer(
              KernelISA.current, code, dtype.kernelType, start, length, plan.kept, width, results + place)
          }
        }
        vk_cast(
          KernelISA.current, VK_INT64, out.dtype.kernelType, results,
          out.pointer + outputs.lowerBound * out.dtype.byteSize, outputs.count)
      }
    }
  }

  private var code: vk_reduction {
    switch kind {
    case .product: VK_PRODUCT
    case .max, .any: VK_MAX
    case .min, .all: VK_MIN
    default: VK_SUM
    }
  }

  private var identity: Int64 {
    switch kind {
    case .product, .all: 1
    case .max: .min
    case .min: .max
    default: 0
    }
  }
}
