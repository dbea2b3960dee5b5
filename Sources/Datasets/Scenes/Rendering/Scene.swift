/// One or several solids that belong together, such as a hot dog.
struct Body {
  /// Its solids' places in the scene.
  var solids: Range<Int>
  /// A ball around all of them.
  var center: SIMD3<Float>, radius: Float
  /// Its class; -1 for things without one.
  var label: Int
}

/// What is behind everything.
struct Backdrop {
  /// Colours of the sky above and at the horizon.
  var zenith = SIMD3<Float>(0.22, 0.42, 0.85), horizon = SIMD3<Float>(0.75, 0.82, 0.92)
  /// How much of the sky is covered, 0 to 1.
  var clouds: Float = 0
  /// A wall: its distance from the origin and the direction that it faces; without one there is the sky.
  var wall: (distance: Float, normal: SIMD3<Float>, material: Int)?
  /// From what distance on the floor fades into the horizon, and where it is gone.
  var fadeStart: Float = 30, fadeEnd: Float = 90
  /// The floor's material.
  var floor = 0
}

/// The sun or a lamp far away, and the light from all around.
struct Lighting {
  var direction = SIMD3<Float>(0.4, 0.8, 0.45).normalized
  var sun = SIMD3<Float>(2.5, 2.35, 2.1)
  var ambient = SIMD3<Float>(0.42, 0.5, 0.62)
  /// The light that the floor throws back.
  var bounce = SIMD3<Float>(0.2, 0.18, 0.15)
  /// Sharpness of shadows: the distance over the width of the half-shadow.
  var sharpness: Float = 8
}

/// A camera without depth of field.
struct Camera {
  var position: SIMD3<Float>
  var right: SIMD3<Float>, up: SIMD3<Float>, forward: SIMD3<Float>
  /// The tangent of half the vertical angle of view.
  var slope: Float

  init(from position: SIMD3<Float>, to target: SIMD3<Float>, slope: Float, roll: Float = 0) {
    self.position = position
    self.slope = slope
    forward = (target - position).normalized
    let level = forward.cross(SIMD3(0, 1, 0)).normalized
    let straight = level.cross(forward)
    let roll = Rotation(roll)
    right = level * roll.cosine + straight * roll.sine
    up = straight * roll.cosine - level * roll.sine
  }
}

/// What a lens and a sensor do to a picture.
struct Lens {
  var exposure: Float = 1
  /// How much darker corners are, 0 to 1.
  var vignette: Float = 0.2
  /// Deviation of the noise, of 1.
  var noise: Float = 0.008
  /// How much of each pixel goes to its eight neighbours, 0 to 0.5.
  var blur: Float = 0
}

/// All that a picture is made of.
struct Scene {
  var bodies: [Body] = []
  var solids: [Solid] = []
  var materials: [Material] = []
  var backdrop = Backdrop()
  var lighting = Lighting()
  var camera = Camera(from: SIMD3(0, 3, 8), to: .zero, slope: 0.4)
  var lens = Lens()
  /// Of noise.
  var seed: UInt32 = 0

  /// Adds a material and gives its place.
  mutating func add(_ material: Material) -> Int {
    materials.append(material)
    return materials.count - 1
  }

  /// Adds solids as one body.
  mutating func add(_ parts: [Solid], label: Int) {
    guard let first = parts.first else { return }
    var low = first.center - first.bound, high = first.center + first.bound
    for part in parts {
      low = pointwiseMin(low, part.center - part.bound)
      high = pointwiseMax(high, part.center + part.bound)
    }
    let center = (low + high) / 2
    let radius = parts.map { ($0.center - center).length + $0.bound }.max() ?? 0
    bodies.append(
      Body(solids: solids.count..<solids.count + parts.count, center: center, radius: radius * 1.01, label: label))
    for var part in parts {
      part.reach = part.bound
      solids.append(part)
    }
  }
}
