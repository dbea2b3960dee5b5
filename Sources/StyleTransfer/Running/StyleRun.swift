import Imaging
import Support
import Synchronization

/// Paints many pictures in a style: an `ImageBatchRun`.
public struct StyleRun: Sendable {
  /// What a run does beside painting.
  public struct Options: Sendable {
    /// The size that pictures get first.
    public var size = ImageConversion.Size.original
    /// Pictures that go through the network at a time.
    public var batch = 1
    /// Where results go: a folder, or the file of a single picture.
    public var output = "runs/style-transfer"
    /// JPEG quality, 1 to 100.
    public var quality = 95
    /// Limits of the decoder.
    public var limits = ImageLimits.standard

    /// The defaults of the command line.
    public init() {}
  }

  /// What a run says of one picture.
  public struct Painted: Sendable, Equatable {
    /// Pixels a row.
    public let width: Int
    /// Rows.
    public let height: Int
    /// Where it stands.
    public let output: String
  }

  /// What came of one input.
  public typealias Outcome = ImageBatchRun<Image, Painted>.Outcome

  private let stylizer: Stylizer
  private let options: Options

  /// A run of a stylizer.
  public init(_ stylizer: Stylizer, _ options: Options) {
    self.stylizer = stylizer
    self.options = options
  }

  /// Runs. `report` is called for every input, in order, on one thread that is not the caller's. Throws `FileError` where the
  /// output folder cannot be made. Stops after what is under way when `isCancelled`.
  public func callAsFunction(
    _ inputs: [Result<ImageInput, InputExpansion.Fault>], isCancelled: @escaping @Sendable () -> Bool = { false },
    report: @escaping @Sendable (Outcome) -> Void
  ) throws {
    let writer = Writer(
      plan: try OutputPlan(
        output: options.output, inputs: inputs.compactMap { try? $0.get() }, task: "style-transfer"))
    let run = ImageBatchRun<Image, Painted>(
      batch: options.batch, limits: options.limits,
      prepare: { [stylizer, options] image in try stylizer.prepare(Self.resized(image, options)) },
      write: { [options] item, picture in
        try writer.write(picture, of: item.input, quality: options.quality)
      })
    _ = run(
      inputs, isCancelled: isCancelled, compute: { items in try stylizer.stylize(items.map(\.prepared)) },
      report: report)
  }

  private static func resized(_ image: Image, _ options: Options) throws -> Image {
    let target = options.size.target(of: image.size)
    guard target != image.size else { return image }
    try options.limits.check(width: target.width, height: target.height)
    return try image.resized(width: target.width, height: target.height, filter: .lanczos)
  }

  private final class Writer: Sendable {
    private let plan: Mutex<OutputPlan>

    init(plan: OutputPlan) { self.plan = Mutex(plan) }

    func write(_ picture: Image, of input: ImageInput, quality: Int) throws -> Painted {
      let isPNG = input.name.lowercased().hasSuffix(".png")
      let path = plan.withLock { $0.path(for: input, extension: isPNG ? "png" : "jpg") }
      try AtomicFile.write(
        path.lowercased().hasSuffix(".png") ? picture.pngData() : picture.jpegData(quality: quality), to: path)
      return Painted(width: picture.width, height: picture.height, output: path)
    }
  }
}
