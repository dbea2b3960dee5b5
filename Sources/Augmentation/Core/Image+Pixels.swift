import Imaging
import TensorCore

extension Image {
  /// An image of a checked size whose bytes `fill` writes.
  static func made(
    _ width: Int, _ height: Int, _ format: PixelFormat, _ fill: (UnsafeMutablePointer<UInt8>) -> Void
  ) throws(AugmentationError) -> Image {
    try imaging { () throws(ImageError) in
      try ImageLimits.standard.check(width: width, height: height)
      return try Image(width: width, height: height, format: format) { bytes in
        fill(bytes)
        return nil
      }
    }
  }

  /// An image of this one's size and format whose bytes `fill` makes of this one's.
  func remade(
    _ fill: (_ source: UnsafePointer<UInt8>, _ target: UnsafeMutablePointer<UInt8>) -> Void
  ) throws(AugmentationError) -> Image {
    try Self.made(width, height, format) { target in
      pixels.withUnsafeBufferPointer { source in
        if let source = source.baseAddress { fill(source, target) }
      }
    }
  }

  /// Bytes a row.
  var stride: Int { width * channels }

  /// Throws for a picture with alpha, which colour operations do not know.
  func requireColors(for name: String) throws(AugmentationError) {
    guard format != .rgba else {
      throw .sample(name, "the picture has an alpha channel; convert it to RGB or grey")
    }
  }
}

/// How the loops reach their kernels.
enum AugmentationKernels {
  /// The processor's tier.
  static let isa = KernelISA.current
}
