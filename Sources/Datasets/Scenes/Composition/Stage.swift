/// Light and lenses that all pictures share.
enum Stage {
  /// A sun or a lamp from about the angle `around`.
  static func lighting(_ dice: inout Dice, around: Float, isIndoors: Bool) -> Lighting {
    let side = Rotation(around), height = Rotation(dice.number(0.6...1.15))
    var lighting = Lighting()
    lighting.direction = SIMD3(side.sine * height.cosine, height.sine, side.cosine * height.cosine).normalized
    let warmth = dice.number(0...1), strength = dice.number(isIndoors ? 1.7...2.4 : 2.3...3)
    lighting.sun = SIMD3(1, 0.95 - 0.07 * warmth, 0.9 - 0.2 * warmth) * strength
    let fill = dice.number(isIndoors ? 0.45...0.75 : 0.5...0.7)
    lighting.ambient = (isIndoors ? SIMD3(1, 0.97, 0.94) : SIMD3(0.8, 0.95, 1.2)) * fill
    lighting.sharpness = isIndoors ? dice.number(2.5...7) : dice.number(8...20)
    return lighting
  }

  /// What a floor throws back.
  static func bounce(of floor: Material, _ lighting: Lighting) -> SIMD3<Float> {
    let mean = (floor.first + floor.second) / 2
    return mean * (lighting.sun * (lighting.direction.y * 0.22) + lighting.ambient * 0.5)
  }

  /// A lens by chance.
  static func lens(_ dice: inout Dice) -> Lens {
    var lens = Lens()
    lens.exposure = dice.number(0.75...1.05)
    lens.vignette = dice.number(0.05...0.4)
    lens.noise = dice.chance(0.3) ? dice.number(0.01...0.022) : dice.number(0.002...0.008)
    lens.blur = dice.chance(0.25) ? dice.number(0.2...0.5) : dice.number(0...0.12)
    return lens
  }
}
