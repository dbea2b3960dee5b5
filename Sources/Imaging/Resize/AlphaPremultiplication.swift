import CKernels

/// Colours times alpha and back, in bytes, as Pillow resizes `RGBA`: so that hidden colours do not bleed in.
enum AlphaPremultiplication {
  static func multiply(_ pixels: [UInt8]) -> [UInt8] { map(pixels, vk_premultiply) }

  static func divide(_ pixels: [UInt8]) -> [UInt8] { map(pixels, vk_unpremultiply) }

  private static func map(
    _ pixels: [UInt8], _ kernel: (vk_isa, UnsafePointer<UInt8>?, UnsafeMutablePointer<UInt8>?, Int) -> Void
  ) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: pixels.count) { buffer, count in
      let isa = ImageKernels.isa
      pixels.withUnsafeBufferPointer { source in
        guard let out = buffer.baseAddress, let source = source.baseAddress else { return }
        ImageKernels.rows(pixels.count / 4, cost: 8) { range in
          kernel(isa, source + 4 * range.lowerBound, out + 4 * range.lowerBound, range.count)
        }
      }
      count = pixels.count
    }
  }
}
