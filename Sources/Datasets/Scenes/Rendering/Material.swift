/// What a surface looks like. Colours are linear light, 0 to 1.
struct Material {
  /// How the two colours are spread; lengths are those of the solid's frame times `scale`.
  enum Pattern: UInt8 {
    /// `first`, a little uneven.
    case plain
    /// Cubes, stripes across the second axis, dots, veins, speckles.
    case checker, stripes, dots, marble, speckle
    /// Rings of a trunk, boards of a floor.
    case wood, planks
    /// Square tiles, bricks; `second` is what is between them.
    case tiles, bricks
    /// Blades of green, grains of sand, bread that is browner above, two stripes that cross.
    case grass, sand, bread, gingham
    /// Sprinkles and seeds on the upper side.
    case sprinkles, seeds
  }

  var pattern = Pattern.plain
  var first: SIMD3<Float>, second = SIMD3<Float>.zero
  var scale: Float = 1
  /// Where the texture begins, so that no two are alike.
  var offset = SIMD3<Float>.zero
  /// Strength of the highlight, and how often its cosine is squared: 2 is broad, 8 is a point.
  var gloss: Float = 0.04, sharpness = 4
  /// How much of what is around is seen in it, looked at straight.
  var mirror: Float = 0
  var isMetal = false

  private static let seedColor = Gamma.color(250, 228, 180)

  init(_ pattern: Pattern, _ first: SIMD3<Float>, _ second: SIMD3<Float> = .zero, scale: Float = 1) {
    (self.pattern, self.first, self.second, self.scale) = (pattern, first, second, scale)
  }

  /// The colour at places of the solid's frame; `footprint` is a pixel's width there: what is finer fades into its
  /// mean.
  func color(_ place: Lanes3, footprint: Lanes) -> Lanes3 {
    let p = Lanes3(place.x * scale + offset.x, place.y * scale + offset.y, place.z * scale + offset.z)
    let clarity = clamp(1.4 - 0.9 * footprint * scale, 0, 1)
    let a = Lanes3(first), b = Lanes3(second)
    switch pattern {
    case .plain: return a * (0.94 + 0.12 * Noise.fractal(p * 1.7, octaves: 2))
    case .checker:
      let cells = floor(p.x) + floor(p.y + 0.013) + floor(p.z)
      let odd = magnitude(cells - 2 * floor(cells * 0.5))
      return a.mixed(b, 0.5 + (odd - 0.5) * clarity) * (0.92 + 0.16 * Noise.value(p * 3))
    case .stripes: return a.mixed(b, 0.5 + (smoothStep(-0.12, 0.12, sine(p.y * (2 * Float.pi))) - 0.5) * clarity)
    case .dots:
      let q = Lanes3(p.x - floor(p.x) - 0.5, p.y - floor(p.y) - 0.5, p.z - floor(p.z) - 0.5)
      return a.mixed(b, (1 - smoothStep(0.3, 0.36, q.length)) * clarity)
    case .marble:
      let vein = magnitude(sine(p.x * 2 + p.y * 1.3 + 5 * Noise.fractal(p, octaves: 4)))
      return a.mixed(b, 0.9 * (1 - smoothStep(0.02, 0.5, vein)))
    case .speckle:
      let coarse = Noise.value(p * 13), fine = Noise.value(p * 31)
      let spots = smoothStep(0.58, 0.68, coarse * 0.35 + fine * 0.65) * clarity
      return a.mixed(b, spots) * (0.86 + 0.28 * Noise.fractal(p * 0.6, octaves: 3))
    case .wood:
      let bend = Noise.fractal(Lanes3(p.x * 0.8, p.y * 0.25, p.z * 0.8), octaves: 3)
      let rings = root(p.x * p.x + p.z * p.z) * 3 + bend * 3
      let grain = Noise.value(Lanes3(p.x * 24, p.y * 1.2, p.z * 24))
      return a.mixed(b, 0.5 + 0.5 * clarity * sine(rings * (2 * Float.pi))) * (0.88 + 0.24 * grain)
    case .planks: return planks(p, clarity)
    case .tiles, .bricks: return tiles(p, clarity)
    case .grass:
      let patches = Noise.fractal(Lanes3(p.x * 0.3, .zero, p.z * 0.3), octaves: 3)
      let fine = clamp(1.3 - 7 * footprint * scale, 0, 1), wide = clamp(1.3 - 2.5 * footprint * scale, 0, 1)
      let blades = (Noise.value(Lanes3(p.x * 34, .zero, p.z * 15)) - 0.5) * fine
      let tufts = (Noise.fractal(Lanes3(p.x * 9, .zero, p.z * 6), octaves: 2) - 0.5) * wide
      return a.mixed(b, smoothStep(0.3, 0.7, patches)) * clamp(0.85 + 1.1 * blades + 1.2 * tufts, 0.15, 2)
    case .sand:
      let ripples = sine(p.z * 6 + 3 * Noise.fractal(Lanes3(p.x, .zero, p.z), octaves: 2))
      let grains = Noise.value(p * 40) - 0.5
      return a.mixed(b, 0.5 + 0.3 * ripples) * (1 + 0.35 * grains * clamp(1 - 12 * footprint * scale, 0, 1))
    case .bread:
      let browned = smoothStep(-0.4, 0.6, p.y + 0.35 * (Noise.fractal(p * 2.5, octaves: 3) - 0.5))
      return a.mixed(b, browned) * (0.9 + 0.2 * Noise.value(p * 14))
    case .gingham:
      let x = smoothStep(-0.1, 0.1, sine(p.x * (2 * Float.pi))), z = smoothStep(-0.1, 0.1, sine(p.z * (2 * Float.pi)))
      let weave = 0.95 + 0.1 * Noise.value(p * 30)
      return a.mixed(b, 0.5 + ((x + z) * 0.5 - 0.5) * clarity) * weave
    case .sprinkles: return sprinkles(p, place)
    case .seeds:
      let browned = smoothStep(0.0, 0.9, place.y * 2.4 + 0.2 * (Noise.fractal(p * 2.5, octaves: 2) - 0.5))
      let crust = a.mixed(b, browned) * (0.92 + 0.16 * Noise.value(p * 12))
      let seed = Noise.spots(Lanes3(place.x * 9 + offset.x, .zero, place.z * 9 + offset.z), chance: 0.55, size: 0.24)
      return crust.mixed(Lanes3(Self.seedColor), seed * smoothStep(0.12, 0.24, place.y))
    }
  }

