import Augmentation
import Configuration

/// Goes through the settings of a recipe, one call a setting: to read them from YAML, or to write them. So that each is declared
/// once, with its name, its range and what it means.
protocol RecipeFields {
  mutating func number(_ name: String, _ value: inout Double, _ range: ClosedRange<Double>)
  mutating func number(_ name: String, _ value: inout Double?, _ range: ClosedRange<Double>)
  mutating func integer(_ name: String, _ value: inout Int, _ range: ClosedRange<Int>)
  mutating func integer(_ name: String, _ value: inout Int?, _ range: ClosedRange<Int>)
  mutating func flag(_ name: String, _ value: inout Bool)
  mutating func text(_ name: String, _ value: inout String)
  mutating func text(_ name: String, _ value: inout String?)
  mutating func word(_ name: String, _ value: inout String, among words: [String])
  mutating func numbers(_ name: String, _ value: inout [Double])
  /// Numbers of 0 and more: none, or `count` of them.
  mutating func factors(_ name: String, _ value: inout [Double], count: Int)
  /// One of some words, or numbers of 0 and more, which then are not empty.
  mutating func word(_ name: String, _ value: inout String, orFactors factors: inout [Double], among words: [String])
  mutating func texts(_ name: String, _ value: inout [String])
  mutating func steps(_ name: String, _ value: inout RecipeValue?)
  mutating func section<S: RecipeSection>(_ name: String, _ value: inout S)
}

/// A group of settings.
protocol RecipeSection: Sendable {
  /// Hands every setting to `fields`.
  mutating func describe(_ fields: inout some RecipeFields)
}

/// Reads settings from YAML; what is wrong is collected, each fault with its place.
struct RecipeReading: RecipeFields {
  let node: YAMLNode
  private(set) var faults: [ConfigurationFault] = []
  private var known: [String] = []

  init(_ node: YAMLNode) {
    self.node = node
    if node.entries == nil {
      faults.append(ConfigurationFault(node.position, "expected settings by name, found \(node.kind)"))
    }
  }

  /// Notes the settings that nobody asked for.
  mutating func finish() {
    for entry in node.entries ?? [] where !known.contains(entry.key) {
      faults.append(.unknown("setting", entry.key, among: known, at: entry.keyPosition))
    }
  }

  private mutating func found(_ name: String) -> YAMLNode? {
    known.append(name)
    guard let value = node[name], !value.isNull else { return nil }
    return value
  }

  private mutating func fault(_ name: String, _ value: YAMLNode, _ expected: String) {
    let shown = value.text.map { "'\($0.prefix(40))'" } ?? value.kind
    faults.append(ConfigurationFault(value.position, "\(name) is \(shown); expected \(expected)"))
  }

  mutating func number(_ name: String, _ value: inout Double, _ range: ClosedRange<Double>) {
    var wrapped: Double? = value
    number(name, &wrapped, range)
    value = wrapped ?? value
  }
  mutating func number(_ name: String, _ value: inout Double?, _ range: ClosedRange<Double>) {
    guard let node = found(name) else { return }
    guard let number = node.number, range.contains(number) else {
      let high = range.upperBound < .infinity ? " to \(range.upperBound)" : " or more"
      return fault(name, node, "a number, \(range.lowerBound)\(high)")
    }
    value = number
  }
  mutating func integer(_ name: String, _ value: inout Int, _ range: ClosedRange<Int>) {
    var wrapped: Int? = value
    integer(name, &wrapped, range)
    value = wrapped ?? value
  }
  mutating func integer(_ name: String, _ value: inout Int?, _ range: ClosedRange<Int>) {
    guard let node = found(name) else { return }
    guard let number = node.integer, range.contains(number) else {
      return fault(name, node, "a whole number, \(range.lowerBound) to \(range.upperBound)")
    }
    value = number
  }
  mutating func flag(_ name: String, _ value: inout Bool) {
    guard let node = found(name) else { return }
    guard let flag = node.bool else { return fault(name, node, "true or false") }
    value = flag
  }
  mutating func text(_ name: String, _ value: inout String) {
    var wrapped: String? = value
    text(name, &wrapped)
    value = wrapped ?? value
  }
  mutating func text(_ name: String, _ value: inout String?) {
    guard let node = found(name) else { return }
    guard let text = node.text, !text.isEmpty else { return fault(name, node, "a text") }
    value = text
  }
  mutating func word(_ name: String, _ value: inout String, among words: [String]) {
    guard let node = found(name) else { return }
    guard let text = node.text else { return fault(name, node, "one of \(words.joined(separator: ", "))") }
    guard words.contains(text) else {
      faults.append(.unknown(name, text, among: words, at: node.position))
      return
    }
    value = text
  }
  mutating func numbers(_ name: String, _ value: inout [Double]) {
    guard let node = found(name) else { return }
    guard let list = node.elements?.map(\.number), !list.contains(where: { $0.map(\.isFinite) != true }) else {
      return fault(name, node, "a list of numbers")
    }
    value = list.compactMap { $0 }
  }
  mutating func factors(_ name: String, _ value: inout [Double], count: Int) {
    guard let node = found(name) else { return }
    guard let list = Self.factors(node), list.isEmpty || list.count == count, list.contains(where: { $0 > 0 }) else {
      return fault(name, node, "a list of \(count) number\(count == 1 ? "" : "s"), 0 or more and not all 0")
    }
    value = list
  }
  mutating func word(_ name: String, _ value: inout String, orFactors factors: inout [Double], among words: [String]) {
    if let node = node[name], node.elements != nil {
      known.append(name)
      guard let list = Self.factors(node), list.contains(where: { $0 > 0 }) else {
        return fault(name, node, "one of \(words.joined(separator: ", ")), or numbers of 0 and more, not all 0")
      }
      factors = list
    } else {
      word(name, &value, among: words)
    }
  }
  private static func factors(_ node: YAMLNode) -> [Double]? {
    let list = node.elements?.map(\.number)
    guard let list, list.allSatisfy({ $0.map { $0.isFinite && $0 >= 0 } == true }) else { return nil }
    return list.compactMap { $0 }
  }
  mutating func texts(_ name: String, _ value: inout [String]) {
    guard let node = found(name) else { return }
    guard let list = node.elements?.map(\.text), !list.contains(nil) else {
      return fault(name, node, "a list of texts")
    }
    value = list.compactMap { $0 }
  }
  mutating func steps(_ name: String, _ value: inout RecipeValue?) {
    guard let node = found(name) else { return }
    let steps = node.recipeValue
    do throws(AugmentationError) {
      if case .text(let known) = steps { _ = try Recipe.named(known) } else { _ = try Recipe(steps) }
      value = steps
    } catch {
      faults.append(ConfigurationFault(node.position, "\(name): \(error.description)"))
    }
  }
  mutating func section<S: RecipeSection>(_ name: String, _ value: inout S) {
    guard let node = found(name) else { return }
    var reading = RecipeReading(node)
    value.describe(&reading)
    reading.finish()
    faults += reading.faults
  }
}

