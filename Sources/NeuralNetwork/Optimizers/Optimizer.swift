import TensorCore

/// Changes parameters by their gradients, in place; keeps its state by parameter, to be saved and restored bit for bit.
///
/// The result does not depend on the number of threads. A parameter that has no gradient in a step is left alone, and so is
/// its state.
package struct Optimizer: Sendable {
  package let method: OptimizerMethod
  package let groups: [ParameterGroup]
  /// Steps that were taken.
  package private(set) var steps = 0
  private var entries: [String: Entry] = [:]
  private var settings: [String: ParameterSettings] = [:]

  private struct Entry: Sendable {
    /// Steps of this parameter: fewer than the optimiser's where it was frozen for a while.
    var steps: Int
    /// In the order of `OptimizerMethod.slots`.
    var slots: [Tensor]
  }

  /// An optimiser that has not stepped; throws where a setting is out of its range.
  package init(_ method: OptimizerMethod, groups: [ParameterGroup] = []) throws(ShapeError) {
    if let problem = method.problem { throw ShapeError(.argument, "optimizer", problem) }
    self.method = method
    self.groups = groups
  }

  /// How a parameter is trained: its rate's multiplier, its decay, whether it is frozen.
  package func settings(of parameter: Parameter) -> ParameterSettings {
    settings[parameter.path]
      ?? ParameterSettings(parameter.path, parameter.spec, groups: groups, weightDecay: method.weightDecay)
  }

  /// Whether a parameter is trained: what `TrainingPhase` asks for.
  package func trains(_ parameter: Parameter) -> Bool {
    parameter.kind == .trainable && !settings(of: parameter).isFrozen
  }

  /// One step. `gradients` are by path, float32; `gradientScale` multiplies them first (clipping, accumulation).
  /// `momentum` replaces the method's (Adam: beta1) for this step. Nothing is changed where it throws for a shape.
  package mutating func step(
    _ parameters: [Parameter], gradients: [String: Tensor], learningRate: Double, gradientScale: Double = 1,
    momentum: Double? = nil
  ) throws(ShapeError) {
    var work: [(parameter: Parameter, gradient: Tensor)] = []
    for parameter in parameters where parameter.kind == .trainable {
      guard let gradient = gradients[parameter.path] else { continue }
      try check(parameter, gradient)
      work.append((parameter, gradient))
    }
    steps += 1
    for (parameter, gradient) in work {
      let own = settings(of: parameter)
      settings[parameter.path] = own
      guard !own.isFrozen else { continue }
      var entry = try takeEntry(parameter)
      entry.steps += 1
      let pass = OptimizerPass(
        method: method, rate: learningRate * own.rateMultiplier, decay: own.weightDecay, gradientScale: gradientScale,
        step: entry.steps, momentum: momentum)
      var state: [UnsafeMutablePointer<Float>] = []
      for index in entry.slots.indices { state.append(try entry.slots[index].ownedFloats()) }
      try parameter.update { tensor throws(ShapeError) in
        let values = try tensor.ownedFloats()
        pass.run(.init(count: tensor.count, values: values, gradient: gradient.view.floats, state: state))
      }
      withExtendedLifetime(gradient) {}
      entries[parameter.path] = entry
    }
  }

  private func check(_ parameter: Parameter, _ gradient: Tensor) throws(ShapeError) {
    try gradient.requireValues("optimizer")
    guard gradient.spec == parameter.spec, gradient.dtype == .float32 else {
      throw ShapeError(
        .shape, "optimizer", "\(parameter.path) is \(parameter.spec), its gradient is \(gradient.spec)")
    }
    for slot in entries[parameter.path]?.slots ?? [] where slot.spec != parameter.spec {
      throw ShapeError(.shape, "optimizer", "\(parameter.path) is \(parameter.spec), its state is \(slot.spec)")
    }
  }

  /// The parameter's entry, out of the table so that its tensors are held once; a fresh one at its first step.
  private mutating func takeEntry(_ parameter: Parameter) throws(ShapeError) -> Entry {
    if let known = entries.removeValue(forKey: parameter.path) { return known }
    var slots: [Tensor] = []
    for _ in method.slots { slots.append(try Tensor.zeros(parameter.spec.shape)) }
    return Entry(steps: 0, slots: slots)
  }
}

extension Optimizer {
  /// All that it keeps, by name: `momentum/layer1.0.conv1.weight`. A parameter that has stepped less often than the optimiser
  /// has its count under `steps/PATH`, int64 `[1]`.
  package func state() throws(ShapeError) -> [String: Tensor] {
    var result: [String: Tensor] = [:]
    for (path, entry) in entries {
      for (name, slot) in zip(method.slots, entry.slots) { result[name + "/" + path] = slot }
      if entry.steps != steps { result["steps/" + path] = try Tensor([entry.steps], shape: [1]) }
    }
    return result
  }

  /// Takes up what `state()` gave after `steps` steps of the same method. Throws where a name or a type is none of this
  /// method's, or a parameter's state is incomplete.
  package mutating func restore(_ state: [String: Tensor], steps: Int) throws(ShapeError) {
    let names = method.slots
    var found: [String: [Tensor?]] = [:]
    var counts: [String: Int] = [:]
    for (key, tensor) in state {
      guard let slash = key.firstIndex(of: "/") else { throw Self.fault("\(key) is no optimiser state") }
      let name = String(key[..<slash]), path = String(key[key.index(after: slash)...])
      if name == "steps" {
        guard tensor.dtype == .int64, tensor.count == 1 else { throw Self.fault("\(key) is \(tensor.spec)") }
        counts[path] = try tensor.integers()[0]
        continue
      }
      guard let slot = names.firstIndex(of: name), tensor.dtype == .float32 else {
        throw Self.fault("\(key) (\(tensor.spec)) is none of this optimiser's: \(names.joined(separator: ", "))")
      }
      found[path, default: Array(repeating: nil, count: names.count)][slot] = tensor
    }
    var entries: [String: Entry] = [:]
    for path in Set(found.keys).union(counts.keys) {
      let slots = (found[path] ?? []).compactMap { $0 }
      guard slots.count == names.count else { throw Self.fault("the state of \(path) is incomplete") }
      entries[path] = Entry(steps: counts[path] ?? steps, slots: slots)
    }
    self.entries = entries
    self.steps = steps
  }

  private static func fault(_ problem: String) -> ShapeError { ShapeError(.argument, "optimizer", problem) }
}

extension Tensor {
  /// The floats, after copying them where another tensor shares them. Valid while this tensor lives and is not copied.
  mutating func ownedFloats() throws(ShapeError) -> UnsafeMutablePointer<Float> {
    try withUnsafeMutableBytes { _ in }
    return mutableView.floats
  }
}