  @inline(__always) private func planks(_ p: Lanes3, _ clarity: Lanes) -> Lanes3 {
    let board = floor(p.x)
    let z = p.z * 0.22 + Noise.hash(board, .zero, Lanes(repeating: 3)) * 7
    let piece = Noise.hash(board, floor(z), Lanes(repeating: 5))
    let grain = Noise.fractal(Lanes3(p.x * 7 + piece * 40, piece * 9, p.z * 0.7), octaves: 3)
    let (x, end) = (p.x - board, z - floor(z))
    let gap = least(smoothStep(0, 0.035, least(x, 1 - x)), smoothStep(0, 0.01, least(end, 1 - end)))
    let body = Lanes3(first).mixed(Lanes3(second), clamp(grain * 1.5 - 0.25 + (piece - 0.5) * 0.6, 0, 1))
    return body * (1 - 0.6 * (1 - gap) * clarity)
  }

  @inline(__always) private func tiles(_ p: Lanes3, _ clarity: Lanes) -> Lanes3 {
    let isBrick = pattern == .bricks
    let row = floor(p.z)
    let shift = isBrick ? (row - 2 * floor(row * 0.5)) * 0.5 : Lanes.zero
    let x = (isBrick ? p.x * 0.45 : p.x) + shift
    let column = floor(x)
    let (inX, inZ) = (x - column, p.z - row)
    let joint: Float = isBrick ? 0.05 : 0.025
    let edge = least(least(inX, 1 - inX) * (isBrick ? 2.2 : 1), least(inZ, 1 - inZ))
    let inside = smoothStep(joint, joint * 1.8, edge)
    let tone = 0.82 + 0.36 * Noise.hash(column, row, Lanes(repeating: 11))
    let face = Lanes3(first) * tone * (0.88 + 0.24 * Noise.fractal(p * 4, octaves: 2))
    return Lanes3(second).mixed(face, mix(Lanes(repeating: 0.9), inside, clarity))
  }

  @inline(__always) private func sprinkles(_ p: Lanes3, _ place: Lanes3) -> Lanes3 {
    let q = Lanes3(place.x * 11 + offset.x, .zero, place.z * 11 + offset.z)
    let spot = Noise.spots(q, chance: 0.6, size: 0.3)
    let hue = Noise.hash(floor(q.x), floor(q.z), Lanes(repeating: 23)) * 6
    let color = Lanes3(
      clamp(magnitude(hue - 3) - 1, 0.1, 1), clamp(2 - magnitude(hue - 2), 0.1, 1),
      clamp(2 - magnitude(hue - 4), 0.1, 1))
    return Lanes3(first).mixed(color, spot)
  }
}
