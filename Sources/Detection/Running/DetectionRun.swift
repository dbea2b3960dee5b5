import Imaging

/// Detects objects in many pictures, draws them and writes the formats' files: an `ImageBatchRun`.
public struct DetectionRun: Sendable {
  /// What a run does beside detecting.
  public struct Options: Sendable {
    /// What is kept of the candidates.
    public var settings = DetectionSettings()
    /// Pictures that go through the network at a time.
    public var batch = 1
    /// The files written beside the pictures.
    public var formats: Set<DetectionFormat> = []
    /// Where results go: a folder, or the file of a single picture.
    public var output = "runs/detect"
    /// Whether annotated pictures are written.
    public var draws = true
    /// JPEG quality of annotated pictures, 1 to 100.
    public var quality = 90
    /// A COCO annotations file that gives the images' ids.
    public var annotations: String?
    /// Limits of the decoder.
    public var limits = ImageLimits.standard

    /// The defaults of the command line.
    public init() {}
  }

  /// What came of one input: the detections with the annotated picture's path, or what went wrong.
  public typealias Outcome = ImageBatchRun<[Detection], Written>.Outcome
  /// The detections of a picture, and the annotated picture's path.
  public typealias Written = (detections: ImageDetections, annotated: String?)

  private let detector: Detector
  private let options: Options

  /// A run of a detector.
  public init(_ detector: Detector, _ options: Options) {
    self.detector = detector
    self.options = options
  }

  /// Runs. `report` is called for every input, in order, on one thread that is not the caller's. Throws where results as a
  /// whole cannot be written (`FileError`) or the annotations file cannot be read. Stops after what is under way
  /// when `isCancelled`; the formats' files, which would look whole and are not, are then left out.
  public func callAsFunction(
    _ inputs: [Result<ImageInput, InputExpansion.Fault>], isCancelled: @escaping @Sendable () -> Bool = { false },
    report: @escaping @Sendable (Outcome) -> Void
  ) throws {
    let writer = try DetectionWriter(
      detector, options, inputs: inputs.compactMap { try? $0.get() }, names: inputs.map(InputExpansion.name))
    let run = ImageBatchRun<[Detection], Written>(
      batch: options.batch, limits: options.limits, prepare: { [detector] in try detector.prepare($0) },
      write: { item, found in try writer.write(found, of: item.image, index: item.index, item.input) })
    let isWhole = run(
      inputs, isCancelled: isCancelled,
      compute: { items in try detector.detect(items.map(\.prepared), options.settings) }, report: report)
    if isWhole { try writer.finish() }
  }
}
