import Configuration
import FoundationEssentials
import Imaging
import Support

/// Draws contact sheets of augmented pictures, one a picture.
public struct AugmentationRun: Sendable {
  /// What is done to each picture.
  public struct Options: Sendable {
    /// The recipe.
    public var recipe: Recipe
    /// Samples on a sheet.
    public var count = 16
    /// The seed.
    public var seed: UInt64 = 0
    /// A folder, or the file of a single sheet.
    public var output: String
    /// A file of objects in the picture, as `vision detect --json` writes it; nil for none.
    public var annotations: String?
    /// A PNG of the class of each of the picture's pixels, for a single picture; nil for none.
    public var mask: String?
    /// The longer side of each sample on the sheet.
    public var cell = 256
    /// Limits of the decoder.
    public var limits = ImageLimits.standard

    /// The defaults of the command line.
    public init(recipe: Recipe, output: String) {
      self.recipe = recipe
      self.output = output
    }
  }

  private let options: Options

  /// A run.
  public init(_ options: Options) { self.options = options }

  /// The recipe of a JSON or YAML file, or one that comes with the toolkit. Throws `AugmentationError`, or `FileError` for a
  /// file that cannot be read.
  public static func recipe(_ name: String) throws -> Recipe {
    if Recipe.names.contains(name) { return try Recipe.named(name) }
    // What looks like no file is a name written wrong.
    guard name.contains("/") || name.contains(".") else { return try Recipe.named(name) }
    let lowered = name.lowercased()
    if lowered.hasSuffix(".yaml") || lowered.hasSuffix(".yml") {
      return try Recipe(RecipeValue(YAMLReader.read(path: name)), name: Path.stem(of: name))
    }
    let file = try MappedFile(path: name, limit: 16 << 20)
    return try withExtendedLifetime(file) { try Recipe(json: Array(file.bytes), name: Path.stem(of: name)) }
  }

  /// Draws all sheets; `report` gets each one's path in order. Throws where the output folder cannot be made or the
  /// annotations cannot be read.
  public func callAsFunction(
    _ inputs: [Result<ImageInput, InputExpansion.Fault>], isCancelled: () -> Bool = { false },
    report: (_ image: String, Result<String, any Error>) -> Void
  ) throws {
    let known = inputs.compactMap { try? $0.get() }
    var plan = try OutputPlan(output: options.output, inputs: known, task: "augment")
    let maker = try SheetMaker(options, inputs: known, count: inputs.count)
    for (index, input) in inputs.enumerated() {
      guard !isCancelled() else { return }
      switch input {
      case .failure(let fault): report(fault.argument, .failure(fault))
      case .success(let input):
        let path = plan.path(for: input, extension: "png")
        report(
          input.name,
          Result {
            let sample = Sample(image: try input.decode(limits: options.limits))
            try AtomicFile.write(maker.sheet(of: sample, input: input, index: index).pngData(), to: path)
            return path
          })
      }
    }
  }

  /// Makes the sheets of a run, whoever reads the pictures.
  public struct SheetMaker: Sendable {
    private let options: Options
    private let found: Found?
    private let map: ClassMap?
    private let others: [ImageInput]

    /// A maker. Reads the annotations and the mask; `inputs` may become partners of mixing transforms. Throws
    /// `AugmentationError`, `FileError`.
    public init(_ options: Options, inputs: [ImageInput], count: Int) throws {
      self.options = options
      found = try options.annotations.map(AugmentationRun.objects)
      map = try options.mask.map { try AugmentationRun.classMap($0, limits: options.limits) }
      guard map == nil || count == 1 else {
        throw AugmentationError.mask("the mask is of one picture, and there are \(count)")
      }
      // Standard input can be read once only: it has itself for company.
      others = inputs.filter { $0.source != .standardInput }
    }

    /// The sheet of a sample. Throws `AugmentationError`.
    public func sheet(of sample: Sample, input: ImageInput, index: Int) throws -> Image {
      var sample = sample
      if let found { sample.objects = found.objects }
      if let map {
        guard map.size == sample.size else {
          throw AugmentationError.mask("the mask has \(map.size) pixels, the picture \(sample.size)")
        }
        sample.classMap = map
      }
      let own = sample, limits = options.limits, others = others
      let partner: DrawContext.Partner = { (random: inout RandomDraws) throws(AugmentationError) in
        guard others.count > 1 else { return own }
        let other = others[random.integer(below: others.count)]
        guard other != input, let image = try? other.decode(limits: limits) else { return own }
        return Sample(image: image)
      }
      var samples: [Sample] = []
      for place in 0..<options.count {
        samples += try options.recipe.samples(
          of: sample, seed: options.seed, epoch: place, index: index, partner: partner)
      }
      var sheet = ContactSheet()
      sheet.cell = options.cell
      sheet.labels = found?.labels ?? []
      return try sheet.image(of: samples)
    }
  }

  /// The classes of a mask: indices as they are; colours are numbered as Pascal VOC's, others in the order they come.
  private static func classMap(_ path: String, limits: ImageLimits) throws -> ClassMap {
    let file = try MappedFile(path: path, limit: limits.maximumFileBytes)
    let picture = try withExtendedLifetime(file) {
      do throws(ImageError) {
        return try MaskPicture.decode(file.bytes, limits: limits)
      } catch {
        if case .unsupported(let what) = error {
          throw AugmentationError.mask("\(path): \(what) cannot be read; expected a PNG of 8-bit indices or colours")
        }
        throw AugmentationError.mask("\(path): \(error)")
      }
    }
    switch picture {
    case .indices(let map): return map
    case .colors(let image): return try ColorClasses.map(image, path: path)
    }
  }

  /// Objects and the names of their classes.
  private struct Found: Sendable {
    var objects: [SampleObject] = []
    var labels: [String] = []
  }

  private struct Line: Decodable {
    struct Detection: Decodable {
      let box: Box, label: String?, mask: Mask?
      let index: Int?

      private enum CodingKeys: String, CodingKey {
        case box, label, mask
        case index = "class"
      }
    }
    let detections: [Detection]
  }

  private static func objects(_ path: String) throws -> Found {
    let file = try MappedFile(path: path, limit: 256 << 20)
    let line = try withExtendedLifetime(file) {
      do {
        return try JSONDecoder().decode(Line.self, from: Data(file.bytes))
      } catch {
        throw AugmentationError.recipe("\(path): expected one line as 'vision detect --json' writes it")
      }
    }
    var found = Found()
    for detection in line.detections {
      // Classes are numbered anew in the order of their first object: only their names and colours matter here.
      let name = detection.label ?? "\(detection.index ?? 0)"
      let known = found.labels.firstIndex(of: name)
      if known == nil { found.labels.append(name) }
      found.objects.append(
        SampleObject(box: detection.box, label: known ?? found.labels.count - 1, mask: detection.mask))
    }
    return found
  }
}
