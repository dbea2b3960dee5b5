import Checkpoints

extension DarknetSection {
  /// Options that change what a section computes, in ways that are not supported, must be absent or switched off.
  func refuse(_ names: [String], unless accepted: String = "0") throws(CheckpointError) {
    for name in names {
      guard let option = option(name), option.value != accepted else { continue }
      // 1.0 is 1.
      if let value = Double(option.value), value == Double(accepted) { continue }
      throw fault("\(name) is not supported", option: option, found: CheckpointFault.printable(option.value))
    }
  }

  /// A number that float32 holds.
  func float(_ name: String, default fallback: Double = 1) throws(CheckpointError) -> Float {
    let value = Float(try number(name, default: fallback))
    guard value.isFinite else { throw fault("\(name) is too large", option: option(name)) }
    return value
  }

  /// What `activation` names; `fallback` where there is none.
  func activation(default fallback: DarknetActivation) throws(CheckpointError) -> DarknetActivation {
    guard let option = option("activation") else { return fallback }
    guard let activation = DarknetActivation(rawValue: option.value) else {
      throw fault("the activation \(CheckpointFault.printable(option.value)) is not supported", option: option)
    }
    return activation
  }
}
