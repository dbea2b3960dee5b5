import CKernels
import TensorCore

/// A convolution as an implicit matrix product, or a matrix product: all is known when the step is made but where this run's values lie.
struct ProductStep: @unchecked Sendable {
  /// Without addresses, but for those of packed values.
  private let fixed: vk_bf16_conv
  private let isRounded: Bool
  private let source: Place, target: Place
  private let weights: Lowering.WeightSource, end: Lowering.Finish
  private let tiles: Int, floats: Int, products: Int

  /// `work` is without addresses. `isRounded` says whether factors are of bf16.
  init(
    _ work: vk_conv, isRounded: Bool, isRoundedOut: Bool = false, products: Int, _ source: Place, _ target: Place,
    _ weights: Lowering.WeightSource, _ end: Lowering.Finish
  ) {
    var fixed = vk_bf16_conv(conv: work, rounded_out: isRoundedOut, rounded_residual: end.isRoundedResidual)
    fixed.conv.weights = weights.fixed?.pointer
    fixed.conv.epilogue.bias = end.bias?.pointer
    (tiles, floats) =
      isRounded
      ? (vk_bf16_conv_tiles(KernelISA.bf16, &fixed), vk_bf16_conv_workspace(KernelISA.bf16, &fixed))
      : (vk_conv_tiles(KernelISA.current, &fixed.conv), vk_conv_workspace(KernelISA.current, &fixed.conv))
    self.fixed = fixed
    self.isRounded = isRounded
    self.products = products
    (self.source, self.target, self.weights, self.end) = (source, target, weights, end)
  }

  func run(_ frame: Frame) {
    var work = fixed
    work.conv.in.data = frame.floats(source)
    work.conv.out.data = frame.floats(target)
    if let place = weights.place { work.conv.weights = UnsafePointer(frame.floats(place)) }
    if let place = end.biasPlace { work.conv.epilogue.bias = UnsafePointer(frame.floats(place)) }
    if let place = end.residual { work.conv.epilogue.residual.data = frame.floats(place) }
    frame.fetchAhead(&work.conv)
    let addressed = work
    if isRounded {
      let isa = KernelISA.bf16
      frame.tiles(tiles, workspace: floats, work: products) { begin, end, space in
        var work = addressed
        vk_bf16_conv_run(isa, &work, begin, end, space)
      }
    } else {
      let isa = KernelISA.current
      frame.tiles(tiles, workspace: floats, work: products) { begin, end, space in
        var work = addressed.conv
        vk_conv_run(isa, &work, begin, end, space)
      }
    }
  }
}
