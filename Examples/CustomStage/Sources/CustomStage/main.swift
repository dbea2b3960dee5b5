import Pipelines

// A pipeline as a value: the same stages that YAML files name, and one of our own.
var registry = StageRegistry.standard
registry.add(Vignette.self)

var pipeline = PipelineDefinition(name: "vignette", help: "Darken corners.")
pipeline.add("read", ["inputs": .list(CommandLine.arguments.dropFirst().map { .text($0) })])
pipeline.add("decode")
pipeline.add("scale", ["longest": 640, "filter": "lanczos"])
pipeline.add("vignette", ["strength": 0.8])
pipeline.add("write_images", ["output": "vignettes"])

do {
  let plan = try Pipeline.plan(pipeline, registry: registry)
  let summary = try Pipeline(plan, models: .offline()).run { outcome in
    switch outcome.result {
    case .success(let items): for item in items { print(item.line) }
    case .failure(let error): print("\(outcome.name): \(error)")
    }
  }
  print("\(summary.done) done, \(summary.failed) failed")
} catch { print("error: \(error)") }
