/// Materials by chance.
enum Surfaces {
  /// Of a solid: matte, glossy, metal, or with a texture.
  static func solid(_ dice: inout Dice, size: Float) -> Material {
    var material: Material
    switch dice.whole(0...11) {
    case 0...2: material = Material(.plain, dice.color())
    case 3...4:
      material = Material(.plain, dice.color())
      (material.gloss, material.sharpness, material.mirror) = (0.5, 6, 0.05)
    case 5...6:
      let metal = dice.pick(
        SIMD3<Float>(0.9, 0.9, 0.92), SIMD3(0.95, 0.64, 0.2), SIMD3(0.9, 0.42, 0.25), SIMD3(0.55, 0.58, 0.62))
      material = Material(.plain, metal)
      (material.gloss, material.sharpness, material.mirror, material.isMetal) = (0.6, 6, 0.8, true)
    case 7:
      material = Material(
        .checker, dice.color(), dice.chance(0.5) ? SIMD3(0.8, 0.8, 0.78) : dice.color(), scale: 2.4 / size)
    case 8:
      material = Material(
        .stripes, dice.color(), dice.chance(0.6) ? SIMD3(0.82, 0.8, 0.76) : dice.color(), scale: 1.8 / size)
    case 9:
      let vein = dice.chance(0.6) ? SIMD3<Float>(0.16, 0.16, 0.18) : dice.color() * 0.3
      material = Material(.marble, SIMD3(0.78, 0.76, 0.73), vein, scale: 1.1 / size)
      (material.gloss, material.sharpness, material.mirror) = (0.35, 6, 0.03)
    case 10: material = Material(.wood, Gamma.color(190, 140, 90), Gamma.color(130, 82, 44), scale: 1.2 / size)
    default:
      material = Material(
        .dots, dice.color(), dice.chance(0.7) ? SIMD3(0.85, 0.85, 0.82) : dice.color(), scale: 2.6 / size)
    }
    if !material.isMetal, material.mirror == 0, dice.chance(0.3) { (material.gloss, material.sharpness) = (0.25, 5) }
    material.offset = dice.offset()
    if material.pattern == .checker || material.pattern == .stripes { material.offset = SIMD3(0.25, 0.5, 0.25) }
    if material.pattern == .wood {
      material.offset = SIMD3(dice.number(0.3...0.8), dice.number(0...50), dice.number(0.2...0.6))
    }
    return material
  }

  /// What is stood on indoors.
  static func indoorFloor(_ dice: inout Dice) -> Material {
    var floor: Material
    switch dice.whole(0...6) {
    case 0:
      floor = Material(.planks, Gamma.color(196, 150, 104), Gamma.color(142, 96, 58), scale: dice.number(0.8...1.5))
    case 1: floor = Material(.planks, Gamma.color(122, 88, 62), Gamma.color(74, 48, 32), scale: dice.number(0.8...1.5))
    case 2:
      floor = Material(.tiles, Gamma.color(214, 208, 196), Gamma.color(150, 144, 134), scale: dice.number(0.4...0.8))
    case 3:
      floor = Material(.tiles, Gamma.color(168, 92, 66), Gamma.color(200, 184, 164), scale: dice.number(0.5...0.9))
    case 4:
      floor = Material(.checker, Gamma.color(222, 218, 208), Gamma.color(58, 60, 66), scale: dice.number(0.5...0.9))
    case 5:
      floor = Material(.speckle, Gamma.color(186, 182, 176), Gamma.color(104, 98, 94), scale: dice.number(0.6...1.2))
    default:
      floor = Material(.marble, Gamma.color(214, 210, 204), Gamma.color(120, 118, 120), scale: dice.number(0.4...0.8))
    }
    if dice.chance(0.45) { (floor.gloss, floor.sharpness, floor.mirror) = (0.25, 6, dice.number(0.04...0.14)) }
    floor.offset = dice.offset()
    floor.offset.y = floor.pattern == .checker ? 0.5 : floor.offset.y
    return floor
  }

  /// What is stood on outdoors.
  static func ground(_ dice: inout Dice) -> Material {
    var floor: Material
    switch dice.whole(0...4) {
    case 0, 1:
      floor = Material(.grass, Gamma.color(78, 112, 44), Gamma.color(122, 138, 66), scale: dice.number(1.2...2.2))
    case 2: floor = Material(.sand, Gamma.color(222, 196, 150), Gamma.color(192, 160, 112), scale: dice.number(0.5...1))
    case 3:
      floor = Material(.tiles, Gamma.color(176, 172, 164), Gamma.color(110, 108, 100), scale: dice.number(0.35...0.7))
    default:
      floor = Material(.speckle, Gamma.color(150, 148, 146), Gamma.color(98, 96, 94), scale: dice.number(0.8...1.6))
    }
    floor.offset = dice.offset()
    return floor
  }

  /// A wall.
  static func wall(_ dice: inout Dice) -> Material {
    let tint = dice.pick(
      Gamma.color(226, 216, 198), Gamma.color(196, 210, 216), Gamma.color(206, 218, 196), Gamma.color(224, 198, 186),
      Gamma.color(120, 136, 150), Gamma.color(92, 112, 104), Gamma.color(236, 234, 230))
    var wall: Material
    switch dice.whole(0...5) {
    case 0, 1, 2: wall = Material(.plain, tint, scale: 0.3)
    case 3:
      wall = Material(.bricks, Gamma.color(158, 84, 64), Gamma.color(196, 188, 178), scale: dice.number(2.2...3.4))
    case 4: wall = Material(.tiles, tint, Gamma.color(240, 238, 232), scale: dice.number(0.7...1.4))
    default: wall = Material(.gingham, tint, tint * 0.86, scale: dice.number(0.5...1.2))
    }
    wall.gloss = 0
    wall.offset = dice.offset()
    return wall
  }
}
