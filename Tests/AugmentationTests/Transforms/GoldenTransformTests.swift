import Augmentation
import Imaging
import TestSupport
import Testing

/// Every deterministic transform against torchvision's functional form with the same parameters.
@Suite struct GoldenTransformTests {
  struct Case: Decodable {
    let key: String, op: String
    let numbers: [Double]?, mode: String?, fill: [Double]?, maskFill: Int?, interpolation: String?
    let center: [Double]?, expand: Bool?, maxSize: Int?, antialias: Bool?, steps: [String]?

    var fills: Fill? {
      get throws { try fill.map { try Fill($0, mapClass: maskFill ?? 0) } }
    }

    var n: [Double] { numbers ?? [] }
    var middle: (x: Double, y: Double)? { center.map { ($0[0], $0[1]) } }
    var warp: WarpInterpolation { interpolation.flatMap(WarpInterpolation.init) ?? .nearest }
  }

  private static func whole(_ numbers: [Double]) -> [Int] { numbers.map { Int($0) } }

  private static func geometric(_ item: Case) throws -> (any Transform)? {
    let n = item.n, w = whole(n)
    switch item.op {
    case "crop": return try Crop(top: w[0], left: w[1], height: w[2], width: w[3])
    case "center_crop": return try CenterCrop(size: ImageSize(width: w[1], height: w[0]))
    case "pad":
      return try Pad(
        left: w[0], top: w[1], right: w[2], bottom: w[3], fill: item.fills ?? .zero,
        mode: #require(Pad.Mode(rawValue: item.mode ?? "")))
    case "hflip": return HorizontalFlip()
    case "vflip": return VerticalFlip()
    case "affine":
      return try Affine(
        angle: n[0], translate: (n[1], n[2]), scale: n[3], shear: (n[4], n[5]), center: item.middle,
        interpolation: item.warp, fill: item.fills)
    case "rotate":
      return try Rotation(
        degrees: n[0], expands: item.expand ?? false, center: item.middle, interpolation: item.warp, fill: item.fills)
    case "perspective":
      let end = (0..<4).map { (x: n[2 * $0], y: n[2 * $0 + 1]) }
      return try Perspective(
        from: [(0, 0), (24, 0), (24, 18), (0, 18)], to: end, interpolation: item.warp, fill: item.fills)
    case "elastic":
      let size = TestPicture.size
      let shift = (0..<2 * size.width * size.height).map { 0.15 * Formula.value($0, seed: 7) }
      return try Elastic(displacement: shift, size: size, interpolation: item.warp, fill: item.fills)
    case "resize":
      let name = item.antialias == false ? "opencv-bilinear" : item.interpolation ?? ""
      let target: Resize.Target =
        w.count == 1 ? .shortestSide(w[0], longest: item.maxSize) : .exact(ImageSize(width: w[1], height: w[0]))
      return try Resize(target, interpolation: #require(Interpolation(rawValue: name)))
    case "resized_crop":
      return TransformSequence([
        try Crop(top: w[0], left: w[1], height: w[2], width: w[3]),
        try Resize(.exact(ImageSize(width: w[5], height: w[4]))),
      ])
    default: return nil
    }
  }

  /// Levels by which results may differ, where torchvision rounds otherwise than we do.
  private static func tolerance(_ item: Case) -> Int {
    // Resizes are Pillow's here; torchvision's weights have fewer bits. A blur that sums in another order rounds halves
    // to either side; the JPEG codec in torchvision's wheel is a build of its own.
    ["resize", "resized_crop", "gaussian_blur", "jpeg"].contains(item.op) && item.interpolation != "nearest" ? 1 : 0
  }

  private static func expect(_ image: [UInt8], _ expected: [UInt8], within levels: Int, _ note: String) {
    #expect(image.count == expected.count, "\(note)")
    let worst = zip(image, expected).map { abs(Int($0) - Int($1)) }.max() ?? 0
    let wrong = zip(image, expected).filter { abs(Int($0) - Int($1)) > levels }.count
    #expect(wrong == 0, "\(note): \(wrong) of \(image.count) bytes differ, by up to \(worst)")
  }

  @Test func geometryEqualsTorchvisionsInPicturesMasksBoxesAndPoints() throws {
    let golden = try Golden("augmentation")
    var count = 0
    for item in try golden.cases(Case.self) {
      guard let transform = try Self.geometric(item) else { continue }
      count += 1
      let note = "\(item)"
      var sample = try TestPicture.sample()
      let hasBoxes = golden.tensors["\(item.key).boxes"] != nil
      if !hasBoxes { sample.objects = [] }
      let result = try transform.apply(to: sample)
      let expected = try golden["\(item.key).image"]
      #expect([result.size.height, result.size.width, 3] == expected.shape, "\(note)")
      Self.expect(result.image.pixels, try expected.bytes(), within: Self.tolerance(item), note)
      #expect(try result.classMap?.classes == golden["\(item.key).classes"].bytes(), "class map, \(note)")
      guard hasBoxes else { continue }
      let objects = try #require(result.objects)
      #expect(try objects[0].mask?.pixels == golden["\(item.key).mask"].bytes(), "mask, \(note)")
      let boxes = try golden["\(item.key).boxes"].floats(), points = try golden["\(item.key).points"].floats()
      for (index, object) in objects.enumerated() {
        for (k, value) in [object.box.x1, object.box.y1, object.box.x2, object.box.y2].enumerated() {
          #expect(abs(value - boxes[4 * index + k]) <= 1e-4, "box \(index).\(k), \(note)")
        }
        let point = try #require(object.keypoints?.first)
        #expect(abs(point.x - points[2 * index]) <= 1e-4, "point \(index), \(note)")
        #expect(abs(point.y - points[2 * index + 1]) <= 1e-4, "point \(index), \(note)")
      }
    }
    #expect(count > 90)
  }

  private static func step(_ name: String, _ factor: Double) throws -> ColorAdjustment.Step {
    switch name {
    case "brightness": .brightness(factor)
    case "contrast": .contrast(factor)
    case "saturation": .saturation(factor)
    default: .hue(factor)
    }
  }

  private static func recoloring(_ item: Case) throws -> (any Transform)? {
    let n = item.n, w = whole(n)
    switch item.op {
    case "brightness", "contrast", "saturation", "hue": return try ColorAdjustment([step(item.op, n[0])])
    case "jitter": return try ColorAdjustment(zip(item.steps ?? [], n).map { try step($0, $1) })
    case "sharpness": return try Sharpness(factor: n[0])
    case "grayscale3": return try ColorAdjustment([.grayscale])
    case "grayscale1": return try Grayscale()
    case "invert": return Invert()
    case "posterize": return try Posterize(bits: w[0])
    case "solarize": return try Solarize(threshold: n[0])
    case "equalize": return Equalize()
    case "autocontrast": return AutoContrast()
    case "gaussian_blur": return try GaussianBlur(width: w[0], height: w[1], sigma: (n[2], n[3]))
    case "jpeg": return try JPEGCompression(quality: w[0])
    case "erase": return try Erase(top: w[0], left: w[1], height: w[2], width: w[3], content: .values([n[4]]))
    case "permute": return try ChannelPermutation(w)
    case "policy":
      let operation = try #require(PolicyOperation(rawValue: item.steps?.first ?? ""))
      return try operation.transform(n[0])
    default: return nil
    }
  }

  @Test func levelsEqualTorchvisionsInColorAndGrey() throws {
    let golden = try Golden("augmentation")
    var count = 0
    for item in try golden.cases(Case.self) {
      guard let transform = try Self.recoloring(item) else { continue }
      count += 1
      let color = try transform.apply(to: Sample(image: TestPicture.image()))
      Self.expect(color.image.pixels, try golden["\(item.key).image"].bytes(), within: Self.tolerance(item), "\(item)")
      guard item.op != "permute" else { continue }
      let gray = try transform.apply(to: Sample(image: TestPicture.image(.gray, seed: 6)))
      Self.expect(
        gray.image.pixels, try golden["\(item.key).gray"].bytes(), within: Self.tolerance(item), "grey, \(item)")
    }
    #expect(count > 60)
  }

  @Test func sanitizingKeepsTheBoxesThatTorchvisionKeeps() throws {
    let golden = try Golden("augmentation")
    let cases = try golden.cases(Case.self).filter { $0.op == "sanitize" }
    #expect(cases.count == 3)
    for item in cases {
      let rule = try SanitizeBoxes(minimumSize: item.n[0], minimumArea: item.n[1])
      let values = try golden["\(item.key).boxes"].floats()
      let kept = stride(from: 0, to: values.count, by: 4).map {
        rule.keeps(
          Box(x1: values[$0], y1: values[$0 + 1], x2: values[$0 + 2], y2: values[$0 + 3]), in: TestPicture.size)
      }
      #expect(try kept == golden["\(item.key).valid"].bytes().map { $0 != 0 })
    }
  }
}
