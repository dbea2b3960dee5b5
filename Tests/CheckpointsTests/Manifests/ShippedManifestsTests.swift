import Checkpoints
import Foundation
import Testing

/// What the repository's own `Weights/` holds.
@Suite struct ShippedManifestsTests {
  static let home = WeightsHome(
    path: URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().path)

  static var ids: [String] { (try? Manifest.ids(in: home)) ?? [] }

  @Test func theListedIdsAreThere() {
    let wanted = [
      "yolox_nano", "yolox_tiny", "yolox_s", "yolox_m", "yolox_l", "yolox_x", "yolo_fastest_1_1_xl",
      "mobilenetv2_yolov3_nano", "yolov2", "yolov2_tiny_voc", "yolov3", "yolov3_tiny", "yolov4", "yolov4_tiny",
    ]
    #expect(Set(wanted).isSubset(of: Self.ids))
  }

  @Test(arguments: ids) func isWhole(id: String) throws {
    let manifest = try Manifest.load(id: id, in: Self.home)
    let labels = try manifest.labels(in: Self.home)
    // COCO's ids that no class has are `N/A` in torchvision's list.
    let named = labels.filter { $0 != "N/A" }
    #expect(labels.allSatisfy { !$0.isEmpty } && Set(named).count == named.count)
    let ids = try manifest.categoryIDs(in: Self.home)
    #expect(ids.isEmpty || ids.count == labels.count)
    for file in manifest.files {
      #expect((file.sha256 == nil && file.sha256Prefix == nil) == (file.hashSource == nil))
      #expect(file.urls.allSatisfy { $0.hasPrefix("https://") })
    }
  }

  /// COCO's 80 classes have the ids 1 to 90 with ten left out (Lin et al. 2014; the annotation files of 2014 and 2017).
  @Test func cocoIdsAreSparse() throws {
    let manifest = try Manifest.load(id: "yolox_nano", in: Self.home)
    let ids = try manifest.categoryIDs(in: Self.home), labels = try manifest.labels(in: Self.home)
    #expect(Set(1...90).subtracting(ids) == [12, 26, 29, 30, 45, 66, 68, 69, 71, 83])
    #expect(ids == ids.sorted() && labels.count == 80)
    #expect(labels.firstIndex(of: "dog") == 16 && ids[16] == 18)
    #expect(labels.last == "toothbrush" && ids.last == 90)
  }
}
