import Datasets
import Imaging
import Segmentation
import Training

/// What a training run is made of, before its task is.
struct TrainingParts {
  let recipe: TrainingRecipe
  let model: TrainableModel
  /// The names of the data's classes.
  let labels: [String]
  let training: any Dataset, validation: (any Dataset)?
  /// What was found in the masks, where the task is about them.
  let pixels: PixelData?
  let loader: ModelLoader

  /// The size of training pictures, where there is one beside what augmentation makes of them.
  var fixedSize: ImageSize? { recipe.model.inputSize ?? model.contract.size }
}

extension TrainingRecipe.ModelSettings {
  /// The size that the recipe names.
  var inputSize: ImageSize? {
    guard let width = inputWidth ?? inputHeight else { return nil }
    return ImageSize(width: width, height: inputHeight ?? width)
  }
}
