import Imaging
import Support

/// Hot dogs and other food as an ImageFolder, every second picture a hot dog.
final class HotDogSink: RenderingSink {
  private static let classes = ["hotdog", "not_hotdog"]
  private let settings: DatasetRendering
  private var counts = [0, 0]

  init(_ settings: DatasetRendering) { self.settings = settings }

  func render(_ picture: Int, _ pool: ThreadPool) throws(ImageError) -> MadePicture {
    let label = picture % 2, size = settings.size
    let scene = FoodComposer.scene(
      seed: settings.seed, picture: picture, isHotDog: label == 0, aspect: Float(size.width) / Float(size.height))
    let rendering = Renderer(scene: scene, width: size.width, height: size.height, countsTouched: false).render(pool)
    let (name, bytes) = try settings.encoded(rendering, picture)
    return MadePicture(name: name, part: settings.part(of: picture), bytes: bytes, label: label)
  }

  func add(_ made: MadePicture) throws(FileError) {
    let label = made.label ?? 1
    let folder = Path.join(settings.output, "\(made.part ?? "train")/\(Self.classes[label])")
    try Folder.create(folder)
    try AtomicFile.write(made.bytes, to: Path.join(folder, made.name))
    counts[label] += 1
  }

  func finish() throws(FileError) -> DatasetRendering.Report {
    DatasetRendering.Report(
      images: counts[0] + counts[1], objects: 0, classes: Array(zip(Self.classes, counts)).map { ($0, $1) })
  }
}
