import Support

/// A picture before it is encoded.
struct Rendering {
  let width: Int, height: Int
  /// `height * width * 3` levels of sRGB.
  var pixels: [UInt8]
  /// The body of each pixel, as most of its rays see it; -1 for none.
  var bodies: [Int16]
  /// Distance from the camera along its axis in units of the scene; 0 for the sky.
  var depth: [Float]
  /// Rays that would meet each body if nothing stood before it.
  var touched: [Int]
  /// Rays that meet it.
  var seen: [Int]
}

/// Renders scenes: four rays a pixel, rows in parallel, the same bytes on any number of threads.
struct Renderer {
  let scene: Scene
  let width: Int, height: Int
  /// Whether `touched` is counted, for which bodies behind others are looked at too.
  var countsTouched = true

  private static let rowsAtOnce = 8

  /// The picture, by the threads of `pool`.
  func render(_ pool: ThreadPool) -> Rendering {
    let area = width * height, count = scene.bodies.count
    var light = [Float](repeating: 0, count: area * 3)
    var result = Rendering(
      width: width, height: height, pixels: [], bodies: [Int16](repeating: -1, count: area),
      depth: [Float](repeating: 0, count: area), touched: [], seen: [])
    let chunks = (height + Self.rowsAtOnce - 1) / Self.rowsAtOnce
    // Each chunk counts for itself: rays that touch each body, then rays that see it.
    var counts = [Int32](repeating: 0, count: chunks * count * 2)
    let slope = 2 * scene.camera.slope / Float(height)
    scene.bodies.withUnsafeBufferPointer { bodies in
      scene.solids.withUnsafeBufferPointer { solids in
        scene.materials.withUnsafeBufferPointer { materials in
          let planes = Scene.Planes(wall: scene.backdrop.wall, floorEnd: 400)
          let shader = Shader(
            tracer: Tracer(bodies: bodies, solids: solids), planes: planes, materials: materials,
            backdrop: scene.backdrop,
            lighting: scene.lighting, pixelSlope: slope)
          light.withUnsafeMutableBufferPointer { light in
            result.bodies.withUnsafeMutableBufferPointer { labels in
              result.depth.withUnsafeMutableBufferPointer { depth in
                counts.withUnsafeMutableBufferPointer { counts in
                  guard let light = light.baseAddress, let labels = labels.baseAddress, let depth = depth.baseAddress
                  else { return }
                  // An empty scene still has a place to point at.
                  let own = counts.baseAddress ?? UnsafeMutablePointer<Int32>.allocate(capacity: 1)
                  let target = Target(light: light, bodies: labels, depth: depth)
                  pool.run(chunks: chunks) { chunk in
                    let rows = chunk * Self.rowsAtOnce..<min((chunk + 1) * Self.rowsAtOnce, height)
                    let touched = own + chunk * count * 2
                    for y in rows { row(y, shader, target, touched: touched, seen: touched + count, slope) }
                  }
                  if counts.baseAddress == nil { own.deallocate() }
                }
              }
            }
          }
        }
      }
    }
    func total(_ start: Int) -> [Int] {
      (0..<count).map { body in (0..<chunks).reduce(0) { $0 + Int(counts[$1 * count * 2 + start + body]) } }
    }
    result.touched = total(0)
    result.seen = total(count)
    result.pixels = LensEffects(lens: scene.lens, seed: scene.seed, width: width, height: height).develop(light)
    return result
  }

  private struct Target {
    let light: UnsafeMutablePointer<Float>
    let bodies: UnsafeMutablePointer<Int16>
    let depth: UnsafeMutablePointer<Float>
  }

  /// A turned grid: no two rays of a pixel share a row or a column.
  private static let offsetX = Lanes(0.375, 0.875, 0.125, 0.625), offsetY = Lanes(0.125, 0.375, 0.625, 0.875)

  private func row(
    _ y: Int, _ shader: Shader, _ target: Target, touched: UnsafeMutablePointer<Int32>,
    seen: UnsafeMutablePointer<Int32>,
    _ slope: Float
  ) {
    let camera = scene.camera
    let origin = Lanes3(camera.position)
    for x in 0..<width {
      let right = (Float(x) - Float(width) / 2 + Self.offsetX) * slope
      let up = (Float(height) / 2 - Float(y) - Self.offsetY) * slope
      let ray = Lanes3(
        camera.forward.x + right * camera.right.x + up * camera.up.x,
        camera.forward.y + right * camera.right.y + up * camera.up.y,
        camera.forward.z + right * camera.right.z + up * camera.up.z
      ).normalized
      let result = shader.look(from: origin, along: ray, touched: countsTouched ? touched : nil)
      let place = y * width + x
      let color = LensEffects.toned(result.color * scene.lens.exposure)
      target.light[place * 3] = color.x.sum() * 0.25
      target.light[place * 3 + 1] = color.y.sum() * 0.25
      target.light[place * 3 + 2] = color.z.sum() * 0.25
      let ids = result.hit.body
      var lane = 0, votes = 0
      for candidate in 0..<4 {
        if ids[candidate] >= 0 { seen[Int(ids[candidate])] += 1 }
        let same = ids .== ids[candidate]
        let own = (same[0] ? 1 : 0) + (same[1] ? 1 : 0) + (same[2] ? 1 : 0) + (same[3] ? 1 : 0)
        if own > votes { (lane, votes) = (candidate, own) }
      }
      target.bodies[place] = Int16(truncatingIfNeeded: max(ids[lane], -1))
      let along = ray.dot(camera.forward)[lane]
      target.depth[place] = ids[lane] == Tracer.sky ? 0 : result.hit.distance[lane] * along
    }
  }
}
