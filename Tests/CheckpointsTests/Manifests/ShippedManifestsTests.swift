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
      "resnet50_imagenet1k_v1", "resnet50_imagenet1k_v2", "vit_b_16_imagenet1k_swag_e2e_v1",
      "vgg16_imagenet1k_features",
      "maskrcnn_resnet50_fpn_v2_coco_v1", "keypointrcnn_resnet50_fpn_coco_legacy",
      "fcn_resnet50_coco_with_voc_labels_v1",
      "resnet20_cifar10", "transformer_net_nc16_rain_princess", "lenet_mnist",
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

  /// What torchvision's builders do to a network for these weights, and for no others (`overwrite_eps`, `transform_input`,
  /// `image_size` in its source).
  @Test func forcedOptionsAreTorchvisions() throws {
    var forced: [String: ManifestOptions] = [:]
    for id in Self.ids {
      let options = try Manifest.load(id: id, in: Self.home).options
      if options != ManifestOptions() { forced[id] = options }
    }
    let frozen = ManifestOptions(normEpsilon: 0), transforms = ManifestOptions(transformsInput: true)
    #expect(
      forced == [
        "fasterrcnn_resnet50_fpn_coco_v1": frozen, "maskrcnn_resnet50_fpn_coco_v1": frozen,
        "keypointrcnn_resnet50_fpn_coco_v1": frozen, "retinanet_resnet50_fpn_coco_v1": frozen,
        "googlenet_imagenet1k_v1": transforms, "inception_v3_imagenet1k_v1": transforms,
        "vit_b_16_imagenet1k_swag_e2e_v1": ManifestOptions(imageSize: 384),
        "vit_l_16_imagenet1k_swag_e2e_v1": ManifestOptions(imageSize: 512),
        // The toolkit's own know six kinds of solids, and what is around them.
        "yolo_scenes": ManifestOptions(classes: 6), "unet_scenes": ManifestOptions(classes: 7),
      ])
  }

  /// torchvision's `ResNet50_Weights.IMAGENET1K_V2`: `partial(ImageClassification, crop_size=224, resize_size=232)`.
  @Test func aContractIsTheTransformOfItsWeights() throws {
    let manifest = try Manifest.load(id: "resnet50_imagenet1k_v2", in: Self.home)
    #expect(try manifest.inputContract == .imageNet(resize: 232))
    #expect(manifest.parameters == 25_557_032 && manifest.multiplyAdds == 4_089_000_000)
    #expect(try manifest.labels(in: Self.home)[282] == "tiger cat")
    #expect(manifest.weights.sha256Prefix == "11ad3fa6")
    // The package says megabytes and counts in 2^20: only so there is room for the values, four bytes each.
    let values = 25_557_032 * 4
    #expect((values...(values + 1_000_000)).contains(manifest.weights.approximateBytes ?? 0))
  }

  /// A detector's label is the class: 0 is the background, and COCO's own ids follow.
  @Test func detectorsOfTorchvisionCountTheBackground() throws {
    let manifest = try Manifest.load(id: "retinanet_resnet50_fpn_coco_v1", in: Self.home)
    let labels = try manifest.labels(in: Self.home)
    #expect(labels.count == 91 && labels.first == "__background__" && labels[18] == "dog")
    #expect(try manifest.categoryIDs(in: Self.home) == Array(0...90))
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
