import Configuration

/// What is known of a kind of stage before it runs: the one place from which checks, help texts and the JSON Schema
/// come.
public struct StageDeclaration: Sendable {
  /// What a stage does with the stream.
  public enum Effect: Sendable, Equatable {
    /// Begins the stream.
    case begins
    /// Gives a sample for each, or drops some.
    case keeps
    /// Cuts several samples out of each.
    case cuts
    /// Brings what was found in the parts back to what they were cut out of; reads two streams.
    case gathers
  }

  /// Its name in pipelines.
  public let name: String
  /// One line about it.
  public let summary: String
  /// Its settings.
  public let settings: [SettingDeclaration]
  /// The setting that may stand alone, as in `read: photos`.
  public let main: String?
  /// What it does with the stream.
  public let effect: Effect
  /// What samples must carry.
  public let needs: Set<Component>
  /// What it adds.
  public let gives: Set<Component>
  /// What it takes away.
  public let drops: Set<Component>
  /// Whether settings that are not declared are left to the stage.
  public let allowsOtherSettings: Bool

  /// A declaration.
  public init(
    _ name: String, _ summary: String, settings: [SettingDeclaration] = [], main: String? = nil,
    effect: Effect = .keeps, needs: Set<Component> = [], gives: Set<Component> = [], drops: Set<Component> = [],
    allowsOtherSettings: Bool = false
  ) {
    self.name = name
    self.summary = summary
    self.settings = settings
    self.main = main
    self.effect = effect
    self.needs = needs
    self.gives = gives
    self.drops = drops
    self.allowsOtherSettings = allowsOtherSettings
  }
}
