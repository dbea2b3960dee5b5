/// What samples of a stream carry. Every stage says what it needs and what it adds, so that a pipeline is checked
/// before the first picture is read.
public enum Component: String, Sendable, CaseIterable, Comparable {
  /// A file, or a picture of a data set, that can be decoded.
  case file
  /// A decoded picture.
  case image
  /// The class scores of the whole picture.
  case classes
  /// Objects with boxes.
  case detections
  /// The class of every pixel.
  case masks
  /// A feature vector.
  case embedding
  /// A network's input as numbers.
  case tensor
  /// What a data set says of the picture: its class, objects, the classes of its pixels.
  case truth
  /// Numbers that objects keep from picture to picture.
  case tracks

  /// In the order of declaration.
  public static func < (a: Component, b: Component) -> Bool {
    (allCases.firstIndex(of: a) ?? 0) < (allCases.firstIndex(of: b) ?? 0)
  }
}

/// The type of the stream between two stages.
public struct StreamType: Sendable, Equatable {
  /// What each sample carries.
  public var components: Set<Component>
  /// The stage that made the samples: the source, or one that cut several out of each.
  public var origin: String
  /// The origins above it: where samples were cut out of others.
  public var outer: [String]
  /// The names of the classes, where they are known before anything runs.
  public var labels: [String]?

  /// A type.
  public init(_ components: Set<Component>, origin: String, outer: [String] = [], labels: [String]? = nil) {
    self.components = components
    self.origin = origin
    self.outer = outer
    self.labels = labels
  }

  /// Such as `file, image`.
  public var description: String {
    (components.sorted().map(\.rawValue)).joined(separator: ", ")
      + (outer.isEmpty ? "" : " (of each part cut out by \(origin))")
  }
}
