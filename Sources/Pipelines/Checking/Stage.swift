import Catalog
import Configuration
import Imaging
import Support

/// A step of a pipeline. A kind conforms to one of the protocols below, which say how it runs.
public protocol Stage: Sendable {
  /// What is known of the kind.
  static var declaration: StageDeclaration { get }

  /// A stage with checked settings. Loads what it needs; everything that can be wrong is found here, not while it runs.
  init(_ settings: SettingValues, _ context: StageContext) throws

  /// Finds what is wrong with settings beyond their types, without loading anything large.
  static func faults(_ settings: SettingValues, _ context: CheckContext) -> [ConfigurationFault]

  /// The classes' names of what it adds, where they are known beforehand.
  static func labels(_ settings: SettingValues, _ context: CheckContext) -> [String]?

  /// What a run's record says of it, such as the hash of its weights.
  var record: [(String, YAMLNode)] { get }
}

extension Stage {
  /// Nothing.
  public static func faults(_ settings: SettingValues, _ context: CheckContext) -> [ConfigurationFault] { [] }
  /// Those of the stream it reads.
  public static func labels(_ settings: SettingValues, _ context: CheckContext) -> [String]? { context.input?.labels }
  /// Nothing.
  public var record: [(String, YAMLNode)] { [] }
}

/// What a stage knows while it is checked.
public struct CheckContext: Sendable {
  /// The stream it reads; nil for a source.
  public let input: StreamType?
  /// Its kind.
  public let kind: String
  /// Where weights and manifests are looked for.
  public let models: ModelFinder
}

/// What a stage knows while it is made.
public struct StageContext: Sendable {
  /// Its name.
  public let name: String
  /// Its kind.
  public let kind: String
  /// The stream it reads; nil for a source.
  public let input: StreamType?
  /// Loads models.
  public let models: ModelFinder
  /// The inputs of the run; empty for the source itself.
  public let inputs: RunInputs
  /// Where results go.
  public let outputs: OutputClaims
  /// The part of the inputs that this run takes.
  public let shard: Shard?
  /// Hears how far long work is.
  public let monitor: WorkMonitor
}

/// Where a stream begins: samples by their place.
public protocol SourceStage: Stage {
  /// How many there are.
  var count: Int { get }
  /// A name of each for results and errors.
  func name(at index: Int) -> String
  /// The sample; throws where the input gave none.
  func item(at index: Int) throws -> Item
  /// The input that outputs are named after; nil where the place gave none.
  func input(at index: Int) -> ImageInput?
  /// Whether samples must be made one after the other.
  var isSerial: Bool { get }
}

extension SourceStage {
  /// They need not.
  public var isSerial: Bool { false }
}

/// Changes one sample at a time, in any order, on several threads at once: no sample, one or several come out.
public protocol ItemStage: Stage {
  /// The samples that it makes of one.
  func callAsFunction(_ item: Item) throws -> [Item]
}

/// A network that takes several samples at a time.
public protocol BatchStage: Stage {
  /// Samples at a time.
  var batch: Int { get }
  /// A sample made ready; on several threads at once.
  func prepare(_ item: Item) throws -> PreparedImage
  /// The samples with what the network says of them, one for each. All inputs have one size.
  func compute(_ items: [Item], _ prepared: [PreparedImage]) throws -> [Item]
}

/// Sees the samples one after the other in the order of the inputs, and may remember.
public protocol OrderedStage: Stage {
  /// The samples that it makes of one.
  func callAsFunction(_ item: Item) throws -> [Item]
  /// Called once at the end; `isWhole` where every input was seen. What it returns is the run's result, one line.
  func finish(isWhole: Bool) throws -> [(String, JSONValue)]
}

extension OrderedStage {
  /// Nothing.
  public func finish(isWhole: Bool) throws -> [(String, JSONValue)] { [] }
}

/// Remembers samples, and can be told of those that an earlier run saw: runs go on with it after an interruption.
public protocol RecallingStage: OrderedStage {
  /// What it must know of a sample.
  associatedtype Memory: Codable & Sendable
  /// What it must know of a sample; nil where it passes it by.
  func memory(of item: Item) throws -> Memory?
  /// Sees a sample again by what it must know of it, as it would see the sample itself.
  func recall(_ memory: Memory) throws
}

/// Writes a text for each sample into one file, in the order of the inputs.
public protocol RowStage: Stage {
  /// What a sample adds to the file.
  func rows(_ item: Item) throws -> String
  /// Appends rows.
  func append(_ rows: String) throws
  /// Called once at the end. Where not every input was seen, the file would look whole and is not.
  func finish(isWhole: Bool) throws
}

/// Brings what was found in parts back to the sample that they were cut out of.
public protocol GatheringStage: Stage {
  /// The sample with what its parts say.
  func callAsFunction(_ item: Item, parts: [Item]) throws -> [Item]
}

/// Writes a file a sample: its name is chosen in the order of the inputs, whatever finishes first.
public protocol FileWritingStage: ItemStage {
  /// Chooses the name for an input.
  func claim(_ input: ImageInput) -> String
  /// Whether its file is named after another stage's.
  var isNamedAfterOthers: Bool { get }
}

extension FileWritingStage {
  /// It is not.
  public var isNamedAfterOthers: Bool { false }
}
