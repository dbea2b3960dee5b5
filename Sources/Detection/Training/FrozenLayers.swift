import NeuralNetwork

/// What torchvision does not train of a detector that starts from trained weights.
enum FrozenLayers {
  /// Of a ResNet below a pyramid: its first convolution and stage, and all norms unless `trainsNorms`.
  static func pyramid(_ parameters: ParameterStore, trainsNorms: Bool = false) -> [String] {
    let body = "backbone.body."
    let norms = trainsNorms ? [] : norms(below: body, parameters)
    return ["conv1", "layer1"].map { body + $0 } + (trainsNorms ? [body + "bn1"] : []) + norms
  }

  /// The norms below a path.
  static func norms(below path: String, _ parameters: ParameterStore) -> [String] {
    parameters.parameters.map(\.path).filter { $0.hasPrefix(path) && $0.hasSuffix(".running_mean") }
      .map { String($0.dropLast(".running_mean".count)) }
  }
}
