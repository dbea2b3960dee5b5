import Imaging
import Models
import Support
import Synchronization
import TensorCore

/// Detects objects in many pictures: decoding, the network, and drawing and writing overlap; memory does not grow with their
/// number; results come in the order of the inputs; a picture that fails is reported and the others are done.
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

  /// What came of one input.
  public struct Outcome: Sendable {
    /// The input's name.
    public let image: String
    /// The detections with the annotated picture's path, or what went wrong.
    public let result: Result<(detections: ImageDetections, annotated: String?), any Error>
  }

  private let detector: Detector
  private let options: Options

  /// A run of a detector.
  public init(_ detector: Detector, _ options: Options) {
    self.detector = detector
    self.options = options
  }

  /// A decoded picture and the network's input made of it.
  private struct Loaded: Sendable {
    let image: Image
    let prepared: PreparedImage
  }

  /// Runs. `report` is called for every input, in order, on one thread that is not the caller's. Throws where results as a
  /// whole cannot be written (`FileError`) or the annotations file cannot be read. Stops after what is under way
  /// when `isCancelled`; the formats' files, which would look whole and are not, are then left out.
  public func callAsFunction(
    _ inputs: [Result<ImageInput, InputExpansion.Fault>], isCancelled: @escaping @Sendable () -> Bool = { false },
    report: @escaping @Sendable (Outcome) -> Void
  ) throws {
    let writer = try DetectionWriter(
      detector, options, inputs: inputs.compactMap { try? $0.get() }, names: inputs.map(Self.name))
    let batch = max(options.batch, 1)
    let loader = ReadAhead(
      count: inputs.count, window: max(2 * batch, 3), workers: min(ThreadPool.shared.threadCount, 4)
    ) {
      [detector, options] index in
      Result<Loaded, any Error> {
        let image = try inputs[index].get().decode(limits: options.limits)
        return Loaded(image: image, prepared: try detector.prepare(image))
      }
    }
    defer { loader.stop() }
    let queue = WorkQueue(capacity: 2 * batch)
    defer { queue.finish() }
    var group: [(index: Int, item: Loaded)] = []
    func flush() {
      guard !group.isEmpty else { return }
      let members = group
      group = []
      let found = Result { try detector.detect(members.map(\.item.prepared), options.settings) }
      for (position, member) in members.enumerated() {
        let detections = found.map { $0[position] }
        queue.add {
          let result = Result {
            try writer.write(detections.get(), of: member.item.image, index: member.index, inputs[member.index].get())
          }
          report(Outcome(image: Self.name(inputs[member.index]), result: result))
        }
      }
    }
    var index = 0
    while !isCancelled(), let loaded = loader.next() {
      switch loaded {
      case .success(let item):
        if let first = group.first?.item.prepared,
          first.width != item.prepared.width || first.height != item.prepared.height
        {
          flush()
        }
        group.append((index, item))
        if group.count == batch { flush() }
      case .failure(let error):
        flush()
        let name = Self.name(inputs[index])
        queue.add { report(Outcome(image: name, result: .failure(error))) }
      }
      index += 1
    }
    flush()
    queue.finish()
    if index == inputs.count { try writer.finish() }
  }

  private static func name(_ input: Result<ImageInput, InputExpansion.Fault>) -> String {
    switch input {
    case .success(let input): input.name
    case .failure(let fault): fault.argument
    }
  }
}
