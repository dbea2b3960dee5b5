import Imaging
import Support
import Synchronization

/// Writes what a segmentation run finds: the overlay under the input's name, the mask beside it.
final class SegmentationWriter: Sendable {
  private let plan: Mutex<OutputPlan>
  private let segmenter: Segmenter
  private let options: SegmentationRun.Options

  init(_ segmenter: Segmenter, _ options: SegmentationRun.Options, inputs: [ImageInput]) throws {
    self.segmenter = segmenter
    self.options = options
    plan = Mutex(try OutputPlan(output: options.output, inputs: inputs, task: "segment"))
  }

  func write(_ map: ClassMap, of image: Image, _ input: ImageInput) throws -> SegmentedImage {
    let isPNG = input.name.lowercased().hasSuffix(".png")
    let (overlay, mask) = plan.withLock { plan in
      let overlay = plan.path(for: input, extension: isPNG ? "png" : "jpg")
      return (overlay, plan.path(beside: overlay, part: "mask", extension: "png"))
    }
    let picture = try image.drawing(
      map, labels: segmenter.labels, background: segmenter.background, opacity: options.opacity)
    try AtomicFile.write(map.indexedImage.pngData(), to: mask)
    try AtomicFile.write(
      overlay.lowercased().hasSuffix(".png") ? picture.pngData() : picture.jpegData(quality: options.quality),
      to: overlay)
    let total = Double(map.width) * Double(map.height)
    let regions = map.pixelCounts.enumerated().filter { $0.element > 0 }.map { index, pixels in
      SegmentedImage.Region(
        label: segmenter.label(index), classIndex: index, pixels: pixels, fraction: Double(pixels) / total)
    }
    return SegmentedImage(width: map.width, height: map.height, mask: mask, overlay: overlay, regions: regions)
  }
}
