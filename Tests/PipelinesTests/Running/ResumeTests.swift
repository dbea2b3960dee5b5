import Configuration
import Foundation
import Pipelines
import Synchronization
import Testing

/// Runs that go on after an interruption, with stages that remember what they saw before it.
@Suite struct ResumeTests {
  private let folder = Folder()

  private func pipeline(_ output: String) throws -> Pipeline {
    let text = """
      stages:
        - scene: 400
        - track: {iou: 0.3, patience: 1}
        - deduplicate: {similarity: 0.9999, keep: true}
        - together: 4
        - write_jsonl: \(folder[output])
        - count
        - metrics
      """
    return try Pipeline(Pipeline.plan(text: text, name: "p", registry: .tests), models: .offline())
  }

  private func results(_ summary: RunSummary) -> [String] {
    summary.results.map { "\($0.stage) " + $0.values.map { "\($0.0) \($0.1.text)" }.joined(separator: ", ") }
  }

  @Test(arguments: [3, 57, 201]) func whatStagesRememberIsRecalled(after: Int) throws {
    let whole = try pipeline("whole.jsonl").run()
    let seen = Mutex(0)
    var options = RunOptions()
    options.journal = folder["journal"]
    options.isCancelled = { seen.withLock { $0 > after } }
    let interrupted = try pipeline("parts.jsonl")
    #expect(interrupted.cannotResume == nil)
    let first = try interrupted.run(options) { _ in seen.withLock { $0 += 1 } }
    #expect(!first.isWhole)
    options.isCancelled = { false }
    options.resumes = true
    let second = try pipeline("parts.jsonl").run(options)
    #expect(second.isWhole && second.skipped > 0 && second.skipped + second.done == 400)
    #expect(try folder.text("parts.jsonl") == folder.text("whole.jsonl"))
    #expect(results(second) == results(whole))
    // A cat in every frame, a dog in two of five; 7 times 3 different vectors.
    #expect(results(second)[0].contains("kept 21") && results(second)[1].contains("\"cat\": 400, \"dog\": 160"))
    #expect(folder.names() == ["parts.jsonl", "whole.jsonl"])
  }
}
