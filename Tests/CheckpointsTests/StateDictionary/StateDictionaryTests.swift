import Checkpoints
import TensorCore
import TestSupport
import Testing

@Suite struct StateDictionaryTests {
  static func state(_ names: String...) throws -> StateDictionary {
    StateDictionary(try names.enumerated().map { ($1, try Tensor(Float($0))) }, metadata: ["k": "v"], path: "w")
  }

  @Test func keepsOrderAndTheLaterOfTwo() throws {
    let state = try Self.state("b", "a", "b")
    #expect(state.names == ["b", "a"])
    #expect(try state.tensor("b").floats() == [2])
    #expect(state.spec(of: "a") == TensorSpec([]))
    #expect(state.contains("a") && !state.contains("c") && state.count == 2)
  }

  @Test func stripsAPrefixThatAllHave() throws {
    #expect(try Self.state("module.a", "module.b").strippingPrefix("module.").names == ["a", "b"])
    #expect(try Self.state("module.a", "b").strippingPrefix("module.").names == ["module.a", "b"])
    #expect(try Self.state("module.").strippingPrefix("module.").names == ["module."])
    #expect(try Self.state("module.a").strippingPrefix("module.").metadata == ["k": "v"])
  }

  @Test func renamesAndLeavesOut() throws {
    let renamed = try Self.state("a", "b", "c").renaming { $0 == "b" ? nil : $0 + ".weight" }
    #expect(renamed.names == ["a.weight", "c.weight"])
    #expect(try renamed.tensor("c.weight").floats() == [2])
    let error = #expect(throws: CheckpointError.self) { try Self.state("a", "b").renaming { _ in "x" } }
    #expect(error?.description == "w: x: a and b are the same tensor for this network")
  }

  @Test func listsAllThatDoesNotFit() throws {
    let state = StateDictionary(
      [("a", try Tensor([1, 2], shape: [2])), ("x", try Tensor(Float(0))), ("y", try Tensor(Float(0)))], path: "w")
    let error = #expect(throws: CheckpointError.self) {
      try state.validate(against: [("a", [3]), ("b", []), ("bn.num_batches_tracked", []), ("x", [])])
    }
    #expect(error?.code == "checkpoint.mismatch")
    #expect(
      error?.description
        == "w: the weights do not fit the network: 1 missing: b; 1 unexpected: y; 1 wrong shape: a (expected [3], found [2]) (weights of another model, or of another number of classes?)"
    )
    try state.validate(against: [("y", []), ("x", []), ("a", [2])])
    #expect(throws: CheckpointError.self) {
      try state.validate(
        against: [("a", [2]), ("x", []), ("y", []), ("b.num_batches_tracked", [])], isOptional: { _ in false })
    }
  }

  @Test func errorsAreOneLineWhateverTheKey() {
    #expect(CheckpointFault.printable("a\n\u{1B}[31m\u{7F}\u{2028}é") == "a\\u{a}\\u{1b}[31m\\u{7f}\\u{2028}é")
    #expect(CheckpointFault.printable(String(repeating: "x", count: 300)).count == 203)
  }
}
