import ArgumentParser
import Configuration
import Pipelines
import Support

/// `vision run`.
struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run a pipeline: stages that a YAML file wires together.",
    discussion: """
      A pipeline is a file, or the name of one in Pipelines/. NAME=VALUE sets one of its parameters, STAGE.SETTING=VALUE \
      a setting of a stage. Everything is checked before the first picture is read.

      EXAMPLES
        vision run detect input=photos
        vision run Pipelines/detect.yaml input=a.jpg detect.confidence=0.4 --json
        vision run mine.yaml --explain
        vision run mine.yaml --graph mine.svg
        vision run mine.yaml --shard 3/16 --resume
        vision run mine.yaml --record run.yaml
        vision run --schema > pipeline.schema.json
      """)

  @Argument(help: "The pipeline: a .yaml file, or a name in Pipelines/.", completion: .pipelines())
  var pipeline: String?
  @Argument(help: ArgumentHelp("Parameters and settings.", valueName: "key=value")) var settings: [String] = []
  @Flag(help: "Show the resolved pipeline and run nothing.") var explain = false
  @Flag(help: "Print the JSON Schema of pipeline files.") var schema = false
  @Flag(help: "Print the resolved pipeline as a file and run nothing.") var printPipeline = false
  @Flag(help: "At the end, the time of each stage.") var profile = false
  @Option(help: ArgumentHelp("Draw the pipeline into a .svg or .png file and run nothing.", valueName: "file"))
  var graph: String?
  @Option(help: ArgumentHelp("Only the i-th of n parts of the inputs, chosen by their names.", valueName: "i/n"))
  var shard: String?
  @Flag(help: "Leave out what an interrupted run of the same pipeline has done.") var resume = false
  @Option(help: ArgumentHelp("Write the resolved pipeline with hashes and versions.", valueName: "file"))
  var record: String?
  @Flag(help: "Download nothing.") var offline = false
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard schema || pipeline != nil else { throw ValidationError("a pipeline is missing; expected a .yaml file") }
    if let shard, Shard(text: shard) == nil {
      throw ValidationError("--shard is '\(shard)'; expected a part such as 3/16")
    }
    if let graph, !graph.lowercased().hasSuffix(".svg"), !graph.lowercased().hasSuffix(".png") {
      throw ValidationError("--graph is '\(graph)'; expected a .svg or .png file")
    }
  }

  func run() throws {
    common.apply()
    if schema { return Console.shared.result(PipelineSchema.text()) }
    let models = PipelineRunning.models(offline: offline)
    let path = PipelineFiles.find(pipeline ?? "")
    let plan = try PipelineRunning.located { try Pipeline.plan(path: path, overrides: settings, models: models) }
    if explain { return Console.shared.result(plan.explanation) }
    if printPipeline { return Console.shared.result(String(plan.text.dropLast())) }
    if let graph { return try PipelineGraph(plan).write(to: graph) }
    for difference in plan.record.map({ RunRecord.differences($0, version: VisionVersion.current) }) ?? [] {
      Console.shared.warning("\(path): \(difference); results may differ")
    }
    var options = PipelineRunning.Options()
    options.json = common.json
    options.threads = common.threads
    options.profile = profile
    options.record = record
    options.resume = resume
    options.writesJournal = true
    options.shard = shard.flatMap(Shard.init(text:))
    try PipelineRunning.run(plan, models, options)
  }
}
