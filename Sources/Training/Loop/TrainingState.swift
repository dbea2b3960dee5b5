import Checkpoints
import FoundationEssentials
import NeuralNetwork
import Support
import TensorCore

/// Where a run stands, between two steps: with the weights and the optimiser's state all that is needed to go on as if nothing
/// had happened.
struct TrainingProgress: Codable, Sendable {
  /// The epoch under way, from 0, and the place in its order that comes next.
  var epoch = 0
  var position = 0
  /// Steps done since the beginning.
  var step = 0
  /// The losses of this epoch: their sum over the samples seen, as bits, and these samples.
  var lossBits: UInt64 = 0
  var samples = 0
  /// Reports of the epochs that are done.
  var reports: [EpochReport] = []
  /// Epochs since the best one.
  var sinceBest = 0
  /// What the schedule remembers, where it does.
  var schedule: PlateauSchedule.State?
  /// Files that were damaged.
  var quarantine: [String] = []

  var lossSum: Double {
    get { Double(bitPattern: lossBits) }
    set { lossBits = newValue.bitPattern }
  }
}

/// Reads and writes `state.safetensors`: parameters and buffers under `model/`, the moving average under `ema/`, the optimiser's
/// tensors under `optimizer/`, the rest as JSON in the metadata.
struct TrainingState {
  var model: [String: Tensor]
  var average: [String: Tensor]
  var optimizer: [String: Tensor]
  var progress: TrainingProgress

  func write(path: String, metadata: [String: String]) throws {
    var tensors: [(String, Tensor)] = []
    for (prefix, group) in [("model/", model), ("ema/", average), ("optimizer/", optimizer)] {
      for (name, tensor) in group.sorted(by: { $0.key < $1.key }) { tensors.append((prefix + name, tensor)) }
    }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let text = String(decoding: try encoder.encode(progress), as: UTF8.self)
    try StateDictionary(tensors).writeSafeTensors(
      path: path, metadata: metadata.merging(["progress": text, "format": "vision-training-1"]) { $1 })
  }

  /// Throws where the file cannot be read, or is no state of training.
  static func read(path: String) throws -> TrainingState {
    let file = try StateDictionary.read(path: path)
    guard file.metadata["format"] == "vision-training-1", let text = file.metadata["progress"],
      let progress = try? JSONDecoder().decode(TrainingProgress.self, from: Data(text.utf8))
    else { throw TrainingError.damaged(path: path, fault: "it holds no state of training that this version reads") }
    var state = TrainingState(model: [:], average: [:], optimizer: [:], progress: progress)
    for name in file.names {
      let tensor = try file.tensor(name)
      if name.hasPrefix("model/") { state.model[String(name.dropFirst(6))] = tensor }
      if name.hasPrefix("ema/") { state.average[String(name.dropFirst(4))] = tensor }
      if name.hasPrefix("optimizer/") { state.optimizer[String(name.dropFirst(10))] = tensor }
    }
    return state
  }
}
