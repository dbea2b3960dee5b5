import Imaging

/// Finds the class of every pixel of many pictures, and writes an overlay and a mask of each: an `ImageBatchRun`.
public struct SegmentationRun: Sendable {
  /// What a run does beside segmenting.
  public struct Options: Sendable {
    /// Pictures that go through the network at a time.
    public var batch = 1
    /// Where results go: a folder, or the file of a single picture's overlay, with the mask beside it.
    public var output = "runs/segment"
    /// How much of its class's colour a pixel of the overlay has, 0 to 1.
    public var opacity: Float = 0.5
    /// JPEG quality of overlays, 1 to 100.
    public var quality = 90
    /// Limits of the decoder.
    public var limits = ImageLimits.standard

    /// The defaults of the command line.
    public init() {}
  }

  /// What came of one input.
  public typealias Outcome = ImageBatchRun<ClassMap, SegmentedImage>.Outcome

  private let segmenter: Segmenter
  private let options: Options

  /// A run of a segmenter.
  public init(_ segmenter: Segmenter, _ options: Options) {
    self.segmenter = segmenter
    self.options = options
  }

  /// Runs. `report` is called for every input, in order, on one thread that is not the caller's. Throws `FileError` where the
  /// output folder cannot be made. Stops after what is under way when `isCancelled`.
  public func callAsFunction(
    _ inputs: [Result<ImageInput, InputExpansion.Fault>], isCancelled: @escaping @Sendable () -> Bool = { false },
    report: @escaping @Sendable (Outcome) -> Void
  ) throws {
    let writer = try SegmentationWriter(segmenter, options, inputs: inputs.compactMap { try? $0.get() })
    let run = ImageBatchRun<ClassMap, SegmentedImage>(
      batch: options.batch, limits: options.limits, prepare: { [segmenter] in try segmenter.prepare($0) },
      write: { item, map in try writer.write(map, of: item.image, item.input) })
    _ = run(
      inputs, isCancelled: isCancelled, compute: { items in try segmenter.segment(items.map(\.prepared)) },
      report: report)
  }
}

/// What a run says of one picture.
public struct SegmentedImage: Sendable, Equatable {
  /// The pixels of one class.
  public struct Region: Sendable, Equatable {
    /// The class's name.
    public let label: String
    /// Zero-based index in the model's label list.
    public let classIndex: Int
    /// How many pixels belong to it.
    public let pixels: Int
    /// Their share of the picture, 0 to 1.
    public let fraction: Double
  }

  /// Pixels a row of the upright picture.
  public let width: Int
  /// Rows of the upright picture.
  public let height: Int
  /// The path of the mask: a PNG whose indices are the classes.
  public let mask: String
  /// The path of the picture with its regions drawn.
  public let overlay: String
  /// The classes that are there, by index.
  public let regions: [Region]
}
