import Foundation
import Imaging
import Models
import Segmentation
import Synchronization
import TensorCore
import Testing

/// The left half is class 0, the right half class 15.
private struct Halves: SegmentationNetwork {
  func outputs(for input: Tensor) throws(ShapeError) -> [NamedTensor] { [NamedTensor("out", try scores(for: input))] }
  func scores(for input: Tensor) throws(ShapeError) -> Tensor {
    let (count, height, width) = (input.shape[0], input.shape[2], input.shape[3])
    guard width > 2 else { throw ShapeError(.shape, "halves", "too narrow") }
    var values = [Float](repeating: 0, count: count * 16 * height * width)
    for place in values.indices {
      let x = place % width, index = place / (width * height) % 16
      if index == (x < width / 2 ? 0 : 15) { values[place] = 1 }
    }
    return try Tensor(values, shape: [count, 16, height, width])
  }
}

@Suite struct SegmentationRunTests {
  private let folder = NSTemporaryDirectory() + "segment-\(UUID().uuidString)"

  init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

  private func run(
    _ names: [String], _ options: SegmentationRun.Options
  ) throws -> [SegmentationRun.Outcome] {
    let labels = (0..<16).map { $0 == 0 ? "background" : "thing \($0)" }
    let segmenter = Segmenter(
      model: "halves", network: Halves(), contract: try InputContract(size: nil, fit: .none), labels: labels)
    let outcomes = Mutex<[SegmentationRun.Outcome]>([])
    let inputs = names.map { Result<ImageInput, InputExpansion.Fault>.success(ImageInput(.file(folder + "/" + $0))) }
    try SegmentationRun(segmenter, options)(inputs) { outcome in outcomes.withLock { $0.append(outcome) } }
    return outcomes.withLock { $0 }
  }

  private func writeImage(_ name: String, width: Int, height: Int) throws {
    let image = try Image(
      width: width, height: height, format: .rgb, pixels: Array(repeating: 100, count: 3 * width * height))
    try Data(image.pngData()).write(to: URL(fileURLWithPath: folder + "/" + name))
  }

  @Test(arguments: [1, 3]) func writesAnOverlayAndAMaskOfEachPicture(batch: Int) throws {
    try writeImage("a.png", width: 40, height: 30)
    try writeImage("narrow.png", width: 2, height: 30)
    try writeImage("b.png", width: 10, height: 6)
    var options = SegmentationRun.Options()
    options.output = folder + "/out"
    options.batch = batch
    let outcomes = try run(["a.png", "missing.png", "narrow.png", "b.png"], options)
    #expect(
      outcomes.map { URL(fileURLWithPath: $0.image).lastPathComponent } == [
        "a.png", "missing.png", "narrow.png", "b.png",
      ])
    #expect(throws: (any Error).self) { try outcomes[1].result.get() }
    #expect(throws: ShapeError.self) { try outcomes[2].result.get() }
    let found = try outcomes[0].result.get()
    #expect(found.width == 40 && found.height == 30)
    #expect(found.overlay == folder + "/out/a.png" && found.mask == folder + "/out/a-mask.png")
    #expect(found.regions.map(\.label) == ["background", "thing 15"])
    #expect(found.regions.map(\.classIndex) == [0, 15] && found.regions.map(\.pixels) == [600, 600])
    #expect(found.regions.map(\.fraction) == [0.5, 0.5])
    // VOC's colour of class 15.
    let mask = try Image.read(path: found.mask)
    #expect(Array(mask.pixels[0..<3]) == [0, 0, 0] && Array(mask.pixels[117..<120]) == [192, 128, 128])
    // The palette image itself: colour type 3 in the header.
    #expect(try Data(contentsOf: URL(fileURLWithPath: found.mask))[25] == 3)
    let overlay = try Image.read(path: found.overlay)
    #expect(Array(overlay.pixels[0..<3]) == [100, 100, 100], "the background stays as it is")
    #expect(Array(overlay.pixels[117..<120]) != [100, 100, 100])
    #expect(try outcomes[3].result.get().regions.map(\.pixels) == [30, 30])
  }

  @Test func aNamedFileIsTheOverlay() throws {
    try writeImage("a.png", width: 8, height: 4)
    var options = SegmentationRun.Options()
    options.output = folder + "/named.jpg"
    let found = try run(["a.png"], options)[0].result.get()
    #expect(found.overlay == folder + "/named.jpg" && found.mask == folder + "/named-mask.png")
    #expect(try Data(contentsOf: URL(fileURLWithPath: found.overlay)).prefix(2) == Data([0xFF, 0xD8]))
  }

  /// A mask must not take the name of an input, nor of another picture's overlay.
  @Test func masksOverwriteNothing() throws {
    try writeImage("a.png", width: 8, height: 4)
    try writeImage("a-mask.png", width: 8, height: 4)
    var options = SegmentationRun.Options()
    options.output = folder
    let found = try run(["a.png", "a-mask.png"], options).map { try $0.result.get() }
    let paths = found.flatMap { [$0.mask, $0.overlay] }
    #expect(Set(paths).count == 4)
    #expect(Set(paths).isDisjoint(with: [folder + "/a.png", folder + "/a-mask.png"]))
  }
}
