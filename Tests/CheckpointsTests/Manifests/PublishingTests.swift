import Checkpoints
import Testing

@Suite struct PublishingTests {
  func found(_ name: String, model: String? = nil) throws -> String? {
    try Manifest.publishing(fileName: name, model: model, in: ShippedManifestsTests.home)?.id
  }

  @Test func aPublishedFileIsKnownByItsName() throws {
    #expect(try found("resnet50-0676ba61.pth") == "resnet50_imagenet1k_v1")
    #expect(try found("resnet50-11ad3fa6.pth") == "resnet50_imagenet1k_v2")
    #expect(try found("resnet50-11ad3fa6.pth", model: "resnet50") == "resnet50_imagenet1k_v2")
    #expect(try found("yolov3.weights") == "yolov3")
    #expect(try found("lenet.pth", model: "lenet_mnist") == "lenet_mnist")
  }

  @Test func otherNamesAreNobodys() throws {
    #expect(try found("resnet50-0676ba6.pth") == nil)
    #expect(try found("lenet.pth", model: "lenet") == nil)
    // In manifests, but no name of weights.
    #expect(try found("yolov3.cfg") == nil)
    #expect(try found("classification") == nil)
    #expect(try found("") == nil)
    #expect(try found("../resnet50-0676ba61.pth") == nil)
  }

  /// Any two could not be told apart by their names.
  @Test func everyFileNameIsOfOneManifest() throws {
    let home = ShippedManifestsTests.home
    let names = try ShippedManifestsTests.ids.map { try Manifest.load(id: $0, in: home).weights.name }
    #expect(Set(names).count == names.count && names.count >= 100)
  }

  @Test func aFaultInAnotherManifestDoesNoHarm() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("{\"id\": 3}", to: "Weights/broken.json")
    _ = try folder.write(ManifestTests.text(), to: "Weights/tiny.json")
    _ = try folder.write("{\"name\": \"bad.pth\"}", to: "Weights/bad.json")
    let home = WeightsHome(path: folder.path)
    #expect(try Manifest.publishing(fileName: "tiny.weights", in: home)?.id == "tiny")
    #expect(throws: WeightsError.self) { try Manifest.publishing(fileName: "bad.pth", in: home) }
  }
}
