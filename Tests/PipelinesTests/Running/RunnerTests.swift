import Configuration
import Foundation
import Pipelines
import Synchronization
import Testing

/// Order, batches, failures, parts, interruption: on stages that only note what happens.
@Suite struct RunnerTests {
  private let folder = Folder()

  private func pipeline(_ text: String, shard: Shard? = nil) throws -> Pipeline {
    try Pipeline(
      Pipeline.plan(text: text, name: "p", registry: .tests), models: .offline(), shard: shard)
  }

  private func batches(_ pipeline: Pipeline, _ options: RunOptions = RunOptions()) throws -> [String] {
    var lines: [String] = []
    try pipeline.run(options) { outcome in
      switch outcome.result {
      case .success(let items):
        for item in items {
          guard case .string(let text)? = item.facts.first(where: { $0.0 == "batch" })?.1 else { continue }
          lines.append("\(item.name): \(text)")
        }
      case .failure: lines.append("\(outcome.name) failed")
      }
    }
    return lines
  }

  @Test(arguments: [1, 2, 7]) func resultsComeInOrderOnAnyNumberOfThreads(threads: Int) throws {
    var options = RunOptions()
    options.threads = threads
    var names: [String] = []
    let summary = try pipeline("stages:\n  - numbers: 500\n  - together: 8\n  - identity\n").run(options) {
      names.append($0.name)
    }
    #expect(names == (0..<500).map(String.init))
    #expect(summary.done == 500 && summary.isWhole)
  }

  /// A failed sample leaves its place empty: those after it are with whom they would have been.
  @Test func batchesAreCutByIndex() throws {
    let whole = try batches(pipeline("stages:\n  - numbers: 10\n  - together: 4\n"))
    #expect(whole[0] == "0: 0 1 2 3" && whole[5] == "5: 4 5 6 7" && whole[9] == "9: 8 9")
    let holed = try batches(pipeline("stages:\n  - numbers: {count: 10, failing: [1, 4]}\n  - together: 4\n"))
    #expect(
      holed == [
        "0: 0 2 3", "1 failed", "2: 0 2 3", "3: 0 2 3", "4 failed", "5: 5 6 7", "6: 5 6 7", "7: 5 6 7", "8: 8 9",
        "9: 8 9",
      ])
  }

  /// How many parts an input has must not shift those of the next one.
  @Test func partsStayWithTheirInput() throws {
    let lines = try batches(pipeline("stages:\n  - numbers: 3\n  - halves\n  - together: 4\n"))
    #expect(lines == ["0: 0 0", "0: 0 0", "1: 1 1", "1: 1 1", "2: 2 2", "2: 2 2"])
  }

  @Test func branchesAreJoinedSampleBySample() throws {
    let text = """
      stages:
        - numbers: 20
        - name: left
          together: 2
        - name: right
          from: numbers
          scale: {size: 3x2}
        - name: both
          from: [right, left]
          emit: []
      """
    let joined = try pipeline(text)
    var sizes: Set<String> = []
    try joined.run { outcome in
      for item in (try? outcome.result.get()) ?? [] {
        sizes.insert("\(item.image?.size.description ?? "-") \(item.facts.count)")
      }
    }
    #expect(sizes == ["3x2 1"])
  }

  @Test func shardsShareTheInputsWithoutOverlap() throws {
    var seen: [String] = []
    for number in 1...5 {
      let part = try pipeline("stages:\n  - numbers: 200\n", shard: Shard(number: number, count: 5))
      let before = seen.count
      try part.run { seen.append($0.name) }
      #expect((15...70).contains(seen.count - before), "part \(number) has \(seen.count - before)")
    }
    #expect(Set(seen).count == 200 && seen.count == 200)
    #expect(
      Shard(text: "0/3") == nil && Shard(text: "4/3") == nil && Shard(text: "3") == nil && Shard(text: "3/16") != nil)
  }

  @Test func cancellingFinishesWhatIsUnderWayAndLeavesNoHalfFile() throws {
    let table = folder["rows.jsonl"]
    let run = try pipeline("stages:\n  - numbers: 100000\n  - together: 4\n  - write_jsonl: \(table)\n")
    let seen = Mutex(0)
    var options = RunOptions()
    options.isCancelled = { seen.withLock { $0 > 20 } }
    let summary = try run.run(options) { _ in seen.withLock { $0 += 1 } }
    #expect(!summary.isWhole && summary.done > 20 && summary.done < 1000)
    #expect(folder.names().isEmpty)
  }

  @Test func aRunGoesOnWhereAnotherStopped() throws {
    let text = { (name: String) in
      "stages:\n  - numbers: {count: 60, failing: [30]}\n  - together: 4\n  - write_jsonl: \(name)\n"
    }
    try pipeline(text(folder["whole.jsonl"])).run()
    let interrupted = try pipeline(text(folder["parts.jsonl"]))
    let seen = Mutex(0)
    var options = RunOptions()
    options.journal = folder["journal"]
    options.isCancelled = { seen.withLock { $0 > 17 } }
    let first = try interrupted.run(options) { _ in seen.withLock { $0 += 1 } }
    #expect(!first.isWhole && folder.names() == ["journal", "whole.jsonl"])
    // A line that a kill cut short.
    let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: folder["journal"]))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data("{\"place\": 5".utf8))
    try handle.close()
    options.isCancelled = { false }
    options.resumes = true
    let second = try pipeline(text(folder["parts.jsonl"])).run(options)
    #expect(second.isWhole && second.skipped >= 16 && second.skipped + second.done == 59 && second.failed == 1)
    #expect(try folder.text("parts.jsonl") == folder.text("whole.jsonl"))
    options.journal = folder["journal"]
    let other = try pipeline("stages:\n  - numbers: 60\n  - together: 3\n  - write_jsonl: \(folder["parts.jsonl"])\n")
    #expect(throws: PipelineError.self) { try other.run(options) }
  }

  @Test func whatWasCutShortIsDoneAgain() throws {
    let list = try folder.write("list", "3 7")
    let text = "stages:\n  - numbers: 60\n  - pause: \(list)\n  - write_jsonl: \(folder["rows.jsonl"])\n"
    var options = RunOptions()
    options.journal = folder["journal"]
    let seen = Mutex(0)
    options.isCancelled = { seen.withLock { $0 > 17 } }
    #expect(try !pipeline(text).run(options) { _ in seen.withLock { $0 += 1 } }.isWhole)
    options.isCancelled = { false }
    try folder.write("list", "")
    options.resumes = true
    let second = try pipeline(text).run(options)
    #expect(second.isWhole && second.skipped >= 16 && second.done + second.skipped == 60)
    let rows = try folder.text("rows.jsonl")
    #expect(rows.split(separator: "\n").count == 60 && !rows.contains("false"), "\(rows)")
  }

  @Test func memoryIsBoundedByWindows() throws {
    // 100,000 samples whose results nobody keeps.
    var count = 0
    try pipeline("stages:\n  - numbers: 100000\n  - together: 16\n  - emit\n").run { _ in count += 1 }
    #expect(count == 100_000)
  }
}
