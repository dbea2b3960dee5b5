import Imaging
import Support
import Synchronization

/// What a run reads, as far as its outputs must know. Nothing is held but the source, so that inputs may be many.
public struct RunInputs: Sendable {
  private let source: (any SourceStage)?

  /// The inputs of a source; none without.
  public init(_ source: (any SourceStage)? = nil) { self.source = source }

  /// How many there are.
  public var count: Int { source?.count ?? 0 }
  /// How many could be named, counted no further than two.
  var few: Int { (0..<count).lazy.filter { source?.input(at: $0) != nil }.prefix(2).count }
  /// The inputs that could be named.
  public var inputs: [ImageInput] { (0..<count).compactMap { source?.input(at: $0) } }
  /// The names of all, those that gave nothing among them.
  public var names: [String] { (0..<count).map(name(at:)) }
  /// The name of one.
  public func name(at index: Int) -> String { source?.name(at: index) ?? "" }
}

/// Where the results of a run go: a plan for each folder that stages write into, so that none writes over another's
/// file.
public final class OutputClaims: Sendable {
  private struct State: ~Copyable {
    var plans: [String: OutputPlan] = [:]
    var last: [String: (input: ImageInput, path: String)] = [:]
  }
  private let state = Mutex(State())
  private let inputs: RunInputs

  /// Claims for a run.
  public init(_ inputs: RunInputs) { self.inputs = inputs }

  /// Makes the folder of an output. Throws `FileError.unwritable`. `task` is appended to names that would collide.
  /// Returns the folder, and the one file where a file was asked for.
  public func open(_ output: String, task: String) throws -> (folder: String, file: String?) {
    if let plan = state.withLock({ $0.plans[output] }) { return (plan.folder, plan.file) }
    let plan = try OutputPlan(output: output, count: inputs.few, task: task) { [inputs] in inputs.inputs }
    state.withLock { $0.plans[output] = plan }
    return (plan.folder, plan.file)
  }

  /// Chooses a name for what is made of an input.
  public func path(_ output: String, _ input: ImageInput, extension suffix: String) -> String {
    state.withLock { Self.path(&$0, output, input, suffix) }
  }

  /// Chooses a name for a second file about an input, beside the one that was chosen for it before.
  public func path(_ output: String, _ input: ImageInput, part: String, extension suffix: String) -> String {
    state.withLock { state in
      guard let last = state.last[output], last.input == input else {
        return Self.path(&state, output, input, suffix)
      }
      return state.plans[output]?.path(beside: last.path, part: part, extension: suffix) ?? last.path
    }
  }

  /// The base name of what is made of an input, without folder and extension; chosen before, or now.
  public func stem(_ output: String, _ input: ImageInput, extension suffix: String) -> String {
    state.withLock { state in
      if let last = state.last[output], last.input == input { return Path.stem(of: last.path) }
      return Path.stem(of: Self.path(&state, output, input, suffix))
    }
  }

  private static func path(
    _ state: inout State, _ output: String, _ input: ImageInput, _ suffix: String
  ) -> String {
    let path = state.plans[output]?.path(for: input, extension: suffix) ?? input.stem + "." + suffix
    state.last[output] = (input, path)
    return path
  }
}
