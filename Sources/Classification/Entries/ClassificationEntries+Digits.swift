import Imaging
import Models
import NeuralNetwork

extension ClassificationEntries {
  /// Classifiers of 28x28 gray images: digits, and clothes in d2l.
  static let small: [ModelEntry] = [
    digits("lenet", "LeNet", "LeNet-5 with ReLU and max pooling, padded", leNet, isNormalized: true) {
      LeNet($0, .padded.with($1))
    },
    digits(
      "lenet_mnist", "LeNet", "LeNet-5 with ReLU and max pooling, unpadded", leNet, isNormalized: true,
      weights: "lenet_mnist"
    ) { LeNet($0, .unpadded.with($1)) },
    digits("lenet_d2l", "LeNet", "LeNet-5 with sigmoid and average pooling, as in Dive into Deep Learning", leNet) {
      LeNet($0, .d2l.with($1))
    },
    digits(
      "mnist_mlp", "MLP", "Perceptron with hidden layers of 512, 128 and 32", "Rumelhart et al. 1986, Nature 323"
    ) { MultilayerPerceptron($0, channels: 1, side: 28, hidden: [512, 128, 32], classes: $1.classes) },
  ]

  private static let leNet = "LeCun et al. 1998, Proceedings of the IEEE 86(11)"

  /// A classifier of gray images in 0 to 1, or with the mean and deviation of MNIST's training images.
  private static func digits(
    _ id: String, _ family: String, _ summary: String, _ paper: String, isNormalized: Bool = false,
    weights: String? = nil, _ build: @escaping @Sendable (ParameterScope, NetworkOptions) -> any Network
  ) -> ModelEntry {
    let size = ImageSize(width: 28, height: 28)
    return ModelEntry(
      id: id, task: .classification, family: family, summary: summary, paper: paper,
      options: NetworkOptions(classes: 10), channels: 1, inputSize: size,
      contract: {
        try InputContract(
          size: size, fit: .shortestSide(28), channels: .gray, mean: isNormalized ? [0.1307] : nil,
          standardDeviation: isNormalized ? [0.3081] : nil)
      }, defaultWeights: weights, builder: .network(build))
  }
}
