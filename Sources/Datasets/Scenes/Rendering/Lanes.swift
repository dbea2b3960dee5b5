import CSupport

/// One number of each of the four rays that a pixel is made of.
typealias Lanes = SIMD4<Float>
/// A yes or no for each ray.
typealias LaneMask = SIMDMask<SIMD4<Int32>>

/// Numbers lane by lane. The standard library's `pointwiseMin`, `rounded` and `squareRoot` go through one lane at a
/// time.
@inline(__always) func least(_ a: Lanes, _ b: Lanes) -> Lanes { a.replacing(with: b, where: b .< a) }
@inline(__always) func most(_ a: Lanes, _ b: Lanes) -> Lanes { a.replacing(with: b, where: b .> a) }
@inline(__always) func most(_ a: Lanes, _ b: Float) -> Lanes { most(a, Lanes(repeating: b)) }
@inline(__always) func least(_ a: Lanes, _ b: Float) -> Lanes { least(a, Lanes(repeating: b)) }
@inline(__always) func clamp(_ a: Lanes, _ low: Float, _ high: Float) -> Lanes { least(most(a, low), high) }
@inline(__always) func magnitude(_ a: Lanes) -> Lanes { most(a, -a) }
@inline(__always) func root(_ a: Lanes) -> Lanes { cs_lanes_sqrt(most(a, 0)) }
@inline(__always) func mix(_ a: Lanes, _ b: Lanes, _ t: Lanes) -> Lanes { a + (b - a) * t }

/// 0 below `low`, 1 above `high`, smooth between.
@inline(__always) func smoothStep(_ low: Float, _ high: Float, _ x: Lanes) -> Lanes {
  let t = clamp((x - low) * (1 / (high - low)), 0, 1)
  return t * t * (3 - 2 * t)
}

/// Adding and subtracting 1.5 * 2^23 rounds numbers below 2^22 to whole ones.
private let roundingOffset: Float = 12_582_912

/// The whole number below, for numbers within 2^22.
@inline(__always) func floor(_ x: Lanes) -> Lanes {
  let rounded = (x + roundingOffset) - roundingOffset
  return rounded - Lanes.zero.replacing(with: 1, where: rounded .> x)
}

/// The bits of a whole number within 2^22, for hashing.
@inline(__always) func wholeBits(_ x: Lanes) -> SIMD4<UInt32> {
  unsafeBitCast(x + roundingOffset, to: SIMD4<UInt32>.self)
}

/// Sine to about 0.001, which textures need.
@inline(__always) func sine(_ x: Lanes) -> Lanes {
  let turns = x * (0.5 / Float.pi)
  let t = (turns - floor(turns + 0.5)) * 2
  let y = 4 * t * (1 - magnitude(t))
  return 0.225 * (y * magnitude(y) - y) + y
}

/// Three numbers of each of the four rays: a place, a direction or a colour.
struct Lanes3 {
  var x: Lanes, y: Lanes, z: Lanes

  @inline(__always) init(_ x: Lanes, _ y: Lanes, _ z: Lanes) { (self.x, self.y, self.z) = (x, y, z) }
  /// The same for all rays.
  @inline(__always) init(_ v: SIMD3<Float>) {
    self.init(Lanes(repeating: v.x), Lanes(repeating: v.y), Lanes(repeating: v.z))
  }

  static let zero = Lanes3(.zero, .zero, .zero)

  @inline(__always) static func + (a: Lanes3, b: Lanes3) -> Lanes3 { Lanes3(a.x + b.x, a.y + b.y, a.z + b.z) }
  @inline(__always) static func - (a: Lanes3, b: Lanes3) -> Lanes3 { Lanes3(a.x - b.x, a.y - b.y, a.z - b.z) }
  @inline(__always) static func * (a: Lanes3, b: Lanes3) -> Lanes3 { Lanes3(a.x * b.x, a.y * b.y, a.z * b.z) }
  @inline(__always) static func * (a: Lanes3, b: Lanes) -> Lanes3 { Lanes3(a.x * b, a.y * b, a.z * b) }
  @inline(__always) static func * (a: Lanes3, b: Float) -> Lanes3 { Lanes3(a.x * b, a.y * b, a.z * b) }

  @inline(__always) func dot(_ b: Lanes3) -> Lanes { x * b.x + y * b.y + z * b.z }
  @inline(__always) func dot(_ b: SIMD3<Float>) -> Lanes { x * b.x + y * b.y + z * b.z }
  @inline(__always) var length: Lanes { root(dot(self)) }
  @inline(__always) var normalized: Lanes3 { self * (1 / most(length, 1e-12)) }
  @inline(__always) func reflected(_ normal: Lanes3) -> Lanes3 { self - normal * (2 * dot(normal)) }
  @inline(__always) func mixed(_ b: Lanes3, _ t: Lanes) -> Lanes3 {
    Lanes3(mix(x, b.x, t), mix(y, b.y, t), mix(z, b.z, t))
  }
  @inline(__always) func replacing(with b: Lanes3, where mask: LaneMask) -> Lanes3 {
    Lanes3(
      x.replacing(with: b.x, where: mask), y.replacing(with: b.y, where: mask), z.replacing(with: b.z, where: mask))
  }
}

extension SIMD3<Float> {
  @inline(__always) func dot(_ b: SIMD3<Float>) -> Float { x * b.x + y * b.y + z * b.z }
  func cross(_ b: SIMD3<Float>) -> SIMD3<Float> {
    SIMD3(y * b.z - z * b.y, z * b.x - x * b.z, x * b.y - y * b.x)
  }
  var length: Float { dot(self).squareRoot() }
  var normalized: SIMD3<Float> { self / Swift.max(length, 1e-12) }
}
