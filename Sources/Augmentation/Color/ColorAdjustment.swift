import CKernels
import Imaging

/// Brightness, contrast, saturation and hue in any order. As torchvision's `adjust_*` one after the other, bytes cut to
/// whole numbers in between, but in one pass over the picture (two where the contrast's mean is needed).
public struct ColorAdjustment: RecoloringTransform, FixedAugmentation, Hashable {
  /// A step.
  public enum Step: Sendable, Hashable {
    /// Levels times a factor, 0 or more.
    case brightness(Double)
    /// Away from (factor above 1) or towards the mean luma.
    case contrast(Double)
    /// Away from or towards each pixel's luma.
    case saturation(Double)
    /// The hue turned by a part of the circle, -0.5 to 0.5.
    case hue(Double)
    /// Luma in every channel.
    case grayscale
  }

  /// In the order of their doing.
  public let steps: [Step]

  /// Steps. Throws `AugmentationError.parameter` for negative factors, hues beyond half a circle, or numbers not
  /// finite.
  public init(_ steps: [Step]) throws(AugmentationError) {
    for step in steps {
      switch step {
      case .brightness(let factor): try checkNumber(factor, 0...1e6, "the brightness factor", "color_jitter")
      case .contrast(let factor): try checkNumber(factor, 0...1e6, "the contrast factor", "color_jitter")
      case .saturation(let factor): try checkNumber(factor, 0...1e6, "the saturation factor", "color_jitter")
      case .hue(let factor): try checkNumber(factor, -0.5...0.5, "the hue factor", "color_jitter")
      case .grayscale: break
      }
    }
    self.steps = steps
  }

  /// The adjusted picture.
  public func recolored(_ image: Image) throws(AugmentationError) -> Image {
    try image.requireColors(for: "color_jitter")
    guard !steps.isEmpty else { return image }
    let isa = AugmentationKernels.isa
    let pixels = image.width * image.height, channels = image.channels
    return try image.remade { source, target in
      var from = source
      var waiting: [vk_color_step] = []
      for step in steps {
        var kernel = Self.kernel(step)
        if case .contrast = step {
          // What comes before is done first, since its mean is wanted; with nothing before, only the sum is made.
          var sum: UInt64 = 0
          vk_color_chain(isa, from, waiting.isEmpty ? nil : target, pixels, channels, waiting, waiting.count, &sum)
          if !waiting.isEmpty { from = UnsafePointer(target) }
          waiting = []
          kernel.mean = Float(Double(sum) / Double(pixels))
        }
        waiting.append(kernel)
      }
      vk_color_chain(isa, from, target, pixels, channels, waiting, waiting.count, nil)
    }
  }

  private static func kernel(_ step: Step) -> vk_color_step {
    var result = vk_color_step()
    func set(_ kind: vk_color_kind, _ factor: Double) {
      result.kind = kind
      result.factor = Float(factor)
      result.rest = Float(1 - factor)
    }
    switch step {
    case .brightness(let factor): set(VK_COLOR_BRIGHTNESS, factor)
    case .contrast(let factor): set(VK_COLOR_CONTRAST, factor)
    case .saturation(let factor): set(VK_COLOR_SATURATION, factor)
    case .hue(let factor): set(VK_COLOR_HUE, factor)
    case .grayscale: set(VK_COLOR_GRAY, 0)
    }
    return result
  }
}
