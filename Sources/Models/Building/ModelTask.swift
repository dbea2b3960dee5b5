/// What a model is for: which command runs it.
public enum ModelTask: String, Sendable, CaseIterable {
  case classification, detection, segmentation
  case styleTransfer = "style-transfer"

  /// As in "a model for ...".
  public var name: String { self == .styleTransfer ? "style transfer" : rawValue }
}
