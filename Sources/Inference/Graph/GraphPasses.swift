/// What a graph goes through before it becomes a plan. Each may be left out, to see what it is worth; results stay the same but for
/// rounding.
public struct GraphPasses: OptionSet, Sendable, Hashable {
  /// The bits.
  public let rawValue: UInt8

  /// Of these bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// What depends on constants and parameters alone is computed once.
  public static let constants = GraphPasses(rawValue: 1)
  /// Attention becomes one step that never holds its whole matrix.
  public static let attention = GraphPasses(rawValue: 2)
  /// Moves of rows that follow each other become one.
  public static let rows = GraphPasses(rawValue: 4)
  /// Batch norms go into convolutions; biases, sums and activations into the step before.
  public static let epilogues = GraphPasses(rawValue: 8)
  /// A convolution of an image's patches as channels becomes a wider one of the image.
  public static let patches = GraphPasses(rawValue: 16)
  /// The first layers take a large batch a few images at a time.
  public static let parts = GraphPasses(rawValue: 32)
  /// A depthwise convolution and the ones before and after it run a few rows at a time.
  public static let bands = GraphPasses(rawValue: 64)
  /// All of them.
  public static let all: GraphPasses = [.constants, .patches, .attention, .rows, .epilogues, .parts, .bands]

  /// Their names, in the order in which they run.
  public static let names: [(name: String, pass: GraphPasses)] = [
    ("constants", .constants), ("patches", .patches), ("attention", .attention), ("rows", .rows),
    ("epilogues", .epilogues), ("parts", .parts), ("bands", .bands),
  ]
}
