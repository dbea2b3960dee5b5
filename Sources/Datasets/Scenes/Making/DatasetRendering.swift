import Imaging
import Support

/// Renders a data set: pictures that nobody has rights in, with labels that are exact. The same bytes for the same
/// settings, on any
/// number of threads.
public struct DatasetRendering: Sendable {
  /// What is in the pictures.
  public enum Subject: Sendable, Hashable {
    /// Solids of six classes on floors and lawns, for detection and segmentation, in these forms.
    case scenes(Set<Form>)
    /// Hot dogs and other food: an ImageFolder of `hotdog` and `not_hotdog`.
    case hotdog
  }

  /// How objects are written down. Both together share the pictures of one folder.
  public enum Form: String, Sendable, CaseIterable {
    /// `annotations/instances*.json` with run lengths; alone, the pictures lie in `images`, or in `train` and `val`.
    case coco
    /// `Annotations`, `JPEGImages`, `SegmentationClass`, `SegmentationObject`, `ImageSets`.
    case voc
  }

  /// How pictures are written down.
  public enum Encoding: String, Sendable, CaseIterable {
    /// Quality 92.
    case jpeg
    /// Without loss.
    case png
  }

  /// What was made.
  public struct Report: Sendable, Equatable {
    /// Pictures and objects written.
    public var images = 0, objects = 0
    /// Objects of each class, for hot dogs the pictures.
    public var classes: [(name: String, count: Int)] = []

    /// Whether all is equal.
    public static func == (a: Report, b: Report) -> Bool {
      a.images == b.images && a.objects == b.objects && a.classes.elementsEqual(b.classes, by: ==)
    }
  }

  /// Sides that a picture may have.
  public static let sides = 32...2048
  /// Pictures that a set may have.
  public static let counts = 1...1_000_000
  /// Names of the scenes' classes, by label.
  public static let sceneClasses = SolidClass.allCases.map(\.name)

  /// What to render, and where to; the folder must not exist or be empty.
  public var subject: Subject
  /// The new folder.
  public var output: String
  /// Pictures.
  public var count: Int
  /// Another seed gives another set.
  public var seed: UInt64 = 0
  /// Of each picture.
  public var size = ImageSize(width: 256, height: 256)
  /// The part of the pictures, 0 to 1, that goes to `train`. The rest goes to `val`, of hot dogs half of it to `test`.
  /// Nil makes one part
  /// of scenes, and 0.8 of hot dogs.
  public var split: Double?
  /// How pictures are written down.
  public var encoding = Encoding.jpeg
  /// Whether scenes get their distances too: `Depth/NAME.safetensors`, `depth` of `[height, width]`, in units of the
  /// scene along the
  /// camera's axis, 0 for the sky. Solids are about one unit high.
  public var writesDepth = true

  /// A set of `count` pictures.
  public init(_ subject: Subject, count: Int, output: String) {
    (self.subject, self.count, self.output) = (subject, count, output)
  }

  /// Throws `DatasetError.setting` for what cannot be rendered.
  public func validate() throws(DatasetError) {
    guard Self.counts.contains(count) else {
      throw .setting("\(count) pictures; expected \(Self.counts.lowerBound) to \(Self.counts.upperBound)")
    }
    guard Self.sides.contains(size.width), Self.sides.contains(size.height) else {
      throw .setting("pictures of \(size); expected sides of \(Self.sides.lowerBound) to \(Self.sides.upperBound)")
    }
    if let split, !(split >= 0 && split <= 1) { throw .setting("a split of \(split); expected 0 to 1") }
    if case .scenes(let forms) = subject, forms.isEmpty {
      throw .setting("no form to write; expected coco, voc or both")
    }
  }

  /// Renders the set. `progress` is called after each picture; where it returns false, the set ends there and is whole
  /// so far.
  ///
  /// - Throws: `DatasetError.setting`, and `output` where the folder is in use or cannot be written.
  public func callAsFunction(
    pool: ThreadPool = .shared, progress: (_ done: Int, _ total: Int) -> Bool = { _, _ in true }
  ) throws(DatasetError) -> Report {
    try validate()
    if let names = try? Folder.names(in: output), !names.isEmpty {
      throw .output(.unwritable(path: output, reason: "there is something in it already; name a new folder"))
    }
    do throws(FileError) { try Folder.create(output) } catch { throw .output(error) }
    let sink: any RenderingSink
    do throws(FileError) {
      switch subject {
      case .scenes(let forms): sink = try SceneSink(self, forms)
      case .hotdog: sink = HotDogSink(self)
      }
    } catch { throw .output(error) }
    var start = 0
    rendering: while start < count {
      let batch = start..<min(start + pool.threadCount * 2, count)
      for made in try sink.make(batch, pool) {
        do throws(FileError) { try sink.add(made) } catch { throw .output(error) }
        start += 1
        guard progress(start, count) else { break rendering }
      }
    }
    do throws(FileError) { return try sink.finish() } catch { throw .output(error) }
  }

  /// The part that a picture belongs to.
  func part(of picture: Int) -> String? {
    let share: Double
    switch subject {
    case .scenes:
      guard let split else { return nil }
      share = split
    case .hotdog: share = split ?? 0.8
    }
    // Pictures are drawn independently: the first ones are as good a choice as any.
    let train = Int((Double(count) * share).rounded())
    if picture < train { return "train" }
    if case .hotdog = subject, picture >= train + (count - train + 1) / 2 { return "test" }
    return "val"
  }

  /// The picture encoded, and its file's name.
  func encoded(_ rendering: Rendering, _ picture: Int) throws(ImageError) -> (name: String, bytes: [UInt8]) {
    let image = try Image(width: rendering.width, height: rendering.height, format: .rgb, pixels: rendering.pixels)
    let number = String(picture + 1)
    let stem = String(repeating: "0", count: max(6 - number.count, 0)) + number
    switch encoding {
    case .jpeg: return (stem + ".jpg", try image.jpegData(quality: 92))
    case .png: return (stem + ".png", try image.pngData(compression: .balanced))
    }
  }
}
