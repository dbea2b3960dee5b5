import Imaging
import Support

/// What is wrong with an augmentation, its parameters or the sample it is given.
public enum AugmentationError: ReportableError, Equatable {
  /// A parameter out of its range; whose, and what.
  case parameter(String, String)
  /// A recipe that cannot be read; says which part.
  case recipe(String)
  /// A sample that the augmentation cannot take; which augmentation, and why.
  case sample(String, String)
  /// A class map or mask that cannot be read or does not go with its picture.
  case mask(String)
  /// What working on the picture or a mask ran into.
  case image(ImageError)

  /// A stable code for programs, such as `augmentation.parameter`.
  public var code: String {
    switch self {
    case .parameter: "augmentation.parameter"
    case .recipe: "augmentation.recipe"
    case .sample: "augmentation.sample"
    case .mask: "augmentation.mask"
    case .image(let error): error.code
    }
  }

  /// 65: the recipe or the sample is not what it should be; an image error's own.
  public var exitCode: ExitCode {
    if case .image(let error) = self { return error.exitCode }
    return .damagedInput
  }

  /// What is wrong, in one line.
  public var description: String {
    switch self {
    case .parameter(let name, let what): "\(name): \(what)"
    case .recipe(let what): "the recipe is wrong: \(what)"
    case .sample(let name, let what): "\(name) cannot take this sample: \(what)"
    case .mask(let what): what
    case .image(let error): error.description
    }
  }
}

/// Runs work on images, whose errors become this module's.
func imaging<Result>(_ body: () throws(ImageError) -> Result) throws(AugmentationError) -> Result {
  do {
    return try body()
  } catch {
    throw .image(error)
  }
}
