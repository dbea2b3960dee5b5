import Imaging
import Support
import Synchronization

/// Runs a pipeline: groups of stages on threads of their own, bounded queues between them, everything in the order of
/// the inputs where it leaves a group.
struct PipelineRunner {
  private let pipeline: Pipeline
  private let options: RunOptions
  private let steps: JobSteps
  private let groups: [StageGroup]
  private let places: [Int]
  private let claimers: [(name: String, stage: any FileWritingStage)]

  init(_ pipeline: Pipeline, _ options: RunOptions) {
    self.pipeline = pipeline
    self.options = options
    steps = JobSteps(pipeline, keepsMemories: options.journal != nil)
    groups = StageGroup.groups(pipeline)
    places = pipeline.places
    let writers = zip(pipeline.plan.nodes, pipeline.stages).compactMap { node, stage in
      (stage as? any FileWritingStage).map { (name: node.name, stage: $0) }
    }
    claimers = writers.filter { !$0.stage.isNamedAfterOthers } + writers.filter { $0.stage.isNamedAfterOthers }
  }

  func run(_ report: (InputOutcome) -> Void) throws -> RunSummary {
    let journal = try options.journal.map { path in
      try RunJournal(path: path, identity: identity, resumes: options.resumes)
    }
    // Room for every worker beside a batch that fills and one that runs.
    let window = max(2 * steps.batch, workerCount + 2)
    let queues = (0...groups.count).map { _ in OrderedQueue<Job>(window: window) }
    var threads = [feeder(queues[0], journal)]
    for (index, group) in groups.enumerated() {
      threads += workers(group, from: queues[index], to: queues[index + 1])
    }
    var summary = RunSummary()
    let last = pipeline.plan.last
    while let (_, job) = queues[groups.count].take() {
      if job.wasDone, job.failure == nil {
        summary.skipped += 1
        report(InputOutcome(name: job.name, result: .success([]), wasDone: true))
      } else if let failure = job.failure {
        summary.failed += 1
        report(InputOutcome(name: job.name, result: .failure(failure), wasDone: false))
      } else {
        summary.done += 1
        let items = job.outputs[last] ?? []
        if !items.contains(where: \.isUnfinished) { journal?.add(job) }
        report(InputOutcome(name: job.name, result: .success(items), wasDone: false))
      }
    }
    for thread in threads { thread.join() }
    summary.isWhole = summary.done + summary.failed + summary.skipped == places.count
    for (node, stage) in zip(pipeline.plan.nodes, pipeline.stages) {
      if let stage = stage as? any RowStage { try stage.finish(isWhole: summary.isWhole) }
      guard let stage = stage as? any OrderedStage else { continue }
      let values = try stage.finish(isWhole: summary.isWhole)
      if !values.isEmpty { summary.results.append((node.name, values)) }
    }
    summary.seconds = steps.profile.table(pipeline.plan.nodes.map(\.name))
    journal?.finish(isWhole: summary.isWhole && summary.failed == 0)
    return summary
  }

  /// What a journal must belong to: the resolved pipeline and its inputs' names.
  private var identity: String { pipeline.plan.identity + "/\(pipeline.source.count)/\(pipeline.shard?.suffix ?? "")" }

  /// Hands out jobs in order, their outputs named.
  private func feeder(_ queue: OrderedQueue<Job>, _ journal: RunJournal?) -> WorkerThread {
    let done =
      journal?.earlier(
        places: places.count, batch: steps.batch, names: { [places, pipeline] in pipeline.source.name(at: places[$0]) })
      ?? EarlierRun()
    return WorkerThread { [places, pipeline, claimers, options, steps] in
      var place = 0
      // Every input gets its names, those of other shards too: no two machines choose the same one.
      var next = 0
      while place < places.count, !options.isCancelled() {
        let index = places[place]
        while next < index {
          if let input = pipeline.source.input(at: next) { for claimer in claimers { _ = claimer.stage.claim(input) } }
          next += 1
        }
        next = index + 1
        var job = Job(
          place: place, index: index, name: pipeline.source.name(at: index),
          outputs: Array(repeating: nil, count: steps.count))
        if let input = pipeline.source.input(at: index) {
          for claimer in claimers { job.claims[claimer.name] = claimer.stage.claim(input) }
        }
        if let entry = done[place] {
          job.wasDone = true
          job.rows = entry.rows
          job.memories = entry.memories ?? [:]
        }
        queue.put(job, at: place)
        place += 1
      }
      queue.close(at: place)
    }
  }

  /// Threads of a group of stages that see one sample at a time: fewer where networks need the processors, too.
  private var workerCount: Int {
    let most = max(options.threads ?? ThreadPool.shared.threadCount, 1)
    return groups.count == 1 ? most : min(most, 4)
  }

  private func workers(
    _ group: StageGroup, from input: OrderedQueue<Job>, to output: OrderedQueue<Job>
  ) -> [WorkerThread] {
    switch group {
    case .each(let nodes, let isSerial):
      let count = isSerial ? 1 : workerCount
      let counter = WorkerCount(count)
      return (0..<count).map { _ in
        WorkerThread { [steps] in
          if count > 1 { ThreadPool.workAlone() }
          var end = 0
          while let (place, taken) = input.take() {
            var job = taken
            for node in nodes { steps.each(node, &job) }
            output.put(job, at: place)
            end = place + 1
          }
          if let total = counter.finish(end) { output.close(at: total) }
        }
      }
    case .batch(let node):
      return [
        WorkerThread { [steps] in
          var waiting: [(place: Int, job: Job)] = []
          var end = 0
          func flush() {
            steps.compute(node, &waiting)
            for (place, job) in waiting { output.put(job, at: place) }
            waiting = []
          }
          let batch = steps.batch(of: node)
          while let (place, job) = input.take() {
            if let first = waiting.first, first.job.place / batch != job.place / batch { flush() }
            waiting.append((place, job))
            end = place + 1
            if job.place % batch == batch - 1 { flush() }
          }
          flush()
          output.close(at: end)
        }
      ]
    }
  }
}

/// Counts workers that have ended; the last one learns how far all of them came.
private final class WorkerCount: Sendable {
  private let state: Mutex<(left: Int, end: Int)>
  init(_ count: Int) { state = Mutex((count, 0)) }
  func finish(_ end: Int) -> Int? {
    state.withLock { state in
      state.left -= 1
      state.end = max(state.end, end)
      return state.left == 0 ? state.end : nil
    }
  }
}
