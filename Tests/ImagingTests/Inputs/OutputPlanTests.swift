import Foundation
import Imaging
import Support
import Testing

@Suite struct OutputPlanTests {
  private let folder: String
  private let photo: ImageInput

  init() throws {
    folder = NSTemporaryDirectory() + "outputs-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data([1]).write(to: URL(fileURLWithPath: folder + "/photo.jpg"))
    photo = ImageInput(.file(folder + "/photo.jpg"))
  }

  @Test func severalInputsOfOneNameGetDifferentFiles() throws {
    let inputs = [photo, ImageInput(.file("elsewhere/photo.png")), ImageInput(.file("third/photo.gif"))]
    var plan = try OutputPlan(output: folder + "/out", inputs: inputs, task: "detect")
    let paths = inputs.map { plan.path(for: $0, extension: "jpg") }
    #expect(paths.map { Path.name(of: $0) } == ["photo.jpg", "photo-detect.jpg", "photo-detect-2.jpg"])
    #expect(Folder.exists(folder + "/out"))
  }

  @Test func aSecondFileStandsBesideTheFirst() throws {
    var plan = try OutputPlan(output: folder + "/out", inputs: [photo], task: "segment")
    let first = plan.path(for: photo, extension: "jpg")
    let names = (0..<2).map { _ in Path.name(of: plan.path(beside: first, part: "mask", extension: "png")) }
    #expect(names == ["photo-mask.png", "photo-mask-2.png"])
    var named = try OutputPlan(output: folder + "/out/x.jpg", inputs: [photo], task: "segment")
    let file = named.path(for: photo, extension: "jpg")
    #expect(named.path(beside: file, part: "mask", extension: "png") == folder + "/out/x-mask.png")
  }

  @Test func anInputIsNeverOverwritten() throws {
    var plan = try OutputPlan(output: folder + "/./", inputs: [photo], task: "detect")
    #expect(Path.name(of: plan.path(for: photo, extension: "jpg")) == "photo-detect.jpg")
    #expect(throws: FileError.self) {
      try OutputPlan(output: folder + "/../\(Path.name(of: folder))/photo.jpg", inputs: [photo], task: "detect")
    }
  }

  @Test func oneInputMayNameItsFile() throws {
    var plan = try OutputPlan(output: folder + "/new.png", inputs: [photo], task: "convert")
    #expect(plan.path(for: photo, extension: "jpg") == folder + "/new.png")
    #expect(plan.folder == folder)
  }

  @Test func aKindThatIsNotWrittenIsRefused() throws {
    #expect(throws: FileError.self) {
      try OutputPlan(output: folder + "/new.webp", inputs: [photo], task: "convert")
    }
    #expect(!Folder.exists(folder + "/new.webp"))
  }

  @Test func aFileInTheWayIsNamed() throws {
    let path = folder + "/photo.jpg"
    #expect(throws: FileError.self) { try OutputPlan(output: path + "/x", inputs: [photo], task: "detect") }
  }
}
