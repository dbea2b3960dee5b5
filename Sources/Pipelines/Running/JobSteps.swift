import Imaging
import Support

/// What each stage does to an input, whichever thread it is on.
struct JobSteps: Sendable {
  private let nodes: [PipelinePlan.Node]
  private let stages: [any Stage]
  /// For each stage the last one that reads what it gives.
  private let lastReader: [Int]
  let profile: RunProfile
  let count: Int
  /// The largest batch.
  let batch: Int
  /// Whether a journal keeps what stages must know of samples.
  private let keepsMemories: Bool

  init(_ pipeline: Pipeline, keepsMemories: Bool) {
    self.keepsMemories = keepsMemories
    nodes = pipeline.plan.nodes
    stages = pipeline.stages
    count = nodes.count
    profile = RunProfile(count)
    batch = stages.map { ($0 as? any BatchStage)?.batch ?? 1 }.max() ?? 1
    var last = Array(nodes.indices)
    for (index, node) in nodes.enumerated() {
      for parent in node.parents { last[parent] = max(last[parent], index) }
    }
    last[pipeline.plan.last] = nodes.count
    lastReader = last
  }

  func batch(of node: Int) -> Int { (stages[node] as? any BatchStage)?.batch ?? 1 }

  /// One stage for one input. Of a network only what prepares its samples.
  func each(_ node: Int, _ job: inout Job) {
    if job.wasDone { return again(node, &job) }
    guard job.failure == nil else { return }
    let start = ContinuousClock.now
    var samples = 1
    do {
      if let source = stages[node] as? any SourceStage {
        var item = try source.item(at: job.index)
        item.claims = job.claims
        job.outputs[node] = [item]
      } else {
        let items = try inputs(of: node, job)
        samples = items.count
        switch stages[node] {
        case let stage as any BatchStage:
          job.pending = (items, try items.map(stage.prepare))
          profile.add(node, seconds: ContinuousClock.now - start, samples: 0)
          return
        case let stage as any ItemStage: job.outputs[node] = try items.flatMap { try stage($0) }
        case let stage as any OrderedStage:
          if keepsMemories, let stage = stage as? any RecallingStage {
            job.memories[nodes[node].name] = try items.compactMap { try stage.written($0) }
          }
          job.outputs[node] = try items.flatMap { try stage($0) }
        case let stage as any RowStage:
          let rows = try items.map(stage.rows).joined()
          try stage.append(rows)
          job.rows[nodes[node].name] = rows
          job.outputs[node] = items
        case let stage as any GatheringStage:
          let parts = job.outputs[nodes[node].parents[1]] ?? []
          job.outputs[node] = try items.flatMap { item in
            try stage(item, parts: parts.filter { $0.parts.dropLast().elementsEqual(item.parts) })
          }
        default: job.outputs[node] = items
        }
      }
      release(after: node, &job)
    } catch { fail(&job, error) }
    profile.add(node, seconds: ContinuousClock.now - start, samples: samples)
  }

  /// An input that an earlier run did: files of the whole run get its rows, stages that remember recall its samples.
  private func again(_ node: Int, _ job: inout Job) {
    guard job.failure == nil else { return }
    do {
      if let stage = stages[node] as? any RowStage, let rows = job.rows[nodes[node].name] { try stage.append(rows) }
      if let stage = stages[node] as? any RecallingStage {
        for memory in job.memories[nodes[node].name] ?? [] { try stage.recall(written: memory) }
      }
    } catch { job.failure = error }
  }

  /// A network on the inputs of one window; those that failed left their places empty.
  func compute(_ node: Int, _ jobs: inout [(place: Int, job: Job)]) {
    guard let stage = stages[node] as? any BatchStage else { return }
    let start = ContinuousClock.now
    var samples = 0
    // Parts are not cut by the window: how many an input has must not shift those of the next one.
    let isWhole = nodes[node].output.outer.isEmpty
    var run: [Int] = []
    func flush() {
      guard !run.isEmpty else { return }
      let members = run
      run = []
      do {
        let found = try stage.compute(
          members.flatMap { jobs[$0].job.pending?.items ?? [] },
          members.flatMap { jobs[$0].job.pending?.prepared ?? [] })
        var taken = found[...]
        for member in members {
          let own = jobs[member].job.pending?.items.count ?? 0
          jobs[member].job.outputs[node] = Array(taken.prefix(own))
          taken = taken.dropFirst(own)
        }
      } catch { for member in members { fail(&jobs[member].job, error) } }
    }
    for index in jobs.indices where jobs[index].job.isActive {
      let prepared = jobs[index].job.pending?.prepared ?? []
      samples += prepared.count
      if isWhole, prepared.count == 1 {
        if let first = run.first.flatMap({ jobs[$0].job.pending?.prepared.first }),
          first.width != prepared[0].width || first.height != prepared[0].height
        {
          flush()
        }
        run.append(index)
      } else {
        flush()
        parts(node, stage, &jobs[index].job)
      }
    }
    flush()
    for index in jobs.indices where jobs[index].job.isActive {
      jobs[index].job.pending = nil
      release(after: node, &jobs[index].job)
    }
    profile.add(node, seconds: ContinuousClock.now - start, samples: samples)
  }

  /// A network on the parts of one input, `batch` of one size at a time.
  private func parts(_ node: Int, _ stage: any BatchStage, _ job: inout Job) {
    guard let (items, prepared) = job.pending else { return }
    var found: [Item] = []
    var begin = 0
    do {
      while begin < items.count {
        var end = begin + 1
        while end < items.count, end - begin < stage.batch, prepared[end].width == prepared[begin].width,
          prepared[end].height == prepared[begin].height
        {
          end += 1
        }
        found += try stage.compute(Array(items[begin..<end]), Array(prepared[begin..<end]))
        begin = end
      }
      job.outputs[node] = found
    } catch { fail(&job, error) }
  }

  /// What a stage reads: its parents' samples, joined where there are several.
  private func inputs(of node: Int, _ job: Job) throws -> [Item] {
    let parents = nodes[node].parents
    guard let first = parents.first else { return [] }
    let items = job.outputs[first] ?? []
    if parents.count == 1 || stages[node] is any GatheringStage { return items }
    return items.compactMap { item in
      var joined = item
      for parent in parents.dropFirst() {
        guard let other = job.outputs[parent]?.first(where: { $0.parts == item.parts }) else { return nil }
        joined.join(other)
      }
      return joined
    }
  }

  private func fail(_ job: inout Job, _ error: any Error) {
    job.failure = error
    job.outputs = Array(repeating: nil, count: count)
    job.pending = nil
  }

  /// Lets go of what nobody reads any more.
  private func release(after node: Int, _ job: inout Job) {
    for parent in nodes[node].parents where lastReader[parent] == node { job.outputs[parent] = nil }
    if lastReader[node] == node { job.outputs[node] = nil }
  }
}

extension Item {
  /// Takes over what another sample of the same input knows and this one does not.
  mutating func join(_ other: Item) {
    image = image ?? other.image
    size = size ?? other.size
    classes = classes ?? other.classes
    objects = objects ?? other.objects
    if classMap == nil { (classMap, mapLabels) = (other.classMap, other.mapLabels) }
    embedding = embedding ?? other.embedding
    tensor = tensor ?? other.tensor
    truth = truth ?? other.truth
    models += other.models.filter { model in !models.contains { $0 == model } }
    outputs += other.outputs.filter { output in !outputs.contains { $0 == output } }
    facts += other.facts.filter { fact in !facts.contains { $0.0 == fact.0 } }
  }
}
