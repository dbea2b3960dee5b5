/// Puts solids on a floor, things of no class between them, and a camera and a light where photographers would.
struct SceneComposer {
  private var dice: Dice
  private var scene = Scene()
  /// What stands where: its middle in the floor's plane and the room it takes.
  private var taken: [(x: Float, z: Float, room: Float)] = []
  private var spread: Float = 0

  private init(_ dice: Dice) { self.dice = dice }

  /// Picture `picture` of the set that `seed` makes, `aspect` times as wide as high.
  static func scene(seed: UInt64, picture: Int, aspect: Float) -> Scene {
    var composer = SceneComposer(Dice(seed: seed, purpose: "scene", picture: picture))
    return composer.compose(aspect: aspect)
  }

  private mutating func compose(aspect: Float) -> Scene {
    let isIndoors = dice.chance(0.68)
    let count = dice.pick(3, 4, 5, 6, 7, 9)
    spread = 0.72 * Float(count).squareRoot() + 0.25
    scene.backdrop.floor = scene.add(isIndoors ? Surfaces.indoorFloor(&dice) : Surfaces.ground(&dice))
    for _ in 0..<count { addSolid() }
    for _ in 0..<dice.pick(0, 1, 2, 4) { addClutter() }
    let azimuth = dice.number(0...(2 * Float.pi))
    light(azimuth, isIndoors: isIndoors)
    if isIndoors { addWall(azimuth) } else { openSky() }
    aim(azimuth, aspect: aspect)
    scene.lens = Stage.lens(&dice)
    scene.seed = UInt32(truncatingIfNeeded: dice.bits())
    return scene
  }

  private mutating func addSolid() {
    let kind = SolidClass.allCases[dice.whole(0...SolidClass.allCases.count - 1)]
    let size = dice.number(0.36...0.85)
    var (solid, room, top) = kind.make(&dice, size: size)
    guard let place = place(room: room) else { return }
    let turn = dice.turn()
    let material = Surfaces.solid(&dice, size: size)
    solid.material = scene.add(material)
    scene.add([solid.placed(turn, at: place)], label: kind.rawValue)
    guard let height = top, size > 0.5, dice.chance(0.4) else { return }
    // A smaller one on top.
    let upper = dice.pick(SolidClass.sphere, .cube, .cone, .torus, .cylinder)
    var (second, _, _) = upper.make(&dice, size: size * dice.number(0.42...0.55))
    second.material = scene.add(Surfaces.solid(&dice, size: size * 0.5))
    scene.add([second.placed(dice.turn(), at: place + SIMD3(0, height, 0))], label: upper.rawValue)
    top = nil
  }

  /// A free place; nil where there is none.
  private mutating func place(room: Float) -> SIMD3<Float>? {
    for _ in 0..<40 {
      let x = dice.number(-spread...spread), z = dice.number(-spread...spread)
      guard x * x + z * z < spread * spread else { continue }
      let isFree = taken.allSatisfy { other in
        let (dx, dz, reach) = (x - other.x, z - other.z, (room + other.room) * 0.97)
        return dx * dx + dz * dz > reach * reach
      }
      guard isFree else { continue }
      taken.append((x, z, room))
      return SIMD3(x, 0, z)
    }
    return nil
  }

  /// A rod or a plate without a class, which hides a part of what is behind.
  private mutating func addClutter() {
    let turn = dice.turn()
    var parts: [Solid] = []
    switch dice.whole(0...3) {
    case 0:
      let half = dice.number(0.6...1.2)
      parts = [Solid(.cylinder, dice.number(0.03...0.06), half, at: SIMD3(0, half, 0))]
      parts.append(Solid(.cylinder, 0.2, 0.03, at: SIMD3(0, 0.03, 0)))
    case 1:
      var rod = Solid(.cylinder, 0.045, dice.number(0.6...1.1), at: SIMD3(0, 0.045, 0))
      (rod.u, rod.v) = (SIMD3(0, -1, 0), SIMD3(1, 0, 0))
      parts = [rod]
    case 2:
      var plate = Solid(.box, dice.number(0.3...0.6), dice.number(0.25...0.5), 0.025)
      plate.center.y = plate.b
      plate.rounding = 0.01
      parts = [plate]
    default:
      var plate = Solid(.box, dice.number(0.25...0.45), 0.03, dice.number(0.3...0.6))
      plate.center.y = plate.b + 0.012
      plate.rounding = 0.012
      parts = [plate]
    }
    let reach = dice.chance(0.5) ? Float(0.3) : parts.map(\.bound).max() ?? 0.3
    guard let place = place(room: min(reach, 0.7)) else { return }
    let material = scene.add(Surfaces.solid(&dice, size: 0.6))
    for index in parts.indices {
      parts[index].material = material
      parts[index] = parts[index].placed(turn, at: place)
    }
    scene.add(parts, label: -1)
  }

  private mutating func aim(_ azimuth: Float, aspect: Float) {
    // Outdoors lower, so that the sky is seen.
    let elevation = Rotation(dice.number(scene.backdrop.wall == nil ? 0.1...0.5 : 0.2...0.78)),
      around = Rotation(azimuth)
    let slope = dice.pick(Float(0.2), 0.27, 0.36, 0.5)
    // Narrow pictures step back until the group fits their width.
    let distance = (spread + 0.45) / slope * dice.number(0.82...1.12) / min(max(aspect, 0.4), 1)
    let target = SIMD3<Float>(dice.number(-0.3...0.3), dice.number(0.25...0.5), dice.number(-0.3...0.3))
    let offset = SIMD3(around.sine * elevation.cosine, elevation.sine, around.cosine * elevation.cosine) * distance
    scene.camera = Camera(
      from: target + offset, to: target, slope: slope, roll: dice.chance(0.3) ? dice.number(-0.07...0.07) : 0)
  }

  private mutating func light(_ azimuth: Float, isIndoors: Bool) {
    // From a side or a little from behind: light from the camera is flat.
    let side = azimuth + dice.pick(Float(-1), 1) * dice.number(0.6...2.2)
    scene.lighting = Stage.lighting(&dice, around: side, isIndoors: isIndoors)
    scene.lighting.bounce = Stage.bounce(of: scene.materials[scene.backdrop.floor], scene.lighting)
  }

  private mutating func addWall(_ azimuth: Float) {
    let toCamera = Rotation(azimuth + dice.number(-0.45...0.45))
    let wall = scene.add(Surfaces.wall(&dice))
    let distance = spread * dice.number(1.5...2.6) + 0.8
    scene.backdrop.wall = (distance, SIMD3(toCamera.sine, 0, toCamera.cosine), wall)
    scene.backdrop.zenith = SIMD3(0.7, 0.7, 0.72)
    scene.backdrop.horizon = SIMD3(0.5, 0.48, 0.45)
  }

  private mutating func openSky() {
    let isEvening = dice.chance(0.25)
    scene.backdrop.zenith = isEvening ? SIMD3(0.2, 0.3, 0.6) : SIMD3(0.16, 0.36, 0.82)
    scene.backdrop.horizon = isEvening ? SIMD3(0.95, 0.66, 0.42) : SIMD3(0.72, 0.82, 0.94)
    scene.backdrop.clouds = dice.chance(0.7) ? dice.number(0.2...1) : 0
    (scene.backdrop.fadeStart, scene.backdrop.fadeEnd) = (14, 70)
    if isEvening { scene.lighting.sun *= SIMD3(1.05, 0.82, 0.6) }
  }
}
