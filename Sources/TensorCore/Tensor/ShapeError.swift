/// What a tensor operation or layer throws: the operation, what is wrong, and the path of the layer it happened in.
///
/// Reads as `layer2.0.conv1: convolution: input has 3 channels, weight expects 4 (input [1, 3, 8, 8], weight [8, 4, 3, 3])`.
public struct ShapeError: Error, Sendable, Hashable, CustomStringConvertible {
  /// What kind of fault it is.
  public enum Kind: Sendable, Hashable {
    /// Shapes that do not fit each other or the operation.
    case shape
    /// An element type that the operation does not take.
    case dtype
    /// An argument out of its range (an axis, a stride, a size).
    case argument
    /// A result too large for memory or for 64-bit sizes.
    case memory
    /// Values asked for where only shapes are known.
    case capture
    /// A gradient that does not exist, or cannot be had.
    case gradient
  }

  /// What kind of fault it is.
  public let kind: Kind
  /// The operation's name, such as `convolution`.
  public let operation: String
  /// What is wrong, with the shapes.
  public let problem: String
  /// Path of the layer, such as `layer2.0.conv1`; empty outside a layer. The scope that built the layer fills it in.
  public private(set) var layerPath = ""

  /// An error of an operation, with the shapes of its inputs appended to the problem.
  public init(_ kind: Kind, _ operation: String, _ problem: String, shapes: [Int]...) {
    self.kind = kind
    self.operation = operation
    self.problem =
      shapes.isEmpty ? problem : problem + " (shapes " + shapes.map { "\($0)" }.joined(separator: ", ") + ")"
  }

  /// This error as raised in the layer at `path`; a path already known is kept, since the innermost layer says most.
  public func inLayer(_ path: String) -> ShapeError {
    guard layerPath.isEmpty else { return self }
    var located = self
    located.layerPath = path
    return located
  }

  /// One line.
  public var description: String {
    (layerPath.isEmpty ? "" : layerPath + ": ") + operation + ": " + problem
  }
}
