import Imaging
import Testing

@Suite struct ImageDrawingTests {
  static func gray(_ width: Int, _ height: Int) throws -> Image {
    try Image(width: width, height: height, format: .rgb, pixels: Array(repeating: 128, count: width * height * 3))
  }

  /// The smallest box around the pixels that differ.
  static func changed(_ a: Image, _ b: Image) -> (x1: Int, y1: Int, x2: Int, y2: Int)? {
    var found: (x1: Int, y1: Int, x2: Int, y2: Int)?
    for y in 0..<a.height {
      for x in 0..<a.width {
        let place = 3 * (y * a.width + x)
        guard a.pixels[place..<place + 3] != b.pixels[place..<place + 3] else { continue }
        let old = found ?? (x, y, x + 1, y + 1)
        found = (min(old.x1, x), min(old.y1, y), max(old.x2, x + 1), max(old.y2, y + 1))
      }
    }
    return found
  }

  @Test func aBoxHasTheClassesColorOnItsEdges() throws {
    let image = try Self.gray(100, 80)
    let annotation = Annotation(box: Box(x1: 20, y1: 30, x2: 70, y2: 60), classIndex: 3)
    let drawn = try image.drawing([annotation], style: AnnotationStyle(lineWidth: 2, textSize: 12))
    let color = Color.ofClass(3)
    func pixel(_ x: Int, _ y: Int) -> Color {
      let place = 3 * (y * 100 + x)
      return Color(red: drawn.pixels[place], green: drawn.pixels[place + 1], blue: drawn.pixels[place + 2])
    }
    // A line of two pixels around 20 covers pixels 19 and 20 whole.
    for (x, y) in [(19, 45), (20, 45), (69, 45), (70, 45), (45, 29), (45, 30), (45, 59), (45, 60)] {
      #expect(pixel(x, y) == color, "\((x, y))")
    }
    #expect(pixel(45, 45) == Color(red: 128, green: 128, blue: 128))
    #expect(pixel(16, 45) == Color(red: 128, green: 128, blue: 128))
  }

  @Test func edgesBetweenPixelsAreMixedIn() throws {
    let image = try Self.gray(60, 60)
    // A line of one pixel whose middle is at 20.25 covers pixel 19 by a quarter and pixel 20 by three quarters.
    let box = Box(x1: 20.25, y1: 10, x2: 50, y2: 50)
    let drawn = try image.drawing(
      [Annotation(box: box, classIndex: 0)], style: AnnotationStyle(lineWidth: 1, textSize: 12))
    let red = Double(Color.ofClass(0).red)
    func share(_ x: Int) -> Double { (Double(drawn.pixels[3 * (30 * 60 + x)]) - 128) / (red - 128) }
    #expect(share(20) > share(19))
    #expect(share(20) > 0.6)
  }

  /// The pixels of exactly this colour.
  static func count(_ color: Color, in image: Image) -> Int {
    var total = 0
    for place in stride(from: 0, to: image.pixels.count, by: 3) {
      let pixel = Color(red: image.pixels[place], green: image.pixels[place + 1], blue: image.pixels[place + 2])
      if pixel == color { total += 1 }
    }
    return total
  }

  @Test(arguments: [[0, 0, 30, 20], [90, 0, 100, 50], [0, 70, 10, 80], [-50, -50, 200, 200], [95, 75, 300, 300]])
  func labelsStayInThePicture(corners: [Float]) throws {
    let image = try Self.gray(100, 80)
    let style = AnnotationStyle(lineWidth: 2, textSize: 17)
    // All of the text's black pixels are there, wherever the box is.
    func blackPixels(_ corners: [Float]) throws -> Int {
      let box = Box(x1: corners[0], y1: corners[1], x2: corners[2], y2: corners[3])
      let drawn = try image.drawing([Annotation(box: box, label: "cat", score: 0.5, classIndex: 1)], style: style)
      return Self.count(.black, in: drawn)
    }
    let whole = try blackPixels([20, 30, 80, 70])
    #expect(whole > 10)
    #expect(try blackPixels(corners) == whole)
  }

  @Test func labelsOfEqualBoxesDoNotCoverEachOther() throws {
    let image = try Self.gray(300, 200)
    let style = AnnotationStyle(lineWidth: 2, textSize: 14)
    let box = Box(x1: 60, y1: 60, x2: 200, y2: 150)
    func count(_ color: Color, _ annotations: [Annotation]) throws -> Int {
      Self.count(color, in: try image.drawing(annotations, style: style))
    }
    let first = Annotation(box: box, label: "one", score: 0.9, classIndex: 1)
    let second = Annotation(box: box, label: "two", score: 0.8, classIndex: 2)
    // The first label keeps nearly all of its own pixels; the second has a place for its own.
    let alone = try count(Color.ofClass(1), [first]), both = try count(Color.ofClass(1), [first, second])
    #expect(Double(both) > 0.8 * Double(alone))
    #expect(try count(Color.ofClass(2), [first, second]) > 300)
  }

  @Test func oddAnnotationsAreHarmless() throws {
    let image = try Self.gray(40, 30)
    let odd: [Box] = [
      Box(x1: .nan, y1: 0, x2: 1, y2: 1), Box(x1: -.infinity, y1: 0, x2: .infinity, y2: 9),
      Box(x1: 100, y1: 100, x2: 200, y2: 200),
      Box(x1: 20, y1: 20, x2: 10, y2: 10),
    ]
    #expect(try image.drawing(odd.map { Annotation(box: $0, label: "x", classIndex: -7) }) == image)
    let long = Annotation(
      box: Box(x1: 1, y1: 1, x2: 39, y2: 29), label: String(repeating: "Größe\n\u{1F600}", count: 500), score: .nan,
      classIndex: Int.min)
    for (width, height) in [(1, 1), (3, 200), (200, 3), (40, 30), (900, 700)] {
      let drawn = try Self.gray(width, height).drawing([long])
      #expect(drawn.width == width && drawn.height == height)
    }
    for format in PixelFormat.allCases {
      let other = try Self.gray(40, 30).converted(to: format).drawing([long])
      #expect(other.format == .rgb)
    }
  }

  @Test func masksAreMixedIn() throws {
    let image = try Self.gray(20, 20)
    let mask = try Mask(width: 20, height: 20, box: Box(x1: 5, y1: 5, x2: 15, y2: 15))
    let annotation = Annotation(box: Box(x1: 0, y1: 0, x2: 0, y2: 0), classIndex: 5, mask: mask)
    let style = AnnotationStyle(lineWidth: 1, textSize: 5, maskOpacity: 0.5)
    let drawn = try image.drawing([annotation], style: style)
    let place = 3 * (10 * 20 + 10), color = Color.ofClass(5)
    #expect(abs(Int(drawn.pixels[place]) - (128 + Int(color.red)) / 2) <= 1)
    #expect(try #require(Self.changed(image, drawn)) == (5, 5, 15, 15))
    #expect(throws: ImageError.self) {
      try image.drawing([Annotation(box: annotation.box, mask: Mask(width: 2, height: 2, counts: [4]))])
    }
  }
}
