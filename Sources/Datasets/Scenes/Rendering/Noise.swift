/// Random textures without tables: every value is a hash of whole numbers.
enum Noise {
  @inline(__always) private static func scrambled(_ bits: SIMD4<UInt32>) -> Lanes {
    var h = bits
    h ^= h &>> 15
    h = h &* SIMD4(repeating: 0x2C1B_3C6D)
    h ^= h &>> 12
    h = h &* SIMD4(repeating: 0x297A_2D39)
    return unsafeBitCast((h &>> 9) | SIMD4(repeating: 0x3F80_0000), to: Lanes.self) - 1
  }

  /// A number of 0 ..< 1 for three whole ones.
  @inline(__always) static func hash(_ x: Lanes, _ y: Lanes, _ z: Lanes) -> Lanes {
    scrambled(
      wholeBits(x) &* SIMD4(repeating: 0x9E37_79B1) &+ wholeBits(y) &* SIMD4(repeating: 0x85EB_CA77)
        &+ wholeBits(z) &* SIMD4(repeating: 0xC2B2_AE3D))
  }

  /// Smooth noise of 0 ..< 1 with a period of about 1.
  @inline(__always) static func value(_ p: Lanes3) -> Lanes {
    let (x, y, z) = (floor(p.x), floor(p.y), floor(p.z))
    let (dx, dy, dz) = (p.x - x, p.y - y, p.z - z)
    let tx = dx * dx * (3 - 2 * dx), ty = dy * dy * (3 - 2 * dy), tz = dz * dz * (3 - 2 * dz)
    let (kx, ky, kz) = (
      SIMD4<UInt32>(repeating: 0x9E37_79B1), SIMD4<UInt32>(repeating: 0x85EB_CA77),
      SIMD4<UInt32>(repeating: 0xC2B2_AE3D)
    )
    let corner = wholeBits(x) &* kx &+ wholeBits(y) &* ky &+ wholeBits(z) &* kz
    @inline(__always) func edge(_ start: SIMD4<UInt32>) -> Lanes { mix(scrambled(start), scrambled(start &+ kx), tx) }
    let near = mix(edge(corner), edge(corner &+ ky), ty)
    let far = mix(edge(corner &+ kz), edge(corner &+ ky &+ kz), ty)
    return mix(near, far, tz)
  }

  /// Noise of several sizes, each half as large and half as strong: 0 ..< 1.
  @inline(__always) static func fractal(_ p: Lanes3, octaves: Int) -> Lanes {
    var (sum, weight, total, q) = (Lanes.zero, Float(1), Float(0), p)
    for _ in 0..<octaves {
      sum += weight * value(q)
      total += weight
      weight *= 0.5
      q = Lanes3(q.x * 2.03 + 17.1, q.y * 2.03 + 5.3, q.z * 2.03 + 31.7)
    }
    return sum * (1 / total)
  }

  /// Spots in cells of 1 over x and z, longer than wide: 1 inside.
  @inline(__always) static func spots(_ p: Lanes3, chance: Float, size: Float) -> Lanes {
    let (x, z) = (floor(p.x), floor(p.z))
    let turn = hash(x, z, Lanes(repeating: 31)) * (2 * Float.pi)
    let (s, c) = (sine(turn), sine(turn + Float.pi / 2))
    let dx = p.x - x - 0.5, dz = p.z - z - 0.5
    let (along, across) = (dx * c + dz * s, (dz * c - dx * s) * 2)
    let inside = 1 - smoothStep(size * 0.8, size, root(along * along + across * across))
    return inside.replacing(with: 0, where: hash(x, z, Lanes(repeating: 37)) .> chance)
  }
}
