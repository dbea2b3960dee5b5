import Support
import Synchronization

/// Decodes pictures (upright, 8-bit RGB), resizes and encodes them, several at a time.
public struct ImageConversion: Sendable {
  /// The size of the result.
  public enum Size: Sendable, Equatable {
    /// As it is.
    case original
    /// Exactly this, whatever the proportions.
    case exact(width: Int, height: Int)
    /// The shorter side gets this length, the proportions stay.
    case shortest(Int)
    /// The longer side gets this length, the proportions stay.
    case longest(Int)

    /// The size that a picture of this size gets.
    public func target(of size: ImageSize) -> ImageSize {
      switch self {
      case .original: size
      case .exact(let width, let height): ImageSize(width: width, height: height)
      case .shortest(let side): size.scaled(shortestSide: side)
      case .longest(let side): size.scaled(longestSide: side)
      }
    }
  }

  /// What results are encoded as.
  public enum Encoding: String, Sendable, CaseIterable {
    case png, jpeg

    /// The extension of its files.
    public var fileExtension: String { self == .png ? "png" : "jpg" }

    /// The encoding that a file's name asks for.
    init?(fileName: String) {
      let name = fileName.lowercased()
      if name.hasSuffix(".png") {
        self = .png
      } else if name.hasSuffix(".jpg") || name.hasSuffix(".jpeg") {
        self = .jpeg
      } else {
        return nil
      }
    }
  }

  /// What is done to each picture.
  public struct Options: Sendable {
    /// The size of the result.
    public var size = Size.original
    /// The resampling filter.
    public var filter = ResizeFilter.bilinear
    /// The encoding; nil for that of the output's name, else PNG.
    public var encoding: Encoding?
    /// JPEG quality, 1 to 100.
    public var quality = 90
    /// A folder, or the file of a single picture.
    public var output: String
    /// Limits of the decoder.
    public var limits = ImageLimits.standard

    /// The defaults of the command line.
    public init(output: String) { self.output = output }
  }

  /// A picture that was written.
  public struct Converted: Sendable, Equatable {
    /// The input's name.
    public let image: String
    /// Pixels a row.
    public let width: Int
    /// Rows.
    public let height: Int
    /// Where it stands.
    public let output: String
  }

  private let options: Options

  /// A conversion.
  public init(_ options: Options) { self.options = options }

  /// Converts all inputs; `report` gets each one's result in order. Throws where the output folder cannot be made.
  public func callAsFunction(
    _ inputs: [Result<ImageInput, InputExpansion.Fault>], isCancelled: () -> Bool = { false },
    report: (_ image: String, Result<Converted, any Error>) -> Void
  ) throws {
    var plan = try OutputPlan(output: options.output, inputs: inputs.compactMap { try? $0.get() }, task: "convert")
    let encoding = options.encoding ?? plan.file.flatMap(Encoding.init(fileName:)) ?? .png
    let paths = inputs.map { input in
      (try? input.get()).map { plan.path(for: $0, extension: encoding.fileExtension) } ?? ""
    }
    let threads = ThreadPool.availableProcessors
    let work = ReadAhead(count: inputs.count, window: threads + 2, workers: threads) { [self] index in
      Result<Converted, any Error> { try convert(inputs[index].get(), to: paths[index], encoding) }
    }
    defer { work.stop() }
    for input in inputs {
      guard !isCancelled(), let result = work.next() else { return }
      switch input {
      case .success(let input): report(input.name, result)
      case .failure(let fault): report(fault.argument, result)
      }
    }
  }

  private func convert(_ input: ImageInput, to path: String, _ encoding: Encoding) throws -> Converted {
    var image = try input.decode(limits: options.limits)
    let size = options.size.target(of: image.size)
    if size != image.size {
      try options.limits.check(width: size.width, height: size.height)
      image = try image.resized(width: size.width, height: size.height, filter: options.filter)
    }
    try AtomicFile.write(encoding == .png ? image.pngData() : image.jpegData(quality: options.quality), to: path)
    return Converted(image: input.name, width: size.width, height: size.height, output: path)
  }
}
