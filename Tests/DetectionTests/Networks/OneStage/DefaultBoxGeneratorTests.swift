import Detection
import TensorCore
import TestSupport
import Testing

@Suite struct DefaultBoxGeneratorTests {
  @Test func equalTorchvisions() throws {
    let golden = try Golden("default_boxes")
    let models: [(String, DefaultBoxGenerator, [[Int]], [Int], Int)] = [
      ("ssd", SSD.Configuration.vgg16.boxes, [38, 19, 10, 5, 3, 1].map { [$0, $0] }, [300, 300], 29),
      ("ssdlite", SSD.Configuration.lite.boxes, [20, 10, 5, 3, 2, 1].map { [$0, $0] }, [320, 320], 29),
      (
        "unclipped",
        DefaultBoxGenerator(aspectRatios: [[2], [3]], minimumScale: 0.4, maximumScale: 0.9, clips: false),
        [[2, 3], [1, 2]], [40, 70], 1
      ),
    ]
    for (name, generator, maps, size, step) in models {
      let boxes = try generator.boxes(maps: maps, imageSize: size)
      #expect(boxes.shape[0] == zip(maps, generator.boxesPerCell).reduce(0) { $0 + $1.0[0] * $1.0[1] * $1.1 })
      let expected = try golden[name]
      let taken = try boxes.slice(axis: 0, step: step)
      #expect(taken.shape == expected.shape)
      #expect(try zip(taken.floats(), expected.floats()).allSatisfy { abs($0 - $1) < 1e-4 }, "\(name)")
    }
  }

  /// One cell of a 100x100 image, side 0.2, the next scale 0.8: squares of 20 and sqrt(0.2 * 0.8) * 100 = 40, and 4 : 1 either way.
  @Test func byHand() throws {
    let generator = DefaultBoxGenerator(aspectRatios: [[4]], scales: [0.2, 0.8])
    let boxes = try generator.boxes(maps: [[1, 1]], imageSize: [100, 100]).floats()
    let expected: [Float] = [40, 40, 60, 60, 30, 30, 70, 70, 30, 45, 70, 55, 45, 30, 55, 70]
    #expect(zip(boxes, expected).allSatisfy { abs($0 - $1) < 1e-4 })
    #expect(boxes.count == 16)
  }

  @Test func mapsMustBeAsManyAsRatios() {
    let generator = SSD.Configuration.vgg16.boxes
    #expect(throws: ShapeError.self) { try generator.boxes(maps: [[38, 38]], imageSize: [300, 300]) }
  }
}
