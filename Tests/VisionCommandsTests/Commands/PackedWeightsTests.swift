import Foundation
import Testing

/// Packed weights that the program keeps in its cache folder from start to start.
@Suite struct PackedWeightsTests {
  let folder = Scratch()

  /// Classifies with the built-in weights, whose last change is long enough ago.
  private func classify(_ weights: String, megabytes: String? = nil) throws -> Program.Outcome {
    var environment = ["VISION_CACHE": folder.path("cache")]
    environment["VISION_PACKED_CACHE"] = megabytes
    return try Program.run(arguments(weights), environment: environment)
  }

  private func arguments(_ weights: String) -> [String] {
    ["classify", Program.sample("street.jpg"), "--model", "cifar10_builtin", "--weights", weights, "--json"]
  }

  private var builtIn: String { Program.root + "/Weights/cifar10_builtin.safetensors" }

  @Test func theThirdStartReadsWhatTheSecondWrote() throws {
    let first = try classify(builtIn)
    #expect(first.code == 0 && folder.names("cache/packed").filter { $0.hasSuffix(".packed") }.isEmpty)
    var states: [Date?] = []
    for _ in 0..<3 {
      let next = try classify(builtIn)
      #expect(next.code == 0 && next.output == first.output && next.errors == first.errors)
      let packed = folder.names("cache/packed").filter { $0.hasSuffix(".packed") }.first ?? ""
      let path = folder.path("cache/packed/" + packed)
      states.append(try FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date)
    }
    // Written once.
    #expect(states[0] != nil && Set(states).count == 1)
    let packed = folder.names("cache/packed").filter { $0.hasSuffix(".packed") }
    #expect(packed.count == 1)
    // Damaged, it is packed anew.
    let path = folder.path("cache/packed/" + packed[0]), whole = try Data(contentsOf: URL(fileURLWithPath: path))
    try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: path))
    #expect(try classify(builtIn).output == first.output)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == whole)
  }

  @Test func zeroMegabytesKeepNothing() throws {
    let first = try classify(builtIn, megabytes: "0")
    for _ in 0..<2 { #expect(try classify(builtIn, megabytes: "0").output == first.output) }
    #expect(first.code == 0 && folder.names("cache/packed").isEmpty)
  }

  @Test func manyAtOnceGiveTheSame() throws {
    let first = try classify(builtIn)
    for _ in 0..<3 {
      let runs = try (0..<4).map { _ in
        try Running(
          Program.path(), arguments(builtIn), environment: ["VISION_CACHE": folder.path("cache")], input: Data())
      }
      for run in runs {
        let outcome = try run.wait()
        #expect(outcome.code == 0 && outcome.output == first.output && outcome.errors == first.errors)
      }
    }
    #expect(folder.names("cache/packed").filter { $0.hasSuffix(".partial") }.isEmpty)
  }
}
