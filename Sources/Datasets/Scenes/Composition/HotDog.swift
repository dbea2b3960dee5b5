/// Hot dogs and their parts, lying along the first axis on height 0 around the origin.
struct HotDog {
  /// The ring that bun and sausage are bent along.
  private let ring: Float
  private let length: Float
  private var dice: Dice

  init(_ dice: Dice) {
    self.dice = dice
    ring = self.dice.chance(0.4) ? 30 : self.dice.number(2.5...6)
    length = self.dice.number(0.85...1.05)
  }

  private func arc(_ tube: Float, half: Float, side: Float, height: Float, taper: Float = 0) -> Solid {
    var solid = Solid(.arc, ring + side, tube, half, at: SIMD3(0, height, side))
    // The tube's own frame has its ring behind it; all rings share one middle.
    solid.d = taper
    return solid
  }

  /// A bun and a sausage with what goes on it.
  mutating func whole(_ scene: inout Scene) -> [Solid] {
    var parts = bun(&scene)
    if dice.chance(0.35) { parts += lettuce(&scene) }
    parts += sausage(&scene, height: 0.42)
    let mustard = scene.add(sauce(dice.chance(0.75) ? Gamma.color(236, 178, 20) : Gamma.color(196, 22, 16)))
    parts.append(wave(material: mustard, height: 0.42, phase: 0))
    if dice.chance(0.25) {
      let ketchup = scene.add(sauce(Gamma.color(190, 18, 14)))
      parts.append(wave(material: ketchup, height: 0.42, phase: 1))
    }
    return parts
  }

  /// Two halves that are joined below, with room between them.
  mutating func bun(_ scene: inout Scene) -> [Solid] {
    let crust = dice.pick(Gamma.color(196, 124, 56), Gamma.color(176, 102, 44), Gamma.color(208, 144, 76))
    var bread = Material(.bread, Gamma.color(240, 214, 164), crust, scale: 1.9)
    (bread.gloss, bread.sharpness, bread.offset) = (0.1, 4, SIMD3(dice.number(0...50), 0.2, dice.number(0...50)))
    let material = scene.add(bread)
    let gap = dice.number(0.2...0.25)
    var parts = [
      arc(0.25, half: length, side: 0, height: 0.2), arc(0.235, half: length, side: gap, height: 0.32, taper: 0.12),
      arc(0.235, half: length, side: -gap, height: 0.32, taper: 0.12),
    ]
    for index in parts.indices {
      parts[index].material = material
      parts[index].blend = 0.14
      parts[index].cut = -parts[index].center.y + 0.01
    }
    return parts
  }

  /// A sausage at a height of its middle.
  mutating func sausage(_ scene: inout Scene, height: Float) -> [Solid] {
    let skin = dice.pick(Gamma.color(168, 62, 34), Gamma.color(150, 48, 30), Gamma.color(186, 84, 48))
    var material = Material(.plain, skin, scale: 2)
    (material.gloss, material.sharpness, material.mirror) = (0.45, 5, 0.03)
    material.offset = dice.offset()
    var sausage = arc(dice.number(0.15...0.18), half: length + dice.number(0.06...0.2), side: 0, height: height)
    sausage.material = scene.add(material)
    return [sausage]
  }

  private func sauce(_ color: SIMD3<Float>) -> Material {
    var material = Material(.plain, color)
    (material.gloss, material.sharpness) = (0.5, 6)
    return material
  }

  private mutating func wave(material: Int, height: Float, phase: Float) -> Solid {
    var wave = Solid(.wave, ring, 0.175, length * 0.86, at: SIMD3(phase * 0.12, height, phase * 0.05))
    (wave.d, wave.e, wave.rounding) = (dice.number(0.07...0.11), dice.number(1.4...2.6), dice.number(0.035...0.05))
    wave.material = material
    return wave
  }

  private mutating func lettuce(_ scene: inout Scene) -> [Solid] {
    var green = Material(.plain, Gamma.color(112, 164, 44), scale: 5)
    green.offset = dice.offset()
    let material = scene.add(green)
    var leaf = Solid(.leaf, length * 0.95, 0.015, 0.36, at: SIMD3(0, 0.5, 0))
    (leaf.d, leaf.e, leaf.rounding, leaf.material) = (0.06, 11, 0.01, material)
    return [leaf]
  }
}
