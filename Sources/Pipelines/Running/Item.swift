import Classification
import Detection
import Imaging
import Support
import TensorCore

/// A sample on its way through a pipeline: a picture, or a part cut out of one, with what is known of it. A value.
public struct Item: Sendable {
  /// An object that was found, with what was found out about it later.
  public struct Object: Sendable {
    /// What the detector said.
    public var detection: Detection
    /// Its number from picture to picture, where it is followed.
    public var track: Int?
    /// What a classifier said of it, the most probable first.
    public var classes: [Prediction]?

    /// An object.
    public init(_ detection: Detection) { self.detection = detection }
  }

  /// What a data set says.
  public struct Truth: Sendable {
    /// The class of the picture.
    public var label: Int?
    /// The objects in it.
    public var objects: [SampleObject]?
    /// The class of every pixel.
    public var classMap: ClassMap?
    /// The names of the classes.
    public var labels: [String]

    /// What a data set says.
    public init(
      label: Int? = nil, objects: [SampleObject]? = nil, classMap: ClassMap? = nil, labels: [String] = []
    ) {
      self.label = label
      self.objects = objects
      self.classMap = classMap
      self.labels = labels
    }
  }

  /// Where a part was cut out.
  public struct Cut: Sendable {
    /// The object's place among those of the whole.
    public var object: Int
    /// Where it lies in the whole.
    public var box: Box
  }

  /// Its name in results and errors.
  public var name: String
  /// What the name is of, in results.
  public var nameKey = "image"
  /// The input that it came of.
  public let input: ImageInput
  /// Its input's place in the run.
  public let index: Int
  /// The numbers of the parts that led to it; empty for a whole picture.
  public var parts: [Int] = []
  /// Where it was cut out.
  public var cut: Cut?
  /// Decodes it.
  public var load: (@Sendable (ImageLimits) throws -> Sample)?
  /// The picture.
  public var image: Image?
  /// The size of the picture as it was decoded, in which boxes are.
  public var size: ImageSize?
  /// The classes with their probabilities, best first.
  public var classes: [Prediction]?
  /// The objects found, best first.
  public var objects: [Object]?
  /// The class of every pixel.
  public var classMap: ClassMap?
  /// The names of the classes of pixels.
  public var mapLabels: [String] = []
  /// Features.
  public var embedding: [Float]?
  /// A network's input.
  public var tensor: Tensor?
  /// What a data set says.
  public var truth: Truth?
  /// The models that were asked, by stage.
  public var models: [(stage: String, model: String)] = []
  /// The files that were written of it, by what they are.
  public var outputs: [(String, String)] = []
  /// The ids that the detector's data set gives its classes; nil where they count from 1.
  public var categoryIDs: [Int]?
  /// More that is said of it in results.
  public var facts: [(String, JSONValue)] = []
  /// What results say of it; nil for all.
  public var fields: [String]?
  /// Whether work on it was cut short by an interruption: a run that goes on does it again.
  public var isUnfinished = false
  /// Names of files chosen for it, by stage.
  package var claims: [String: String] = [:]

  /// A sample of an input.
  public init(name: String, input: ImageInput, index: Int) {
    self.name = name
    self.input = input
    self.index = index
  }

  /// The picture; throws where there is none.
  public func requireImage(_ stage: String) throws -> Image {
    guard let image else { throw PipelineError.missing(stage: stage, what: "picture") }
    return image
  }

  /// A name for files made of it: the input's, with the numbers of the parts.
  public var stem: String { ([input.stem] + parts.map { "\($0 + 1)" }).joined(separator: "-") }
}

/// What goes wrong while a pipeline runs.
public enum PipelineError: ReportableError, Equatable {
  /// A sample lacks what a stage needs: a fault of the stage before it.
  case missing(stage: String, what: String)
  /// A sample that a stage cannot take.
  case unfit(stage: String, reason: String)
  /// A run that cannot be gone on with.
  case cannotResume(String)
  /// A picture that a setting names and that cannot be decoded.
  case damaged(file: String, ImageError)

  /// `pipeline.missing`, `pipeline.unfit` or `pipeline.resume`; of pictures their own.
  public var code: String {
    switch self {
    case .missing: "pipeline.missing"
    case .unfit: "pipeline.unfit"
    case .cannotResume: "pipeline.resume"
    case .damaged(_, let error): error.code
    }
  }

  /// 70, 65, 64; of pictures their own.
  public var exitCode: ExitCode {
    switch self {
    case .missing: .software
    case .unfit: .damagedInput
    case .cannotResume: .usage
    case .damaged(_, let error): error.exitCode
    }
  }

  /// One line.
  public var description: String {
    switch self {
    case .missing(let stage, let what): "\(stage): the sample has no \(what)"
    case .unfit(let stage, let reason): "\(stage): \(reason)"
    case .cannotResume(let reason): reason
    case .damaged(let file, let error): "\(file): \(error)"
    }
  }
}
