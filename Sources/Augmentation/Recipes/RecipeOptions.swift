import Imaging
import Support

/// The parameters of one augmentation, taken out by name. What is asked for is remembered, so that what nobody asked
/// for can be told.
struct RecipeOptions {
  /// The augmentation's name.
  let owner: String
  private let values: [String: RecipeValue]
  private var known: Set<String> = []

  /// The parameters of `owner`: a map, or nothing.
  init(_ owner: String, _ value: RecipeValue) throws(AugmentationError) {
    self.owner = owner
    switch value {
    case .null: values = [:]
    case .map(let map): values = map
    default: throw .recipe("\(owner): its parameters are \(value.kind); expected a map such as {p: 0.5}")
    }
  }

  /// Throws for parameters that nobody asked for, and names the nearest.
  func finish() throws(AugmentationError) {
    for key in values.keys.sorted() where !known.contains(key) {
      let near = nearestNames(to: key, among: known.sorted()).first
      let hint = near.map { "; did you mean '\($0)'?" } ?? (known.isEmpty ? "; it takes none" : "")
      let all = known.isEmpty || near != nil ? "" : "; it takes \(known.sorted().joined(separator: ", "))"
      throw .recipe("\(owner): there is no parameter '\(key)'\(hint)\(all)")
    }
  }

  /// A parameter as written; nil where it is absent. An explicit null is `.null`.
  mutating func value(_ key: String) -> RecipeValue? {
    known.insert(key)
    return values[key]
  }

  /// Accepts a parameter of torchvision's that has only one meaning here, and throws for another value, with the
  /// reason.
  mutating func refuse(_ key: String, unless accepted: [RecipeValue], _ reason: String) throws(AugmentationError) {
    guard let value = value(key), !accepted.contains(value) else { return }
    throw .recipe("\(owner): \(key) cannot be \(value.kind): \(reason)")
  }

  /// The fault of a parameter of another kind.
  func fault(_ key: String, _ value: RecipeValue, _ expected: String) -> AugmentationError {
    .recipe("\(owner): \(key) is \(value.kind); expected \(expected)")
  }

  /// A number.
  mutating func number(_ key: String, _ standard: Double? = nil) throws(AugmentationError) -> Double {
    guard let value = value(key) else { return try required(key, standard) }
    guard case .number(let number) = value else { throw fault(key, value, "a number") }
    return number
  }

  /// A whole number.
  mutating func integer(_ key: String, _ standard: Int? = nil) throws(AugmentationError) -> Int {
    guard let value = value(key) else { return try required(key, standard) }
    guard let integer = value.integer else { throw fault(key, value, "a whole number") }
    return integer
  }

  /// True or false.
  mutating func bool(_ key: String, _ standard: Bool) throws(AugmentationError) -> Bool {
    guard let value = value(key) else { return standard }
    guard case .bool(let bool) = value else { throw fault(key, value, "true or false") }
    return bool
  }

  /// One of some names.
  mutating func choice<Choice: RawRepresentable & CaseIterable>(
    _ key: String, _ standard: Choice
  ) throws(AugmentationError) -> Choice where Choice.RawValue == String {
    guard let value = value(key) else { return standard }
    let names = Choice.allCases.map(\.rawValue)
    guard case .text(let text) = value, let choice = Choice(rawValue: text) else {
      throw fault(key, value, "one of \(names.joined(separator: ", "))")
    }
    return choice
  }

  /// Numbers: a list, or a single one.
  mutating func numbers(_ key: String, _ standard: [Double]? = nil) throws(AugmentationError) -> [Double] {
    guard let value = value(key) else { return try required(key, standard) }
    guard let numbers = value.numbers else { throw fault(key, value, "a number or a list of numbers") }
    return numbers
  }

  /// Two numbers.
  mutating func pair(
    _ key: String, _ standard: (Double, Double)? = nil
  ) throws(AugmentationError) -> (Double, Double) {
    guard let value = value(key) else { return try required(key, standard) }
    guard let numbers = value.numbers, numbers.count == 2 else { throw fault(key, value, "a list of two numbers") }
    return (numbers[0], numbers[1])
  }

  /// Two numbers, or one for both.
  mutating func pairOrOne(
    _ key: String, _ standard: (Double, Double)? = nil
  ) throws(AugmentationError) -> (Double, Double) {
    guard let value = value(key) else { return try required(key, standard) }
    guard let numbers = value.numbers, (1...2).contains(numbers.count) else {
      throw fault(key, value, "a number or a list of two")
    }
    return (numbers[0], numbers[numbers.count - 1])
  }

  /// The standard, or the fault of a missing parameter.
  func required<Value>(_ key: String, _ standard: Value?) throws(AugmentationError) -> Value {
    guard let standard else { throw .recipe("\(owner): the parameter '\(key)' is missing") }
    return standard
  }
}

extension RecipeValue {
  /// A whole number.
  var integer: Int? {
    if case .number(let value) = self { return Int(exactly: value) }
    return nil
  }

  /// A number or a list of numbers.
  var numbers: [Double]? {
    switch self {
    case .number(let value): return [value]
    case .list(let values):
      let numbers = values.compactMap { value -> Double? in
        if case .number(let number) = value { number } else { nil }
      }
      return numbers.count == values.count ? numbers : nil
    default: return nil
    }
  }
}
