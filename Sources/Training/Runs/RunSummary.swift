import Configuration
import Support

/// A run as its folder tells it, whether it still goes on or not.
public struct RunSummary: Sendable {
  /// A metric's best value.
  public struct Best: Sendable, Equatable {
    /// The column of `metrics.csv`.
    public var metric: String
    /// Its value.
    public var value: Double
    /// The epoch that it was measured after.
    public var epoch: Int
  }

  /// Where it lies.
  public let folder: RunFolder
  /// What was measured; without rows where nothing was yet.
  public let table: MetricsTable
  /// The recipe's settings, `optimizer.momentum` and such, in the order written; empty without a recipe.
  public let settings: [(key: String, value: String)]

  /// Reads a run.
  ///
  /// - Throws: `TrainingError.damaged` for metrics or a recipe that cannot be read, `file`.
  public init(_ folder: RunFolder) throws(TrainingError) {
    self.folder = folder
    let hasMetrics = FileIdentity(path: folder.metrics) != nil
    table = hasMetrics ? try MetricsTable.read(path: folder.metrics) : MetricsTable(columns: [])
    settings = FileIdentity(path: folder.recipe) != nil ? try Self.settings(folder.recipe) : []
  }

  /// The last epoch that was measured; 0 before the first.
  public var epochs: Int { table.rows.last?.epoch ?? 0 }

  /// How many epochs the recipe asks for, where it says so.
  public var plannedEpochs: Int? {
    let keys = settings.filter { $0.key == "epochs" || $0.key.hasSuffix(".epochs") }
    return keys.min { $0.key.count < $1.key.count }.flatMap { Int($0.value) }
  }

  /// The best value of each metric that has a direction, in the columns' order.
  public var best: [Best] {
    table.columns.compactMap { column in
      guard let direction = MetricName(column).direction else { return nil }
      let points = table.series(column).filter { !$0.value.isNaN }.map { (x: Double($0.epoch), y: $0.value) }
      return points.reduce(nil) { direction.better($0, $1) }.map {
        Best(metric: column, value: $0.y, epoch: Int($0.x))
      }
    }
  }

  /// The one that says most: the best validation metric that is no loss, else a validation loss, else anything.
  public var headline: Best? {
    let best = best
    func first(_ isValidation: Bool, _ direction: MetricDirection) -> Best? {
      best.first { entry in
        let name = MetricName(entry.metric)
        return name.direction == direction && name.isValidation == isValidation
      }
    }
    return first(true, .higher) ?? first(true, .lower) ?? first(false, .higher) ?? first(false, .lower)
  }

  private static func settings(_ path: String) throws(TrainingError) -> [(key: String, value: String)] {
    let node: YAMLNode
    do { node = try YAMLReader.read(path: path) } catch let error as FileError { throw .file(error) } catch {
      throw .damaged(path: path, fault: "\(error)")
    }
    var settings: [(key: String, value: String)] = []
    flatten(node, "", &settings)
    return settings
  }

  private static func flatten(_ node: YAMLNode, _ path: String, _ settings: inout [(key: String, value: String)]) {
    if let entries = node.entries, !entries.isEmpty {
      for entry in entries { flatten(entry.value, path.isEmpty ? entry.key : path + "." + entry.key, &settings) }
    } else if let elements = node.elements, elements.contains(where: { $0.entries != nil || $0.elements != nil }) {
      for (index, element) in elements.enumerated() { flatten(element, "\(path)[\(index)]", &settings) }
    } else {
      settings.append((path, YAMLWriter.inline(node)))
    }
  }
}
