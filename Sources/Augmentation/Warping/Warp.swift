import CKernels
import Imaging

/// Pixels fetched from computed places, as PyTorch's `grid_sample` on bytes: bit for bit in its order of roundings.
struct Warp {
  private var plan: vk_warp
  private let displacement: [Float]

  /// A warp over a centred grid by six coefficients (output to source, in pixels from the middles).
  init(affine matrix: [Double], source: ImageSize, result: ImageSize) {
    let halves = [0.5 * Float(source.width), 0.5 * Float(source.height)]
    self.init(VK_WARP_AFFINE, matrix.enumerated().map { Float($1) / halves[$0 / 3] }, source, result)
  }

  /// A warp by the eight coefficients of a projection (output to source).
  init(perspective c: [Float], size: ImageSize) {
    let halves = [0.5 * Float(size.width), 0.5 * Float(size.height)]
    self.init(VK_WARP_PERSPECTIVE, c.enumerated().map { $0 < 6 ? $1 / halves[$0 / 3] : $1 }, size, size)
  }

  /// A warp by (dx, dy) a pixel, in halves of the sides.
  init(displacement: [Float], size: ImageSize) {
    self.init(VK_WARP_DISPLACEMENT, [], size, size, displacement)
  }

  private init(
    _ kind: vk_warp_kind, _ coefficients: [Float], _ source: ImageSize, _ result: ImageSize,
    _ displacement: [Float] = []
  ) {
    plan = vk_warp()
    plan.kind = kind
    withUnsafeMutableBytes(of: &plan.coefficients) { bytes in
      coefficients.withUnsafeBytes { bytes.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0.prefix(bytes.count))) }
    }
    (plan.width, plan.height) = (Int32(clamping: source.width), Int32(clamping: source.height))
    (plan.out_width, plan.out_height) = (Int32(clamping: result.width), Int32(clamping: result.height))
    self.displacement = displacement
  }

  /// The warped image. Without a `fill`, what lies outside is zero, and edges fade into it once; with one, PyTorch has
  /// them fade twice.
  func image(
    _ image: Image, as layer: ImageLayer, _ interpolation: WarpInterpolation, _ fill: Fill?
  ) throws(AugmentationError) -> Image {
    let isa = AugmentationKernels.isa
    let (width, height, channels) = (Int(plan.out_width), Int(plan.out_height), image.channels)
    let isNearest = interpolation == .nearest || layer != .picture
    let levels = (fill ?? .zero).levels(for: layer, channels: channels)
    let bytes = levels.map { UInt8($0.rounded(.toNearestOrEven)) }
    let values = levels.map { Float($0) }
    var plan = plan
    return try Image.made(width, height, image.format) { target in
      image.pixels.withUnsafeBufferPointer { source in
        guard let source = source.baseAddress else { return }
        withUnsafeTemporaryAllocation(of: Float.self, capacity: 2 * width) { places in
          guard let xs = places.baseAddress else { return }
          let ys = xs + width
          displacement.withUnsafeBufferPointer { displacement in
            for y in 0..<height {
              vk_warp_row(isa, &plan, Int32(y), displacement.baseAddress.map { $0 + 2 * width * y }, xs, ys)
              let row = target + y * width * channels
              if isNearest {
                vk_warp_nearest(
                  isa, source, plan.width, plan.height, Int32(channels), xs, ys, width, bytes, row)
              } else if fill != nil {
                vk_warp_bilinear(
                  isa, source, plan.width, plan.height, Int32(channels), xs, ys, width, values, row)
              } else {
                vk_warp_bilinear(isa, source, plan.width, plan.height, Int32(channels), xs, ys, width, nil, row)
              }
            }
          }
        }
      }
    }
  }
}
