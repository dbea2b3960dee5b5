/// What is no hot dog, on height 0 around the origin, at most about a unit wide to each side.
enum Foods {
  static let kinds = 14

  static func make(_ kind: Int, _ scene: inout Scene, _ dice: inout Dice) -> [Solid] {
    switch kind {
    case 0, 1: return burger(&scene, &dice)
    case 2: return bananas(&scene, &dice)
    case 3, 4: return donut(&scene, &dice)
    case 5: return iceCream(&scene, &dice)
    case 6: return bottle(&scene, &dice)
    case 7: return apple(&scene, &dice)
    case 8: return orange(&scene, &dice)
    case 9:
      var hotDog = HotDog(dice)
      return hotDog.sausage(&scene, height: 0.17)
    case 10:
      var hotDog = HotDog(dice)
      return hotDog.bun(&scene)
    case 11: return egg(&scene, &dice)
    case 12: return carrot(&scene, &dice)
    default: return mug(&scene, &dice)
    }
  }

  /// A disc of radius `a` and half height `b` with round edges, its middle at `height`.
  private static func disc(_ radius: Float, _ half: Float, _ height: Float, _ material: Int) -> Solid {
    let rounding = min(half * 0.9, 0.08)
    var disc = Solid(.cylinder, radius - rounding, half - rounding, at: SIMD3(0, height, 0))
    (disc.rounding, disc.material) = (rounding, material)
    return disc
  }

  private static func glossy(_ color: SIMD3<Float>, _ dice: inout Dice) -> Material {
    var material = Material(.plain, color, scale: 2)
    (material.gloss, material.sharpness, material.offset) = (0.35, 5, dice.offset())
    return material
  }

  private static func burger(_ scene: inout Scene, _ dice: inout Dice) -> [Solid] {
    var bread = Material(.seeds, Gamma.color(226, 168, 98), Gamma.color(176, 96, 38))
    (bread.gloss, bread.offset) = (0.2, dice.offset())
    if dice.chance(0.3) { bread.pattern = .bread }
    let crust = scene.add(bread), radius = dice.number(0.72...0.85)
    var parts = [disc(radius, 0.13, 0.13, crust)]
    var height: Float = 0.26
    if dice.chance(0.8) {
      var leaf = Solid(.leaf, radius * 1.12, 0.015, radius * 1.12, at: SIMD3(0, height + 0.03, 0))
      (leaf.d, leaf.e, leaf.rounding) = (0.05, 9, 0.01)
      leaf.material = scene.add(Material(.plain, Gamma.color(110, 166, 46), scale: 5))
      parts.append(leaf)
      height += 0.05
    }
    var meat = Material(.speckle, Gamma.color(98, 54, 30), Gamma.color(60, 32, 18), scale: 2)
    meat.offset = dice.offset()
    let patty = scene.add(meat), cheese = scene.add(glossy(Gamma.color(244, 176, 40), &dice))
    for _ in 0..<dice.pick(1, 1, 2) {
      parts.append(disc(radius * 1.02, 0.11, height + 0.11, patty))
      height += 0.22
      var slice = Solid(.box, radius * 0.78, 0.012, radius * 0.78, at: SIMD3(0, height + 0.015, 0))
      (slice.rounding, slice.material) = (0.012, cheese)
      parts.append(slice.placed(dice.turn(), at: .zero))
      height += 0.035
    }
    if dice.chance(0.6) {
      parts.append(disc(radius * 0.9, 0.05, height + 0.05, scene.add(glossy(Gamma.color(200, 40, 28), &dice))))
      height += 0.1
    }
    var top = Solid(.ellipsoid, radius * 1.03, 0.48, radius * 1.03, at: SIMD3(0, height, 0))
    (top.cut, top.material) = (0.02, crust)
    return parts + [top]
  }

