import Checkpoints
import Foundation
import Models
import NeuralNetwork
import TensorCore
import TestSupport

/// What the darknet tests share: small configurations, and weights as bytes of a `.weights` file.
enum DarknetFixtures {
  /// A network of this text, its parameters in `store`.
  static func network(_ text: String, _ store: ParameterStore = ParameterStore()) throws(CheckpointError)
    -> DarknetNetwork
  {
    try DarknetNetwork(store.root, DarknetConfiguration(text: text, path: "n.cfg"))
  }

  /// What building the network of this text throws; empty where it does not.
  static func message(_ text: String) -> String {
    do throws(CheckpointError) {
      _ = try network(text)
      return ""
    } catch { return "\(error)" }
  }

  /// A `.weights` file of version 0.2.5 with these values.
  static func file(_ values: [Float]) -> [UInt8] {
    var bytes: [UInt8] = [0, 0, 0, 0, 2, 0, 0, 0, 5, 0, 0, 0, 64, 0, 0, 0, 0, 0, 0, 0]
    values.withUnsafeBytes { bytes += $0 }
    return bytes
  }

  /// A `.weights` file of formula-filled parameters, in the order of these keys.
  static func file(_ keys: [String], filling configuration: DarknetConfiguration, gain: Float) throws -> [UInt8] {
    let store = ParameterStore()
    _ = try DarknetNetwork(store.root, configuration)
    try FormulaWeights.fill(store, gain: gain)
    var bytes = file([])
    for key in keys {
      guard let parameter = store[key] else {
        throw CocoaError(.keyValueValidation, userInfo: [NSLocalizedDescriptionKey: "no \(key)"])
      }
      try parameter.value().withUnsafeBytes { bytes += $0 }
    }
    return bytes
  }
}
