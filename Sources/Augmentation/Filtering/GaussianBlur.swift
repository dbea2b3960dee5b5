import CKernels
import Imaging

/// Blurred by a Gaussian, edges mirrored. As torchvision's `gaussian_blur`; it sums in another order, so that values
/// halfway between two levels may round to the other one.
public struct GaussianBlur: RecoloringTransform, FixedAugmentation, Hashable {
  /// Columns of the kernel, odd.
  public let width: Int
  /// Rows of the kernel, odd.
  public let height: Int
  private let across: [Float]
  private let down: [Float]

  /// A blur. Throws `AugmentationError.parameter` for even sizes or beyond 1023, or deviations that are not above 0.
  public init(width: Int, height: Int, sigma: (x: Double, y: Double)) throws(AugmentationError) {
    for size in [width, height] where !(1...1023).contains(size) || size.isMultiple(of: 2) {
      throw .parameter("gaussian_blur", "kernel_size is \(size); expected an odd number from 1 to 1023")
    }
    for value in [sigma.x, sigma.y] where !(value > 1e-6 && value < 1e6) {
      throw .parameter("gaussian_blur", "sigma is \(value); expected a number above 0")
    }
    self.width = width
    self.height = height
    across = GaussianKernel.weights(width, sigma: sigma.x)
    down = GaussianKernel.weights(height, sigma: sigma.y)
  }

  /// The blurred picture.
  public func recolored(_ image: Image) throws(AugmentationError) -> Image {
    try image.requireColors(for: "gaussian_blur")
    let isa = AugmentationKernels.isa
    let beyond = Self.beyond(width, image.width), half = height / 2
    return try image.remade { source, target in
      withUnsafeTemporaryAllocation(of: Float.self, capacity: (image.width + width) * image.channels) { scratch in
        for y in 0..<image.height {
          let rows: [UnsafePointer<UInt8>?] = (0..<height).map {
            source + Mirror.reflected(y + $0 - half, image.height) * image.stride
          }
          vk_blur(
            isa, rows, down, height, across, width, beyond, image.width, image.channels, scratch.baseAddress,
            target + y * image.stride)
        }
      }
    }
  }

  /// A plane of floats, blurred.
  func blurred(_ plane: [Float], width planeWidth: Int, height planeHeight: Int) -> [Float] {
    let isa = AugmentationKernels.isa
    let beyond = Self.beyond(width, planeWidth), half = height / 2
    return [Float](unsafeUninitializedCapacity: plane.count) { target, count in
      plane.withUnsafeBufferPointer { source in
        guard let source = source.baseAddress, let target = target.baseAddress else { return }
        withUnsafeTemporaryAllocation(of: Float.self, capacity: planeWidth + width) { scratch in
          for y in 0..<planeHeight {
            let rows: [UnsafePointer<Float>?] = (0..<height).map {
              source + Mirror.reflected(y + $0 - half, planeHeight) * planeWidth
            }
            vk_blur_floats(
              isa, rows, down, height, across, width, beyond, planeWidth, scratch.baseAddress,
              target + y * planeWidth)
          }
        }
      }
      count = plane.count
    }
  }

  /// The columns that stand left and right of a row.
  private static func beyond(_ kernel: Int, _ length: Int) -> [Int32] {
    let half = kernel / 2
    return (0..<half).map { Int32(Mirror.reflected($0 - half, length)) }
      + (0..<half).map { Int32(Mirror.reflected(length + $0, length)) }
  }
}