  private static func bananas(_ scene: inout Scene, _ dice: inout Dice) -> [Solid] {
    let yellow = scene.add(glossy(Gamma.color(238, 200, 52), &dice)),
      brown = scene.add(glossy(Gamma.color(92, 70, 34), &dice))
    let count = dice.whole(1...3)
    var parts: [Solid] = []
    for index in 0..<count {
      let shift = Float(index) * 0.3 - Float(count - 1) * 0.15
      var fruit = Solid(.arc, 1.15, 0.2, 1, at: SIMD3(0, 0.19, shift))
      (fruit.d, fruit.material, fruit.blend) = (0.5, yellow, index == 0 ? 0 : 0.02)
      parts.append(fruit)
      // Its end, on the ring a radian from the middle.
      let end = Rotation(0.86)
      parts.append(
        Solid(.sphere, 0.085, at: SIMD3(1.15 * end.sine, 0.19, shift - 1.15 + 1.15 * end.cosine)).with(material: brown))
    }
    return parts
  }

  private static func donut(_ scene: inout Scene, _ dice: inout Dice) -> [Solid] {
    let dough = scene.add(Material(.bread, Gamma.color(226, 178, 108), Gamma.color(196, 134, 68), scale: 1.5))
    let sugar = dice.pick(
      Gamma.color(240, 130, 170), Gamma.color(84, 44, 24), Gamma.color(244, 236, 224), Gamma.color(150, 200, 230))
    var icing = Material(dice.chance(0.7) ? .sprinkles : .plain, sugar)
    (icing.gloss, icing.sharpness, icing.offset) = (0.4, 5, dice.offset())
    let ring = dice.number(0.5...0.58), tube = dice.number(0.24...0.3)
    let base = Solid(.torus, ring, tube, at: SIMD3(0, tube, 0)).with(material: dough)
    var glaze = Solid(.torus, ring, tube * 1.04, at: SIMD3(0, tube + 0.015, 0)).with(material: scene.add(icing))
    glaze.cut = dice.number(0.02...0.08)
    return [base, glaze]
  }

  private static func iceCream(_ scene: inout Scene, _ dice: inout Dice) -> [Solid] {
    let wafer = scene.add(Material(.gingham, Gamma.color(214, 156, 84), Gamma.color(170, 112, 52), scale: 2.6))
    var cone = Solid(.cone, 0.34, 0.55, 0.05, at: SIMD3(-0.35, 0.3, 0)).with(material: wafer)
    (cone.u, cone.v) = (SIMD3(0.25, 0.968, 0), SIMD3(-0.968, 0.25, 0))
    let cream = scene.add(
      Material(
        .plain, dice.pick(Gamma.color(248, 232, 200), Gamma.color(242, 160, 180), Gamma.color(106, 64, 40)), scale: 4))
    let scoop = Solid(.sphere, 0.4, at: SIMD3(0.3, 0.4, 0)).with(material: cream)
    return [cone, scoop]
  }

  private static func bottle(_ scene: inout Scene, _ dice: inout Dice) -> [Solid] {
    var glass = glossy(
      dice.pick(Gamma.color(40, 92, 48), Gamma.color(120, 60, 20), Gamma.color(190, 24, 20), Gamma.color(230, 180, 30)),
      &dice)
    (glass.gloss, glass.mirror) = (0.6, 0.08)
    let body = scene.add(glass), cap = scene.add(glossy(dice.color(), &dice)),
      label = scene.add(Material(.stripes, dice.color(), SIMD3(0.8, 0.8, 0.76), scale: 4))
    var neck = Solid(.cone, 0.33, 0.2, 0.12, at: SIMD3(0, 1.12, 0)).with(material: body)
    neck.blend = 0.12
    return [
      disc(0.36, 0.5, 0.5, body), neck, disc(0.12, 0.16, 1.42, body), disc(0.14, 0.07, 1.6, cap),
      disc(0.367, 0.25, 0.5, label),
    ]
  }

