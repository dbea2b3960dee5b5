import CKernels
import TestSupport

/// Float memory that lives as long as its owner; C structures point into it.
final class TestFloats {
  let count: Int
  let base: UnsafeMutablePointer<Float>

  init(_ count: Int, _ value: (Int) -> Float = { _ in 77 }) {
    self.count = count
    base = .allocate(capacity: max(count, 1))
    for i in 0..<count { base[i] = value(i) }
  }

  convenience init(_ count: Int, seed: Int, scale: Float = 1) {
    self.init(count) { scale * Formula.value($0, seed: UInt32(seed)) }
  }

  deinit { base.deallocate() }
}

/// A channels-last map whose pixels may be wider than their channels.
struct TestMap {
  let n: Int, h: Int, w: Int, c: Int, pixel: Int
  let floats: TestFloats

  init(_ n: Int, _ h: Int, _ w: Int, _ c: Int, pixel: Int? = nil, seed: Int) {
    (self.n, self.h, self.w, self.c, self.pixel) = (n, h, w, c, pixel ?? c)
    floats = TestFloats(n * h * w * self.pixel, seed: seed)
  }

  var map: vk_map { vk_map_of(floats.base, h, w, pixel) }

  func index(_ n: Int, _ y: Int, _ x: Int, _ c: Int) -> Int { ((n * h + y) * w + x) * pixel + c }

  /// Zero outside the image.
  subscript(n: Int, y: Int, x: Int, c: Int) -> Double {
    y >= 0 && y < h && x >= 0 && x < w ? Double(floats.base[index(n, y, x, c)]) : 0
  }

  var copy: [Float] { (0..<floats.count).map { floats.base[$0] } }

  /// The largest difference to `wanted(n, y, x, c)`; what stands beside the channels must be as in `before`.
  func distance(from before: [Float], _ wanted: (Int, Int, Int, Int) -> Double) -> Double {
    var worst = 0.0
    for n in 0..<n {
      for y in 0..<h {
        for x in 0..<w {
          for c in 0..<pixel {
            let i = index(n, y, x, c), got = Double(floats.base[i])
            let expected = c < self.c ? wanted(n, y, x, c) : Double(before[i])
            let difference = got == expected ? 0 : abs(got - expected)
            if !(difference <= worst) { worst = difference.isNaN ? .infinity : difference }
          }
        }
      }
    }
    return worst
  }
}

/// How a convolution is drawn.
struct TestWindow: CustomStringConvertible {
  var kernel: (h: Int, w: Int), stride: (h: Int, w: Int), dilation: (h: Int, w: Int), pad: (h: Int, w: Int)
  var size: (h: Int, w: Int)

  init(_ g: inout SeededGenerator, kernel k: ClosedRange<Int> = 1...5, size s: ClosedRange<Int> = 1...16) {
    func pair(_ range: ClosedRange<Int>) -> (h: Int, w: Int) {
      (Int.random(in: range, using: &g), Int.random(in: range, using: &g))
    }
    (kernel, stride, dilation, pad) = (pair(k), pair(1...3), pair(1...2), pair(0...3))
    let more = pair(s)
    size = (
      max(dilation.h * (kernel.h - 1) + more.h - 2 * pad.h, 1), max(dilation.w * (kernel.w - 1) + more.w - 2 * pad.w, 1)
    )
  }

  var out: (h: Int, w: Int) {
    (
      (size.h + 2 * pad.h - dilation.h * (kernel.h - 1) - 1) / stride.h + 1,
      (size.w + 2 * pad.w - dilation.w * (kernel.w - 1) - 1) / stride.w + 1
    )
  }

  /// Whether the padded image holds the kernel.
  var fits: Bool {
    size.h + 2 * pad.h > dilation.h * (kernel.h - 1) && size.w + 2 * pad.w > dilation.w * (kernel.w - 1)
  }

  var description: String {
    "kernel \(kernel) stride \(stride) dilation \(dilation) pad \(pad) in \(size) out \(out)"
  }
}

let everyTier = [VK_ISA_PORTABLE, VK_ISA_AVX2, VK_ISA_AVX512].filter { $0.rawValue <= vk_isa_detect().rawValue }

/// What an epilogue does after the sum, in double precision.
func activated(_ x: Double, _ epilogue: vk_epilogue) -> Double {
  let a = Double(epilogue.a), b = Double(epilogue.b)
  switch epilogue.activation {
  case VK_ACTIVATION_RELU: return max(x, 0)
  case VK_ACTIVATION_CLIP: return min(max(x, a), b)
  case VK_ACTIVATION_LEAKY_RELU: return x > 0 ? x : a * x
  case VK_ACTIVATION_HARDSWISH: return x * min(max(x + 3, 0), 6) / 6
  case VK_ACTIVATION_HARDSIGMOID: return min(max(x + 3, 0), 6) / 6
  default: return x
  }
}

/// An epilogue with or without bias and residual, which may be `out` itself.
func drawEpilogue(_ g: inout SeededGenerator, bias: TestFloats, residual: TestMap, out: TestMap) -> vk_epilogue {
  let kinds = [
    VK_ACTIVATION_NONE, VK_ACTIVATION_RELU, VK_ACTIVATION_CLIP, VK_ACTIVATION_LEAKY_RELU, VK_ACTIVATION_HARDSWISH,
    VK_ACTIVATION_HARDSIGMOID,
  ]
  var epilogue = vk_epilogue()
  if Bool.random(using: &g) { epilogue.bias = UnsafePointer(bias.base) }
  switch Int.random(in: 0...2, using: &g) {
  case 1: epilogue.residual = residual.map
  case 2: epilogue.residual = out.map
  default: break
  }
  epilogue.activation = kinds[Int.random(in: 0..<kinds.count, using: &g)]
  (epilogue.a, epilogue.b) = epilogue.activation == VK_ACTIVATION_CLIP ? (-0.25, 0.5) : (0.1, 0)
  return epilogue
}

/// What the residual of a drawn epilogue adds.
func residualValue(_ e: vk_epilogue, _ residual: TestMap, _ out: TestMap, _ before: [Float], _ at: (Int, Int, Int, Int))
  -> Double
{
  guard let data = e.residual.data else { return 0 }
  if data == out.floats.base { return Double(before[out.index(at.0, at.1, at.2, at.3)]) }
  return residual[at.0, at.1, at.2, at.3]
}
