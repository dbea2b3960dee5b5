/// Stages that run on the same threads.
enum StageGroup {
  /// Stages that see one input at a time, on several threads at once unless they remember; networks prepare theirs
  /// here.
  case each([Int], isSerial: Bool)
  /// A network that takes several inputs at a time.
  case batch(Int)

  /// The groups of a pipeline, in order. A batch stage stands in two: the group before it prepares its samples.
  static func groups(_ pipeline: Pipeline) -> [StageGroup] {
    var groups: [StageGroup] = []
    var open: [Int] = []
    var isSerial = false
    func close() {
      if !open.isEmpty { groups.append(.each(open, isSerial: isSerial)) }
      open = []
    }
    for (index, stage) in pipeline.stages.enumerated() {
      let remembers =
        stage is any OrderedStage || stage is any RowStage || (stage as? any SourceStage)?.isSerial == true
      // What remembers must not slow down what does not: they take turns in groups of their own.
      if remembers != isSerial { close() }
      isSerial = remembers
      open.append(index)
      if stage is any BatchStage {
        close()
        groups.append(.batch(index))
      }
    }
    close()
    return groups
  }
}
