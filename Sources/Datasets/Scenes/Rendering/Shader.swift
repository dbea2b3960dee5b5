/// The light that comes along rays.
struct Shader {
  let tracer: Tracer
  let planes: Scene.Planes
  let materials: UnsafeBufferPointer<Material>
  let backdrop: Backdrop
  let lighting: Lighting
  /// A pixel's width at distance 1.
  let pixelSlope: Float

  /// What a ray meets and its light.
  struct Seen {
    var color: Lanes3
    var hit: Tracer.Hit
  }

  /// What is at the end of four rays from the camera.
  func look(from origin: Lanes3, along direction: Lanes3, touched: UnsafeMutablePointer<Int32>?) -> Seen {
    let hit = tracer.trace(from: origin, along: direction, in: planes, touched: touched)
    return Seen(color: color(of: hit, origin, direction, isReflection: false), hit: hit)
  }

  private func color(of hit: Tracer.Hit, _ origin: Lanes3, _ direction: Lanes3, isReflection: Bool) -> Lanes3 {
    var result = Lanes3.zero
    var left = LaneMask(repeating: true)
    for lane in 0..<4 where left[lane] {
      let id = hit.body[lane]
      let same = hit.body .== id
      left = left .& .!same
      // Rays that met something else are sent to this one's distance, so that all numbers stay small.
      let t = Lanes(repeating: hit.distance[lane]).replacing(with: hit.distance, where: same)
      let part = id == Tracer.sky ? sky(direction) : surface(id, t, origin, direction, isReflection)
      result = result.replacing(with: part, where: same)
    }
    return result
  }

  private func surface(
    _ id: Int32, _ t: Lanes, _ origin: Lanes3, _ direction: Lanes3, _ isReflection: Bool
  ) -> Lanes3 {
    let p = origin + direction * t
    let footprint = t * pixelSlope
    let normal: Lanes3, albedo: Lanes3
    let material: Material
    if id >= 0 {
      let body = tracer.bodies[Int(id)]
      normal = tracer.normal(body, p, footprint * 0.5)
      (albedo, material) = bodyColor(body, p, footprint)
    } else if id == Tracer.wall, let wall = planes.wall {
      normal = Lanes3(wall.normal)
      material = materials[wall.material]
      let across = p.dot(SIMD3(wall.normal.z, 0, -wall.normal.x))
      albedo = material.color(Lanes3(across, .zero, p.y), footprint: footprint)
    } else {
      normal = Lanes3(SIMD3(0, 1, 0))
      material = materials[backdrop.floor]
      let steepness = most(-direction.y, 0.05)
      albedo = material.color(Lanes3(p.x, .zero, p.z), footprint: footprint / steepness)
    }
    let color = lit(albedo, material, p, normal, direction, isReflection)
    guard id == Tracer.floor, planes.wall == nil else { return color }
    let flat = root(p.x * p.x + p.z * p.z)
    return color.mixed(Lanes3(backdrop.horizon), smoothStep(backdrop.fadeStart, backdrop.fadeEnd, flat))
  }

  /// The colour of each ray's nearest solid, and the material of the first ray's.
  private func bodyColor(_ body: Body, _ p: Lanes3, _ footprint: Lanes) -> (Lanes3, Material) {
    var nearest = SIMD4<Int32>(repeating: Int32(truncatingIfNeeded: body.solids.lowerBound))
    if body.solids.count > 1 {
      var d = Lanes(repeating: 1e9)
      for index in body.solids {
        let next = tracer.solids[index].distance(p)
        nearest.replace(with: Int32(truncatingIfNeeded: index), where: next .< d)
        d = least(d, next)
      }
    }
    let first = tracer.solids[Int(nearest[0])]
    var color = materials[first.material].color(first.local(p), footprint: footprint)
    for lane in 1..<4 where nearest[lane] != nearest[lane - 1] {
      let solid = tracer.solids[Int(nearest[lane])]
      let own = materials[solid.material].color(solid.local(p), footprint: footprint)
      color = color.replacing(with: own, where: nearest .== nearest[lane])
    }
    return (color, materials[first.material])
  }

  private func lit(
    _ albedo: Lanes3, _ material: Material, _ p: Lanes3, _ normal: Lanes3, _ direction: Lanes3, _ isReflection: Bool
  ) -> Lanes3 {
    let raised = p + normal * 0.004
    let facing = most(normal.dot(lighting.direction), 0)
    var sun = facing, open = Lanes(repeating: 0.85)
    if !isReflection {
      if any(facing .> 0) {
        sun = facing * tracer.light(at: raised, from: lighting.direction, sharpness: lighting.sharpness)
      }
      open = tracer.openness(at: p, normal, in: planes)
    }
    let above = 0.5 + 0.5 * normal.y
    let around = (Lanes3(lighting.ambient) * above + Lanes3(lighting.bounce) * (1 - above)) * open
    let diffuse = albedo * (Lanes3(lighting.sun) * sun + around)
    let view = direction * Lanes(repeating: -1)
    let half = (view + Lanes3(lighting.direction)).normalized
    var shine = most(normal.dot(half), 0)
    for _ in 0..<material.sharpness { shine *= shine }
    let strength = material.gloss * Float(1 << material.sharpness) * 0.12
    let highlight = Lanes3(lighting.sun) * (shine * sun * strength)
    let grazing = clamp(1 - normal.dot(view), 0, 1)
    let fresnel = grazing * grazing * grazing * grazing * grazing
    let mirror = material.mirror + (0.9 - material.mirror) * fresnel * min(material.gloss * 4 + material.mirror, 1)
    guard material.mirror > 0, !isReflection else {
      let glimpse = lighting.ambient * 0.6
      return material.isMetal
        ? albedo * (around * 1.4 + Lanes3(lighting.sun) * (sun * 0.5))
        : diffuse + highlight + Lanes3(glimpse) * (fresnel * material.gloss * open)
    }
    let bounced = direction.reflected(normal)
    let hit = tracer.trace(from: raised, along: bounced, in: planes, touched: nil)
    let seen = color(of: hit, raised, bounced, isReflection: true)
    return material.isMetal
      ? albedo.mixed(Lanes3(SIMD3(1, 1, 1)), fresnel) * seen * (0.35 + 0.65 * open) + albedo * around * 0.15 + highlight
        * albedo
      : diffuse.mixed(seen, mirror) + highlight
  }

  private func sky(_ direction: Lanes3) -> Lanes3 {
    let height = clamp(direction.y, 0, 1)
    let fall = 1 - height
    let fade = fall * fall * fall
    var color = Lanes3(backdrop.zenith).mixed(Lanes3(backdrop.horizon), fade)
    if backdrop.clouds > 0 {
      let far = 1 / most(direction.y + 0.12, 0.06)
      let shape = Noise.fractal(
        Lanes3(direction.x * far * 1.3, Lanes(repeating: 9), direction.z * far * 1.3), octaves: 4)
      let cover =
        smoothStep(0.62 - 0.3 * backdrop.clouds, 0.85 - 0.2 * backdrop.clouds, shape) * smoothStep(0, 0.12, direction.y)
      color = color.mixed(Lanes3(SIMD3(0.95, 0.95, 0.97)), cover * 0.85)
    }
    // The glow around the sun, and lamps for metals to mirror.
    let toSun = most(direction.dot(lighting.direction), 0)
    let glow = toSun * toSun * toSun * toSun
    let wide = glow * glow
    return color + Lanes3(lighting.sun) * (wide * wide * 0.22)
  }
}
