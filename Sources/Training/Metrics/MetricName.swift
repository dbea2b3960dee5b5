/// Which values of a metric are better.
public enum MetricDirection: String, Sendable {
  /// As losses.
  case lower
  /// As accuracies.
  case higher

  /// The better of two points; the earlier of equals.
  func better(_ a: (x: Double, y: Double)?, _ b: (x: Double, y: Double)) -> (x: Double, y: Double)? {
    guard let a else { return b }
    return self == .lower ? (b.y < a.y ? b : a) : (b.y > a.y ? b : a)
  }
}

/// A column of `metrics.csv` taken apart: `val_top1` is the metric `top1` of the part `val`.
public struct MetricName: Sendable, Hashable {
  /// As in the file.
  public let column: String
  /// The metric, such as `loss`.
  public let metric: String
  /// `train`, `val` or `test`; nil where the name has none.
  public let part: String?

  private static let parts = ["train": "train", "val": "val", "validation": "val", "valid": "val", "test": "test"]

  /// Takes a column's name apart at its first `_`, `/` or `.`.
  public init(_ column: String) {
    self.column = column
    let words = column.split(maxSplits: 1) { "_/.".contains($0) }.map(String.init)
    if words.count == 2, let part = Self.parts[words[0]] {
      (self.part, metric) = (part, words[1])
    } else {
      (part, metric) = (nil, column)
    }
  }

  /// Whether lower values are better; nil for what is neither, such as a learning rate.
  public var direction: MetricDirection? {
    let name = metric.lowercased()
    if !isPlotted || name.contains("rate") || name == "lr" || name.contains("norm") { return nil }
    let isLoss = ["loss", "error", "perplexity", "mae", "mse", "rmse"].contains { name.contains($0) }
    return isLoss ? .lower : .higher
  }

  /// Whether it says how good the network is, not how fast the machine.
  public var isPlotted: Bool {
    !["second", "time", "memory", "images_per", "rss", "samples"].contains { metric.contains($0) }
  }

  /// Whether it was measured on what the network was not trained on.
  public var isValidation: Bool { part != "train" && direction != nil }

  /// Its part's place in a plot's colours.
  var color: Int { part == "train" ? 0 : part == "test" ? 2 : part == "val" ? 1 : 0 }
}
