/// The classes of the scenes.
enum SolidClass: Int, CaseIterable {
  case sphere, cube, cylinder, cone, torus, capsule

  var name: String {
    switch self {
    case .sphere: "sphere"
    case .cube: "cube"
    case .cylinder: "cylinder"
    case .cone: "cone"
    case .torus: "torus"
    case .capsule: "capsule"
    }
  }

  /// A solid that rests on height 0 over the origin, how much room it takes around it, and how high it is where
  /// something can stand on
  /// it.
  func make(_ dice: inout Dice, size: Float) -> (solid: Solid, room: Float, top: Float?) {
    switch self {
    case .sphere: return (Solid(.sphere, size, at: SIMD3(0, size, 0)), size, nil)
    case .cube:
      let edge = size * 0.82, rounding = size * dice.pick(Float(0.02), 0.05, 0.12)
      var cube = Solid(.box, edge - rounding, edge - rounding, edge - rounding, at: SIMD3(0, edge, 0))
      cube.rounding = rounding
      return (cube, edge * 1.42, edge * 2)
    case .cylinder:
      let radius = size * dice.number(0.45...0.8), half = size * dice.number(0.55...1.05)
      var cylinder = Solid(.cylinder, radius - 0.03, half - 0.03, at: SIMD3(0, half, 0))
      cylinder.rounding = 0.03
      guard dice.chance(0.3) else { return (cylinder, radius, half * 2) }
      lay(&cylinder, height: radius)
      return (cylinder, (radius * radius + half * half).squareRoot(), nil)
    case .cone:
      let radius = size * dice.number(0.6...0.85), half = size * dice.number(0.75...1.1)
      var cone = Solid(.cone, radius - 0.02, half - 0.02, 0.01, at: SIMD3(0, half, 0))
      cone.rounding = 0.02
      guard dice.chance(0.15) else { return (cone, radius, nil) }
      // On its side: the axis falls towards the tip.
      let slant = (radius * radius + 4 * half * half).squareRoot()
      let (sine, cosine) = (radius / slant, 2 * half / slant)
      (cone.u, cone.v) = (SIMD3(sine, cosine, 0), SIMD3(cosine, -sine, 0))
      cone.center.y = radius * cosine / 2
      return (cone, slant * 0.62, nil)
    case .torus:
      let tube = size * dice.number(0.2...0.36), ring = size - tube * 0.6
      var torus = Solid(.torus, ring, tube, at: SIMD3(0, tube, 0))
      guard dice.chance(0.25) else { return (torus, ring + tube, nil) }
      lay(&torus, height: ring + tube)
      return (torus, ring + tube, nil)
    case .capsule:
      let radius = size * dice.number(0.35...0.5), half = size * dice.number(0.4...0.85)
      var capsule = Solid(.capsule, radius, half, at: SIMD3(0, radius, 0))
      guard dice.chance(0.8) else {
        capsule.center.y = radius + half
        return (capsule, radius, nil)
      }
      lay(&capsule, height: radius)
      return (capsule, radius + half, nil)
    }
  }

  private func lay(_ solid: inout Solid, height: Float) {
    (solid.u, solid.v) = (SIMD3(0, -1, 0), SIMD3(1, 0, 0))
    solid.center.y = height
  }
}

extension Solid {
  /// Turned about the upright axis through the origin, then moved.
  func placed(_ turn: Rotation, at place: SIMD3<Float>) -> Solid {
    func turned(_ v: SIMD3<Float>) -> SIMD3<Float> {
      SIMD3(turn.cosine * v.x + turn.sine * v.z, v.y, turn.cosine * v.z - turn.sine * v.x)
    }
    var result = self
    result.center = turned(center) + place
    (result.u, result.v, result.w) = (turned(u), turned(v), turned(w))
    return result
  }
}
