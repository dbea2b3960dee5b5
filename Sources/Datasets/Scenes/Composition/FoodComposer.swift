/// Lays a table: a plate, a board or a napkin, on it a hot dog or something else, around it a few things.
struct FoodComposer {
  private var dice: Dice
  private var scene = Scene()

  /// Picture `picture` of the set that `seed` makes, `aspect` times as wide as high.
  static func scene(seed: UInt64, picture: Int, isHotDog: Bool, aspect: Float) -> Scene {
    var composer = FoodComposer(dice: Dice(seed: seed, purpose: "food", picture: picture))
    return composer.compose(isHotDog: isHotDog, aspect: aspect)
  }

  private init(dice: Dice) { self.dice = dice }

  private mutating func compose(isHotDog: Bool, aspect: Float) -> Scene {
    scene.backdrop.floor = scene.add(table())
    let height = underlay()
    let azimuth = dice.number(0...(2 * Float.pi))
    // A long thing lies across the picture more often than it points at the camera.
    let count = dice.chance(0.25) ? 2 : 1
    let turn = azimuth + dice.number(-1.1...1.1)
    for index in 0..<count {
      var own = Dice(seed: dice.bits(), purpose: "dish", picture: index)
      var parts: [Solid]
      if isHotDog {
        var hotDog = HotDog(own)
        parts = hotDog.whole(&scene)
      } else {
        parts = Foods.make(own.whole(0...Foods.kinds - 1), &scene, &own)
      }
      let rotation = Rotation(turn + dice.number(-0.2...0.2))
      let side = count == 1 ? Float(0) : Float(index) * 1.05 - 0.5
      let place =
        SIMD3(side * rotation.sine, height, side * rotation.cosine)
        + SIMD3(dice.number(-0.1...0.1), 0, dice.number(-0.1...0.1))
      for part in parts.indices { parts[part] = parts[part].placed(rotation, at: place) }
      scene.add(parts, label: -1)
    }
    for _ in 0..<dice.pick(0, 0, 1, 2) { addCompanion(azimuth) }
    let elevation = Rotation(dice.number(0.42...1.2)), around = Rotation(azimuth)
    let slope = dice.pick(Float(0.2), 0.27, 0.36)
    let distance = dice.number(1.1...1.75) / slope / min(max(aspect, 0.4), 1)
    let target = SIMD3(dice.number(-0.2...0.2), height + 0.25, dice.number(-0.2...0.2))
    let offset = SIMD3(around.sine * elevation.cosine, elevation.sine, around.cosine * elevation.cosine) * distance
    scene.camera = Camera(from: target + offset, to: target, slope: slope, roll: dice.number(-0.06...0.06))
    scene.lighting = Stage.lighting(
      &dice, around: azimuth + dice.pick(Float(-1), 1) * dice.number(0.8...2.4), isIndoors: true)
    scene.lighting.bounce = Stage.bounce(of: scene.materials[scene.backdrop.floor], scene.lighting)
    let toCamera = Rotation(azimuth + dice.number(-0.4...0.4))
    scene.backdrop.wall = (
      dice.number(4...8), SIMD3(toCamera.sine, 0, toCamera.cosine), scene.add(Surfaces.wall(&dice))
    )
    (scene.backdrop.zenith, scene.backdrop.horizon) = (SIMD3(0.72, 0.72, 0.74), SIMD3(0.5, 0.48, 0.45))
    scene.lens = Stage.lens(&dice)
    scene.seed = UInt32(truncatingIfNeeded: dice.bits())
    return scene
  }

  private mutating func table() -> Material {
    guard dice.chance(0.3) else { return Surfaces.indoorFloor(&dice) }
    let color = dice.pick(Gamma.color(190, 40, 40), Gamma.color(50, 90, 160), Gamma.color(60, 130, 80))
    var cloth = Material(.gingham, SIMD3(0.8, 0.79, 0.76), color, scale: dice.number(1...2))
    (cloth.gloss, cloth.offset) = (0, dice.offset())
    return cloth
  }

  /// What the dish lies on; gives its height.
  private mutating func underlay() -> Float {
    var parts: [Solid] = []
    let height: Float
    switch dice.whole(0...4) {
    case 0, 1:
      var china = Material(.plain, dice.chance(0.7) ? SIMD3(0.78, 0.78, 0.76) : dice.color())
      (china.gloss, china.sharpness, china.mirror) = (0.4, 6, 0.05)
      let material = scene.add(china)
      var plate = Solid(.cylinder, 1.2, 0.03, at: SIMD3(0, 0.045, 0)).with(material: material)
      plate.rounding = 0.015
      var rim = Solid(.torus, 1.33, 0.05, at: SIMD3(0, 0.1, 0)).with(material: material)
      rim.blend = 0.16
      (parts, height) = ([plate, rim], 0.09)
    case 2:
      var board = Solid(.box, 1.5, 0.06, 0.85, at: SIMD3(0, 0.08, 0))
      board.rounding = 0.02
      var wood = Material(.wood, Gamma.color(206, 160, 108), Gamma.color(160, 110, 64), scale: 0.9)
      wood.offset = SIMD3(dice.number(1...2), dice.number(0...50), dice.number(1...2))
      (parts, height) = ([board.with(material: scene.add(wood)).placed(dice.turn(), at: .zero)], 0.16)
    case 3:
      var napkin = Solid(.box, 1.1, 0.004, 1.1, at: SIMD3(0, 0.012, 0))
      napkin.rounding = 0.008
      let color = dice.chance(0.5) ? SIMD3<Float>(0.8, 0.8, 0.78) : dice.color()
      let cloth = scene.add(Material(dice.pick(.gingham, .plain, .stripes), color, SIMD3(0.8, 0.79, 0.76), scale: 2))
      (parts, height) = ([napkin.with(material: cloth).placed(dice.turn(), at: .zero)], 0.024)
    default: return 0
    }
    scene.add(parts, label: -1)
    return height
  }

  /// Something beside the dish: a bottle, a mug, fruit, a glass ball of no use.
  private mutating func addCompanion(_ azimuth: Float) {
    var own = Dice(seed: dice.bits(), purpose: "companion", picture: 0)
    var parts = Foods.make(own.pick(6, 6, 7, 8, 13, 13), &scene, &own)
    let place = Rotation(azimuth + Float.pi + dice.number(-1.3...1.3)), far = dice.number(1.9...2.6)
    let rotation = dice.turn()
    for part in parts.indices {
      parts[part] = parts[part].placed(rotation, at: SIMD3(place.sine * far, 0, place.cosine * far))
    }
    scene.add(parts, label: -1)
  }
}
