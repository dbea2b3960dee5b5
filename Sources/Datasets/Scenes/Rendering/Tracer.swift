/// Finds what rays meet. Rays go in fours, over one body at a time and only where they pass its ball.
struct Tracer {
  let bodies: UnsafeBufferPointer<Body>
  let solids: UnsafeBufferPointer<Solid>

  /// Numbers of what is no body.
  static let sky: Int32 = -1, floor: Int32 = -2, wall: Int32 = -3

  /// Where rays end.
  struct Hit {
    var distance: Lanes
    /// The body, or `sky`, `floor`, `wall`.
    var body: SIMD4<Int32>
  }

  /// The distance to a body; its solids flow into each other as they wish. Solids whose ball is farther than what was found are
  /// passed over.
  @inline(__always) func distance(_ body: Body, _ p: Lanes3) -> Lanes {
    var d = solids[body.solids.lowerBound].distance(p)
    guard body.solids.count > 1 else { return d }
    for index in body.solids.dropFirst() {
      let blend = solids[index].blend
      let away = p - Lanes3(solids[index].center)
      let near = most(d + (solids[index].reach + blend), 0)
      guard any(away.dot(away) .< near * near) else { continue }
      let next = solids[index].distance(p)
      if blend > 0 {
        let h = most(blend - magnitude(d - next), 0) * (1 / blend)
        d = least(d, next) - h * h * (blend * 0.25)
      } else {
        d = least(d, next)
      }
    }
    return d
  }

  /// Sends four rays. `touched` counts, for each body, rays that would meet it if nothing stood before it; without it, bodies behind
  /// others are passed over.
  func trace(
    from origin: Lanes3, along direction: Lanes3, in scene: Scene.Planes, touched: UnsafeMutablePointer<Int32>?
  ) -> Hit {
    var best = Lanes(repeating: 1e9)
    var ids = SIMD4<Int32>(repeating: Self.sky)
    let down = direction.y .< -1e-5
    let toFloor = (-origin.y) / direction.y.replacing(with: -1, where: .!down)
    let onFloor = down .& (toFloor .< scene.floorEnd)
    best.replace(with: toFloor, where: onFloor)
    ids.replace(with: Self.floor, where: onFloor)
    if let wall = scene.wall {
      let facing = direction.dot(wall.normal)
      let t = -(origin.dot(wall.normal) + wall.distance) / facing.replacing(with: -1, where: facing .> -1e-5)
      let onWall = (facing .< -1e-5) .& (t .< best) .& (t .> 0)
      best.replace(with: t, where: onWall)
      ids.replace(with: Self.wall, where: onWall)
    }
    for (index, body) in bodies.enumerated() {
      let toCenter = Lanes3(body.center) - origin
      let middle = toCenter.dot(direction)
      let gap = toCenter.dot(toCenter) - middle * middle
      let reach = body.radius * body.radius
      var active = (gap .< reach) .& (middle .> -body.radius)
      if touched == nil { active = active .& ((middle - body.radius) .< best) }
      guard any(active) else { continue }
      let half = root(reach - gap)
      let end = middle + half
      var t = most(middle - half, 0.02)
      var met = LaneMask(repeating: false)
      for _ in 0..<72 {
        let d = distance(body, origin + direction * t)
        let near = active .& (d .< t * 0.0006)
        met = met .| near
        active = active .& .!near
        t.replace(with: t + d, where: active)
        active = active .& (t .< end)
        guard any(active) else { break }
      }
      guard any(met) else { continue }
      if let touched {
        for lane in 0..<4 where met[lane] { touched[index] += 1 }
      }
      let closer = met .& (t .< best)
      best.replace(with: t, where: closer)
      ids.replace(with: Int32(truncatingIfNeeded: index), where: closer)
    }
    return Hit(distance: best, body: ids)
  }

  /// The direction away from a body's surface.
  func normal(_ body: Body, _ p: Lanes3, _ step: Lanes) -> Lanes3 {
    let e = most(step, 0.0005)
    let a = distance(body, Lanes3(p.x + e, p.y - e, p.z - e)), b = distance(body, Lanes3(p.x - e, p.y - e, p.z + e))
    let c = distance(body, Lanes3(p.x - e, p.y + e, p.z - e)), d = distance(body, Lanes3(p.x + e, p.y + e, p.z + e))
    return Lanes3(a - b - c + d, c + d - a - b, b - a - c + d).normalized
  }

  /// How much of a wide light is seen: 0 in the shadow, 1 outside.
  func light(at p: Lanes3, from direction: SIMD3<Float>, sharpness: Float) -> Lanes {
    let ray = Lanes3(direction)
    var seen = Lanes(repeating: 1)
    for body in bodies {
      let toCenter = Lanes3(body.center) - p
      let middle = toCenter.dot(ray)
      let gap = toCenter.dot(toCenter) - middle * middle
      let wide = body.radius + most(middle + body.radius, 0) * (1 / sharpness)
      var active = (middle .> -body.radius) .& (gap .< wide * wide) .& (seen .> 0.01)
      guard any(active) else { continue }
      var t = most(middle - wide, 0.015)
      let end = middle + wide
      for _ in 0..<28 {
        let d = distance(body, p + ray * t)
        seen.replace(with: least(seen, d * sharpness / t), where: active)
        seen.replace(with: 0, where: active .& (d .< 0.0008))
        t += most(d * 0.8, 0.015)
        active = active .& (t .< end) .& (seen .> 0.01)
        guard any(active) else { break }
      }
    }
    let s = clamp(seen, 0, 1)
    return s * s * (3 - 2 * s)
  }

  /// How open a place is to the light from all around, 0 to 1.
  func openness(at p: Lanes3, _ normal: Lanes3, in scene: Scene.Planes) -> Lanes {
    var hidden = Lanes.zero
    let steps: (Float, Float, Float, Float) = (0.06, 0.18, 0.4, 0.8)
    let weights: (Float, Float, Float, Float) = (2.2, 0.95, 0.5, 0.26)
    hidden += closed(p, normal, steps.0, in: scene) * weights.0
    hidden += closed(p, normal, steps.1, in: scene) * weights.1
    hidden += closed(p, normal, steps.2, in: scene) * weights.2
    hidden += closed(p, normal, steps.3, in: scene) * weights.3
    return clamp(1 - 0.62 * hidden, 0.12, 1)
  }

  @inline(__always) private func closed(_ p: Lanes3, _ normal: Lanes3, _ step: Float, in scene: Scene.Planes) -> Lanes {
    let q = p + normal * step
    var d = least(q.y, step)
    if let wall = scene.wall { d = least(d, q.dot(wall.normal) + wall.distance) }
    for body in bodies {
      let away = q - Lanes3(body.center)
      let reach = body.radius + step
      guard any(away.dot(away) .< reach * reach) else { continue }
      d = least(d, distance(body, q))
    }
    return most(step - d, 0)
  }
}

extension Scene {
  /// The floor at height 0 and the wall, where there is one.
  struct Planes {
    var wall: (distance: Float, normal: SIMD3<Float>, material: Int)?
    /// How far the floor is looked for.
    var floorEnd: Float
  }
}
