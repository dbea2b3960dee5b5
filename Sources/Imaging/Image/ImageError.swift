/// What is wrong with a picture or with what is asked of it. The text names the fault; whoever knows the file adds its name.
public enum ImageError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A size that no picture has, or that does not fit its bytes.
  case invalidSize(String)

  /// A stable code for programs, such as `image.truncated`.
  public var code: String {
    switch self {
    case .invalidSize: "image.size"
    }
  }

  /// What is wrong, in one line.
  public var description: String {
    switch self {
    case .invalidSize(let what): "no such picture: \(what)"
    }
  }
}
