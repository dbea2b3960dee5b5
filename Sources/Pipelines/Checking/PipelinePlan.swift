import Configuration

/// A pipeline whose words, settings, names and streams are checked; nothing is loaded yet.
public struct PipelinePlan: Sendable {
  /// A stage with checked settings.
  public struct Node: Sendable {
    /// Its name.
    public let name: String
    /// Its kind.
    public let kind: String
    /// Where it stands.
    public let position: SourcePosition
    /// Its settings, references resolved.
    public let settings: SettingValues
    /// Its settings as written, references resolved.
    public let written: YAMLNode
    /// Places of the stages it reads, in the order given.
    public let parents: [Int]
    /// Whether what it reads was named.
    public let isLinked: Bool
    /// The stream it gives.
    public let output: StreamType
    /// What is known of its kind.
    public let declaration: StageDeclaration
    let type: any Stage.Type
  }

  /// The pipeline's name.
  public let name: String
  /// What it is for.
  public let help: String
  /// The stages, each after those it reads.
  public let nodes: [Node]
  /// The stage whose samples are the run's results: the last one written.
  public let last: Int
  /// What a run wrote of itself, where the file is such a record.
  public let record: YAMLNode?
}
