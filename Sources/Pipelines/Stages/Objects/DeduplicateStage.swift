import Configuration
import FoundationEssentials
import Support
import Synchronization

/// Drops pictures that are nearly the same as an earlier one: the cosine of their feature vectors says so.
public final class DeduplicateStage: RecallingStage {
  static let similarity = Setting<Double>.number(
    "similarity", 0.97, in: -1...1, "Cosine of two vectors from which on they count as the same.")
  static let keep = Setting<Bool>.flag("keep", false, "Keep duplicates, and say what they are alike.")

  /// Its declaration.
  public static let declaration = StageDeclaration(
    "deduplicate", "Drops pictures nearly the same as an earlier one.",
    settings: [similarity.declaration, keep.declaration], main: "similarity", needs: [.embedding])

  private struct State {
    var vectors: [Float] = []
    var names: [String] = []
    var length = 0
    var dropped = 0
  }
  private let state = Mutex(State())
  private let similarity: Float
  private let keeps: Bool

  /// With a bound.
  public init(_ settings: SettingValues, _ context: StageContext) throws {
    similarity = Float(settings[Self.similarity])
    keeps = settings[Self.keep]
  }

  /// The sample where it is the first of its kind.
  public func callAsFunction(_ item: Item) throws -> [Item] {
    guard let twin = twin(of: try vector(of: item), named: item.name) else { return [item] }
    guard keeps else { return [] }
    var item = item
    item.facts += [("duplicate_of", .string(twin.name)), ("similarity", .float(twin.cosine))]
    return [item]
  }

  private func vector(of item: Item) throws -> [Float] {
    guard let embedding = item.embedding else { throw PipelineError.missing(stage: "deduplicate", what: "embedding") }
    return EmbedStage.normalized(embedding)
  }

  /// The earlier picture that one is nearest to, if it is near enough; else it is kept to be compared with.
  private func twin(of vector: [Float], named name: String) -> (name: String, cosine: Float)? {
    let similarity = similarity
    return state.withLock { state in
      if state.length == 0 { state.length = vector.count }
      guard vector.count == state.length else { return nil }
      var best: (name: String, cosine: Float)?
      state.vectors.withUnsafeBufferPointer { known in
        vector.withUnsafeBufferPointer { own in
          for place in state.names.indices {
            var sum: Float = 0
            let base = place * own.count
            for index in own.indices { sum += known[base + index] * own[index] }
            if sum >= similarity, sum > best?.cosine ?? -2 { best = (state.names[place], sum) }
          }
        }
      }
      if best != nil {
        state.dropped += 1
      } else {
        state.vectors += vector
        state.names.append(name)
      }
      return best
    }
  }

  /// A picture's name and vector.
  public struct Memory: Codable, Sendable {
    let name: String
    let vector: Data
  }

  /// Its name and vector.
  public func memory(of item: Item) throws -> Memory? {
    Memory(name: item.name, vector: try vector(of: item).withUnsafeBytes { Data($0) })
  }

  /// Compares a picture with those before it again.
  public func recall(_ memory: Memory) {
    let vector = [Float](unsafeUninitializedCapacity: memory.vector.count / 4) { buffer, count in
      count = memory.vector.copyBytes(to: buffer) / 4
    }
    _ = twin(of: vector, named: memory.name)
  }

  /// How many there were.
  public func finish(isWhole: Bool) throws -> [(String, JSONValue)] {
    state.withLock { [("kept", .int($0.names.count)), ("duplicates", .int($0.dropped))] }
  }
}
