import Augmentation

/// A recipe of augmentation as a command's option names it.
enum RecipeArgument {
  /// The value of a recipe's name, or of a file of one. Throws `AugmentationError`, `FileError`.
  static func value(_ text: String) throws -> RecipeValue {
    Recipe.names.contains(text) ? .text(text) : .list(try AugmentationRun.recipe(text).steps.map(\.value))
  }
}
