import TensorCore

/// Parameters that are trained in a way of their own, told by path or shape: data, so that a run can be written down.
///
/// All groups that a parameter belongs to apply: rates multiply, the last decay counts, one that freezes freezes.
package struct ParameterGroup: Sendable, Hashable, Codable {
  /// Which parameters.
  package enum Rule: Sendable, Hashable, Codable {
    /// Those at or below one of these paths: `layer1` has `layer1.0.conv1.weight`, not `layer10.weight`.
    case below([String])
    /// Those whose paths end with one of these: `.bias`.
    case ending([String])
    /// Those of at most one axis: weights and biases of norms, and biases (timm's `no_weight_decay` rule).
    case vectors
  }

  package let rule: Rule
  /// Multiplies the learning rate.
  package let rateMultiplier: Double
  /// Replaces the optimiser's weight decay; nil leaves it.
  package let weightDecay: Double?
  /// Whether these stay as they are.
  package let isFrozen: Bool

  package init(_ rule: Rule, rateMultiplier: Double = 1, weightDecay: Double? = nil, isFrozen: Bool = false) {
    self.rule = rule
    self.rateMultiplier = rateMultiplier
    self.weightDecay = weightDecay
    self.isFrozen = isFrozen
  }

  /// No weight decay on norms and biases.
  package static let noDecayOnVectors = ParameterGroup(.vectors, weightDecay: 0)

  /// What lies at or below these paths is not trained.
  package static func frozen(_ paths: [String]) -> ParameterGroup { ParameterGroup(.below(paths), isFrozen: true) }

  /// Whether the parameter with this path and shape belongs to the group.
  package func contains(_ path: String, _ spec: TensorSpec) -> Bool {
    switch rule {
    case .below(let paths): paths.contains { $0.isEmpty || path == $0 || path.hasPrefix($0 + ".") }
    case .ending(let endings): endings.contains { path.hasSuffix($0) }
    case .vectors: spec.rank <= 1
    }
  }
}

/// How one parameter is trained.
package struct ParameterSettings: Sendable, Hashable {
  package private(set) var rateMultiplier = 1.0
  package private(set) var weightDecay: Double
  package private(set) var isFrozen = false

  /// What the groups say of the parameter; `weightDecay` where none says anything of it.
  package init(_ path: String, _ spec: TensorSpec, groups: [ParameterGroup], weightDecay: Double) {
    self.weightDecay = weightDecay
    for group in groups where group.contains(path, spec) {
      rateMultiplier *= group.rateMultiplier
      if let decay = group.weightDecay { self.weightDecay = decay }
      if group.isFrozen { isFrozen = true }
    }
  }
}
