import CKernels

/// A 3x3 convolution both ways, on one thread.
struct ConvolutionTrial {
  private let tier: vk_isa, channels: Int, height: Int, width: Int
  private let isRounded: Bool

  init(_ tier: vk_isa, channels: Int, height: Int, width: Int) {
    (self.tier, self.channels, self.height, self.width) = (tier, channels, height, width)
    isRounded = tier == VK_ISA_AVX512_BF16
  }

  /// The direct way's time in that of Winograd's: the least of some runs each, in turns.
  var ratio: Double {
    var weights = vk_conv_weights(
      groups: 1, out_channels: channels, in_channels: channels, kernel_h: 3, kernel_w: 3, data: nil, group_stride: 0,
      out_stride: channels * 9, in_stride: 9, y_stride: 3, x_stride: 1, scale: nil)
    let input = Floats(height * width * channels), output = Floats(height * width * channels)
    let maps = (
      vk_map_of(input.base, height, width, channels), vk_map_of(output.base, height, width, channels)
    )
    var conv = vk_conv(
      batch: 1, in_h: height, in_w: width, out_h: height, out_w: width, groups: 1, in_channels: channels,
      out_channels: channels, kernel_h: 3, kernel_w: 3, stride_h: 1, stride_w: 1, dilation_h: 1, dilation_w: 1,
      pad_top: 1, pad_left: 1, in: maps.0, out: maps.1, weights: nil, epilogue: vk_epilogue(), ahead: nil,
      ahead_bytes: 0)
    var winograd = vk_winograd(
      side: 4, batch: 1, in_h: height, in_w: width, out_h: height, out_w: width, in_channels: channels,
      out_channels: channels, dilation: 1, pad_top: 1, pad_left: 1, in: maps.0, out: maps.1, weights: nil, late: false,
      epilogue: vk_epilogue())
    winograd.late = !isRounded && vk_winograd_is_late(&winograd)
    let plain = isRounded ? vk_bf16_conv_packed_count(tier, &weights) : vk_conv_packed_count(tier, &weights)
    let direct = Copies(plain)
    let transformed =
      winograd.late
      ? direct
      : Copies(
        isRounded ? vk_bf16_winograd_packed_count(tier, &weights) : vk_winograd_packed_count(tier, 4, &weights))
    let space = Floats(workspace(conv, winograd)), shared = Floats(sharedFloats(winograd))
    var least = (Double.infinity, Double.infinity), spent = 0.0
    // The first turn finds what it needs nowhere.
    for turn in 0..<200 where turn < 4 || spent < 0.2 {
      conv.weights = UnsafePointer(direct[turn])
      winograd.weights = UnsafePointer(transformed[turn + transformed.count / 2])
      let times = (seconds { run(conv, space.base) }, seconds { run(winograd, shared.base, space.base) })
      least = (min(least.0, times.0), min(least.1, times.1))
      spent += times.0 + times.1
    }
    return least.0 / least.1
  }

  private func rounded(_ conv: vk_conv) -> vk_bf16_conv {
    vk_bf16_conv(conv: conv, rounded_out: true, rounded_residual: false)
  }

  private func rounded(_ winograd: vk_winograd) -> vk_bf16_winograd {
    vk_bf16_winograd(winograd: winograd, rounded_in: true, rounded_out: true, rounded_residual: false)
  }

  private func workspace(_ conv: vk_conv, _ winograd: vk_winograd) -> Int {
    if isRounded {
      var (conv, winograd) = (rounded(conv), rounded(winograd))
      return max(vk_bf16_conv_workspace(tier, &conv), vk_bf16_winograd_workspace(tier, &winograd))
    }
    var (conv, winograd) = (conv, winograd)
    return max(vk_conv_workspace(tier, &conv), vk_winograd_workspace(tier, &winograd))
  }

  private func sharedFloats(_ winograd: vk_winograd) -> Int {
    var rounded = rounded(winograd)
    return isRounded ? vk_bf16_winograd_shared(tier, &rounded) : vk_winograd_shared(tier, &rounded.winograd)
  }

  private func run(_ conv: vk_conv, _ space: UnsafeMutablePointer<Float>) {
    var rounded = rounded(conv)
    if isRounded {
      vk_bf16_conv_run(tier, &rounded, 0, vk_bf16_conv_tiles(tier, &rounded), space)
    } else {
      vk_conv_run(tier, &rounded.conv, 0, vk_conv_tiles(tier, &rounded.conv), space)
    }
  }

  private func run(
    _ winograd: vk_winograd, _ shared: UnsafeMutablePointer<Float>, _ space: UnsafeMutablePointer<Float>
  ) {
    var rounded = rounded(winograd)
    if isRounded {
      for phase in 0..<vk_bf16_winograd_phases(tier, &rounded) {
        vk_bf16_winograd_run(tier, &rounded, phase, 0, vk_bf16_winograd_tiles(tier, &rounded, phase), shared, space)
      }
    } else {
      for phase in 0..<vk_winograd_phases(tier, &rounded.winograd) {
        let tiles = vk_winograd_tiles(tier, &rounded.winograd, phase)
        vk_winograd_run(tier, &rounded.winograd, phase, 0, tiles, shared, space)
      }
    }
  }

  private func seconds(_ body: () -> Void) -> Double { ContinuousClock().measure(body) / .seconds(1) }
}

/// Zeros that lie as kernels want them.
final class Floats {
  let base: UnsafeMutablePointer<Float>

  init(_ count: Int) {
    base = UnsafeMutableRawPointer.allocate(byteCount: max(count, 1) * 4, alignment: 64)
      .bindMemory(to: Float.self, capacity: max(count, 1))
    base.initialize(repeating: 0, count: max(count, 1))
  }

  deinit { UnsafeMutableRawPointer(base).deallocate() }
}

/// As many copies of weights as drive each other from the caches, 64 at most.
struct Copies {
  private let copies: [Floats]

  init(_ count: Int) { copies = (0..<min(max((64 << 20) / (count * 4), 1), 64)).map { _ in Floats(count) } }

  var count: Int { copies.count }

  subscript(turn: Int) -> UnsafeMutablePointer<Float> { copies[turn % copies.count].base }
}
