/// A solid by its signed distance (Hart 1996, Sphere tracing), in a frame of its own whose `v` axis is up for what
/// stands.
struct Solid {
  /// What the sizes `a`, `b`, `c` mean.
  enum Shape: UInt8 {
    /// Radius `a`.
    case sphere
    /// Half axes `a`, `b`, `c`.
    case ellipsoid
    /// Half sides `a`, `b`, `c`.
    case box
    /// Radius `a`, half height `b`.
    case cylinder
    /// Lower radius `a`, half height `b`, upper radius `c`.
    case cone
    /// Radius `a` of the ring, `b` of its tube.
    case torus
    /// Radius `a`, half length `b` along `v`.
    case capsule
    /// A bent capsule: part of a ring of radius `a` around a centre that lies `a` behind the origin along `w`; tube
    /// `b`, half
    /// length `c` along the ring, the ends thinner by `d`.
    case arc
    /// A winding tube on the upper side of an `arc` of tube `b`: half length `c`, amplitude `d`, `e` waves a unit.
    case wave
    /// A disc or strip of half axes `a` and `c`, thickness `b`, waving by `d`, `e` waves a unit.
    case leaf
  }

  var shape: Shape
  var center: SIMD3<Float>
  /// Axes of its frame in the world, of length 1 and at right angles.
  var u = SIMD3<Float>(1, 0, 0), v = SIMD3<Float>(0, 1, 0), w = SIMD3<Float>(0, 0, 1)
  var a: Float, b: Float, c: Float, d: Float = 0, e: Float = 0
  /// By how much edges are rounded, outward.
  var rounding: Float = 0
  /// How far it flows into the solids of its body before it.
  var blend: Float = 0
  /// What lies below this height of its frame is cut away.
  var cut: Float = -1e9
  /// Its place in the scene's materials.
  var material = 0
  /// `bound`, once the solid is in a scene.
  var reach: Float = 0

  init(_ shape: Shape, _ a: Float, _ b: Float = 0, _ c: Float = 0, at center: SIMD3<Float> = .zero) {
    (self.shape, self.center, self.a, self.b, self.c) = (shape, center, a, b, c)
  }

  /// The radius of a ball around `center` that holds all of it.
  var bound: Float {
    let size: Float =
      switch shape {
      case .sphere: a
      case .ellipsoid: max(a, b, c)
      case .box: (a * a + b * b + c * c).squareRoot()
      case .cylinder: (a * a + b * b).squareRoot()
      case .cone: (max(a, c) * max(a, c) + b * b).squareRoot()
      case .torus, .capsule: a + b
      case .arc: b + c
      case .wave: b + c + d + 0.1
      case .leaf: (a * a + c * c).squareRoot() + b + d
      }
    return size + rounding + blend * 0.3
  }

  /// A place of the world in the solid's frame.
  @inline(__always) func local(_ p: Lanes3) -> Lanes3 {
    let q = Lanes3(p.x - center.x, p.y - center.y, p.z - center.z)
    return Lanes3(q.dot(u), q.dot(v), q.dot(w))
  }

  /// Distance to the surface, negative inside; where the shape waves, at most that.
  @inline(__always) func distance(_ world: Lanes3) -> Lanes {
    let p = local(world)
    let d = shapeDistance(p)
    return cut > -1e8 ? most(d, cut - p.y) : d
  }

  private func shapeDistance(_ p: Lanes3) -> Lanes {
    switch shape {
    case .sphere: return p.length - a
    case .ellipsoid:
      let q = Lanes3(p.x * (1 / a), p.y * (1 / b), p.z * (1 / c))
      let gradient = Lanes3(q.x * (1 / a), q.y * (1 / b), q.z * (1 / c)).length
      let k = q.length
      return k * (k - 1) / most(gradient, 1e-6)
    case .box:
      let q = Lanes3(magnitude(p.x) - a, magnitude(p.y) - b, magnitude(p.z) - c)
      return Lanes3(most(q.x, 0), most(q.y, 0), most(q.z, 0)).length + least(most(q.x, most(q.y, q.z)), 0) - rounding
    case .cylinder:
      let x = root(p.x * p.x + p.z * p.z) - a, y = magnitude(p.y) - b
      let (outX, outY) = (most(x, 0), most(y, 0))
      return least(most(x, y), 0) + root(outX * outX + outY * outY) - rounding
    case .cone: return coneDistance(p)
    case .torus:
      let x = root(p.x * p.x + p.z * p.z) - a
      return root(x * x + p.y * p.y) - b
    case .capsule:
      let y = p.y - clamp(p.y, -b, b)
      return root(p.x * p.x + y * y + p.z * p.z) - a
    case .arc: return arcDistance(p)
    case .wave: return waveDistance(p)
    case .leaf:
      let swell = d * sine(p.x * e) * sine(p.z * e * 1.3 + 1)
      let q = root(p.x * p.x * (1 / (a * a)) + p.z * p.z * (1 / (c * c)))
      let x = (q - 1) * min(a, c), y = magnitude(p.y - swell) - b
      let (outX, outY) = (most(x, 0), most(y, 0))
      return (least(most(x, y), 0) + root(outX * outX + outY * outY) - rounding) * 0.6
    }
  }

  @inline(__always) private func coneDistance(_ p: Lanes3) -> Lanes {
    let q = root(p.x * p.x + p.z * p.z)
    let edge = Lanes(repeating: c).replacing(with: a, where: p.y .< 0)
    let capX = q - least(q, edge), capY = magnitude(p.y) - b
    let slopeX = c - a, slopeY = 2 * b
    let along = clamp(((c - q) * slopeX + (b - p.y) * slopeY) * (1 / (slopeX * slopeX + slopeY * slopeY)), 0, 1)
    let sideX = q - c + slopeX * along, sideY = p.y - b + slopeY * along
    let outside = root(least(capX * capX + capY * capY, sideX * sideX + sideY * sideY))
    return outside.replacing(with: -outside, where: (sideX .< 0) .& (capY .< 0)) - rounding
  }

  /// The ring's place next to `p`: how far out of the ring, and along it from its middle.
  @inline(__always) private func alongRing(_ p: Lanes3) -> (out: Lanes, along: Lanes) {
    let z = p.z + a
    let radius = most(root(p.x * p.x + z * z), 1e-4)
    let s = p.x / radius
    // The arcsine's series; arcs reach about a radian to each side.
    let angle = s * (1 + s * s * (0.166_67 + s * s * (0.075 + s * s * 0.06)))
    return (radius - a, angle * a)
  }

  @inline(__always) private func arcDistance(_ p: Lanes3) -> Lanes {
    let (out, along) = alongRing(p)
    let beyond = most(magnitude(along) - (c - b), 0)
    let part = along * (1 / c)
    let tube = b * (1 - d * part * part)
    return (root(out * out + p.y * p.y + beyond * beyond) - tube) * 0.92
  }

  @inline(__always) private func waveDistance(_ p: Lanes3) -> Lanes {
    let (out, along) = alongRing(p)
    let beyond = most(magnitude(along) - c, 0)
    let side = (out - d * sine(along * (e * 2 * Float.pi))) * 0.75
    let top = p.y - root(b * b - least(out * out, b * b * 0.8))
    return (root(side * side + top * top + beyond * beyond) - rounding) * 0.75
  }
}