/// Writes settings as YAML.
struct RecipeWriting: RecipeFields {
  private(set) var entries: [YAMLNode.Entry] = []
  private let origin = SourcePosition("recipe")

  var node: YAMLNode { YAMLNode(.mapping(entries), at: origin) }

  private mutating func add(_ name: String, _ value: YAMLNode) { entries.append(YAMLNode.Entry(name, value)) }
  private func plain(_ text: String) -> YAMLNode { .plain(text, at: origin) }
  private func plain(_ number: Double) -> YAMLNode { plain(Int(exactly: number).map { "\($0)" } ?? "\(number)") }

  mutating func number(_ name: String, _ value: inout Double, _ range: ClosedRange<Double>) { add(name, plain(value)) }
  mutating func number(_ name: String, _ value: inout Double?, _ range: ClosedRange<Double>) {
    if let value { add(name, plain(value)) }
  }
  mutating func integer(_ name: String, _ value: inout Int, _ range: ClosedRange<Int>) { add(name, plain("\(value)")) }
  mutating func integer(_ name: String, _ value: inout Int?, _ range: ClosedRange<Int>) {
    if let value { add(name, plain("\(value)")) }
  }
  mutating func flag(_ name: String, _ value: inout Bool) { add(name, plain("\(value)")) }
  mutating func text(_ name: String, _ value: inout String) { add(name, .text(value, at: origin)) }
  mutating func text(_ name: String, _ value: inout String?) { if let value { add(name, .text(value, at: origin)) } }
  mutating func word(_ name: String, _ value: inout String, among words: [String]) { text(name, &value) }
  mutating func numbers(_ name: String, _ value: inout [Double]) {
    if !value.isEmpty { add(name, YAMLNode(.sequence(value.map(plain)), at: origin)) }
  }
  mutating func factors(_ name: String, _ value: inout [Double], count: Int) { numbers(name, &value) }
  mutating func word(_ name: String, _ value: inout String, orFactors factors: inout [Double], among words: [String]) {
    if factors.isEmpty { text(name, &value) } else { numbers(name, &factors) }
  }
  mutating func texts(_ name: String, _ value: inout [String]) {
    if !value.isEmpty { add(name, YAMLNode(.sequence(value.map { .text($0, at: origin) }), at: origin)) }
  }
  mutating func steps(_ name: String, _ value: inout RecipeValue?) {
    if let value { add(name, YAMLNode(value, at: origin)) }
  }
  mutating func section<S: RecipeSection>(_ name: String, _ value: inout S) {
    var writing = RecipeWriting()
    value.describe(&writing)
    add(name, writing.node)
  }
}

extension YAMLNode {
  /// The node as a value of an augmentation recipe.
  var recipeValue: RecipeValue {
    if isNull { return .null }
    if let bool { return .bool(bool) }
    if let number { return .number(number) }
    if let text { return .text(text) }
    if let elements { return .list(elements.map(\.recipeValue)) }
    return .map(Dictionary((entries ?? []).map { ($0.key, $0.value.recipeValue) }) { first, _ in first })
  }

  /// A value of an augmentation recipe as YAML; keys sorted.
  init(_ value: RecipeValue, at position: SourcePosition) {
    switch value {
    case .null: self = .plain("null", at: position)
    case .bool(let flag): self = .plain("\(flag)", at: position)
    case .number(let number): self = .plain(Int(exactly: number).map { "\($0)" } ?? "\(number)", at: position)
    case .text(let text): self = .text(text, at: position)
    case .list(let values): self.init(.sequence(values.map { YAMLNode($0, at: position) }), at: position)
    case .map(let values):
      self.init(
        .mapping(
          values.sorted { $0.key < $1.key }.map { Entry($0.key, YAMLNode($0.value, at: position)) }), at: position)
    }
  }
}
