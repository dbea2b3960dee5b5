import Support

/// What is wrong with a picture or with what is asked of it. The text names the fault; whoever knows the file adds its name.
public enum ImageError: ReportableError, Equatable {
  /// No bytes at all.
  case empty
  /// The data ends before the picture does; says where.
  case truncated(String)
  /// The data breaks the rules of its format; says which.
  case damaged(String)
  /// A picture of a kind that is not decoded, by its name.
  case unsupported(String)
  /// Bytes that begin like no kind of picture.
  case notAnImage
  /// A quantity over its limit in `ImageLimits`; says which and how much was found.
  case tooLarge(String, limit: Int)
  /// A size that no picture has, or that does not fit its bytes or its file format.
  case invalidSize(String)
  /// The system gave no memory for this many bytes.
  case outOfMemory(bytes: Int)
  /// An `InputContract` with a value that cannot be; says which.
  case invalidContract(String)
  /// A run-length mask or polygon that breaks its rules, or masks of different sizes.
  case invalidMask(String)

  /// A stable code for programs, such as `image.truncated`.
  public var code: String {
    switch self {
    case .empty: "image.empty"
    case .truncated: "image.truncated"
    case .damaged: "image.damaged"
    case .unsupported: "image.unsupported"
    case .notAnImage: "image.not_an_image"
    case .tooLarge: "image.too_large"
    case .invalidSize: "image.size"
    case .outOfMemory: "image.memory"
    case .invalidContract: "image.contract"
    case .invalidMask: "image.mask"
    }
  }

  /// 65, but 70 where memory runs out.
  public var exitCode: ExitCode {
    switch self {
    case .outOfMemory: .software
    default: .damagedInput
    }
  }

  /// What is wrong, in one line.
  public var description: String {
    switch self {
    case .empty: "the file is empty (expected a JPEG or PNG picture)"
    case .truncated(let what): "the picture is cut short: \(what); get a complete copy of it"
    case .damaged(let what): "the picture is damaged: \(what)"
    case .unsupported(let what): "\(what) is not supported; convert it to an 8-bit JPEG or a PNG"
    case .notAnImage: "not a picture (expected JPEG or PNG data)"
    case .tooLarge(let what, let limit): "the picture is too large: \(what), the limit is \(limit)"
    case .invalidSize(let what): "no such picture: \(what)"
    case .outOfMemory(let bytes): "not enough memory for a picture of \(bytes) bytes"
    case .invalidContract(let what): "the input contract is wrong: \(what)"
    case .invalidMask(let what): "the mask is wrong: \(what)"
    }
  }
}