  private static func apple(_ scene: inout Scene, _ dice: inout Dice) -> [Solid] {
    var skin = Material(
      .marble, dice.pick(Gamma.color(176, 24, 26), Gamma.color(130, 168, 40), Gamma.color(206, 150, 40)),
      Gamma.color(214, 120, 60), scale: 0.6)
    (skin.gloss, skin.sharpness, skin.offset) = (0.45, 5, dice.offset())
    let size = dice.number(0.45...0.6)
    let fruit = Solid(.torus, size * 0.36, size * 0.66, at: SIMD3(0, size * 0.66, 0)).with(material: scene.add(skin))
    let stem = Solid(.capsule, 0.03, 0.14, at: SIMD3(0, size * 1.3, 0)).with(
      material: scene.add(Material(.plain, Gamma.color(84, 56, 30))))
    return [fruit, stem]
  }

  private static func orange(_ scene: inout Scene, _ dice: inout Dice) -> [Solid] {
    var skin = Material(
      .speckle, dice.pick(Gamma.color(238, 136, 26), Gamma.color(240, 206, 56), Gamma.color(200, 60, 40)),
      Gamma.color(214, 110, 20), scale: 3)
    (skin.gloss, skin.offset) = (0.3, dice.offset())
    let material = scene.add(skin)
    let first = Solid(.sphere, 0.5, at: SIMD3(0, 0.5, 0)).with(material: material)
    guard dice.chance(0.5) else { return [first] }
    return [first, Solid(.sphere, 0.46, at: SIMD3(0.72, 0.46, 0.62)).with(material: material)]
  }

  private static func egg(_ scene: inout Scene, _ dice: inout Dice) -> [Solid] {
    var white = Solid(.leaf, 0.85, 0.03, 0.75, at: SIMD3(0, 0.06, 0)).with(
      material: scene.add(glossy(SIMD3(0.82, 0.8, 0.75), &dice)))
    (white.d, white.e, white.rounding) = (0.02, 5, 0.03)
    var yolk = Solid(.ellipsoid, 0.32, 0.2, 0.32, at: SIMD3(0.1, 0.1, 0.05)).with(
      material: scene.add(glossy(Gamma.color(248, 168, 20), &dice)))
    yolk.blend = 0.03
    return [white, yolk]
  }

  private static func carrot(_ scene: inout Scene, _ dice: inout Dice) -> [Solid] {
    let skin = scene.add(Material(.plain, Gamma.color(232, 116, 28), scale: 6)),
      green = scene.add(Material(.plain, Gamma.color(70, 130, 40), scale: 6))
    var parts: [Solid] = []
    var root = Solid(.cone, 0.17, 0.8, 0.03, at: SIMD3(0.1, 0.17, 0)).with(material: skin)
    (root.u, root.v, root.rounding) = (SIMD3(0, -1, 0), SIMD3(1, 0, 0), 0.03)
    parts.append(root)
    for turn in [Float(-0.35), 0, 0.35] {
      let angle = Rotation(turn)
      var leaf = Solid(.capsule, 0.045, 0.22, at: SIMD3(-0.9, 0.17, turn * 0.5)).with(material: green)
      (leaf.u, leaf.v, leaf.w) = (
        SIMD3(0, 1, 0), SIMD3(-angle.cosine, 0, angle.sine), SIMD3(angle.sine, 0, angle.cosine)
      )
      parts.append(leaf)
    }
    return parts
  }

  private static func mug(_ scene: inout Scene, _ dice: inout Dice) -> [Solid] {
    let china = scene.add(glossy(dice.color(), &dice)), coffee = scene.add(glossy(Gamma.color(50, 26, 12), &dice))
    var handle = Solid(.torus, 0.26, 0.065, at: SIMD3(0.48, 0.48, 0)).with(material: china)
    (handle.u, handle.v, handle.w) = (SIMD3(1, 0, 0), SIMD3(0, 0, 1), SIMD3(0, -1, 0))
    let rim = Solid(.torus, 0.43, 0.035, at: SIMD3(0, 0.95, 0)).with(material: china)
    return [disc(0.46, 0.47, 0.47, china), handle, rim, disc(0.41, 0.02, 0.935, coffee)]
  }
}

extension Solid {
  /// The same of another material.
  func with(material: Int) -> Solid {
    var result = self
    result.material = material
    return result
  }
}
