import Imaging
import Training

/// What pixels are taken for, class by class; void pixels do not count. As `ConfusionMatrix` of torchvision's references.
public struct SegmentationMetrics: Sendable, Equatable {
  /// Pixels of the row's class that were taken for the column's.
  public private(set) var confusion: ClassificationMetrics

  /// Nothing measured yet.
  public init(classes: [String]) { confusion = ClassificationMetrics(classes: classes) }

  /// The classes' names.
  public var classes: [String] { confusion.classes }

  /// Adds a picture. Truth beyond the classes is void; throws `TrainingError.inconsistent` for maps of different sizes and
  /// predictions beyond the classes.
  public mutating func add(truth: ClassMap, predicted: ClassMap) throws(TrainingError) {
    guard truth.size == predicted.size else {
      throw .inconsistent("a mask of \(truth.size) pixels and a prediction of \(predicted.size)")
    }
    let count = classes.count
    // Of 256 x 256 pairs the few that are classes are kept: no branch a pixel.
    var pairs = [Int](repeating: 0, count: 1 << 16)
    truth.classes.withUnsafeBufferPointer { truth in
      predicted.classes.withUnsafeBufferPointer { predicted in
        pairs.withUnsafeMutableBufferPointer { pairs in
          for place in truth.indices { pairs[Int(truth[place]) << 8 | Int(predicted[place])] += 1 }
        }
      }
    }
    var counts = [Int](repeating: 0, count: count * count)
    for row in 0..<min(count, 256) {
      for column in 0..<256 where pairs[row << 8 | column] > 0 {
        guard column < count else {
          throw .inconsistent("a pixel was taken for class \(column); there are \(count) classes")
        }
        counts[row * count + column] = pairs[row << 8 | column]
      }
    }
    try confusion.add(counts: counts)
  }

  /// Adds what was measured elsewhere, of the same classes.
  public mutating func add(_ other: SegmentationMetrics) throws(TrainingError) { try confusion.add(other.confusion) }

  /// Pixels that count.
  public var pixels: Int { confusion.count }

  /// The share of pixels taken for what they are; NaN of none.
  public var pixelAccuracy: Double { pixels > 0 ? confusion.top1 : .nan }

  /// The mean of the classes' shares of pixels found, those left out that have none; NaN of none.
  public var meanAccuracy: Double { pixels > 0 ? confusion.balancedAccuracy : .nan }

  /// Each class's intersection over union: pixels that are of it and taken for it, over those that are or are taken; nil for a
  /// class that neither occurs nor was found.
  public var intersectionOverUnion: [Double?] {
    let count = classes.count, counts = confusion.counts
    return classes.indices.map { label in
      let common = counts[label * count + label]
      let actual = counts[label * count..<(label + 1) * count].reduce(0, +)
      let taken = classes.indices.reduce(0) { $0 + counts[$1 * count + label] }
      let union = actual + taken - common
      return union > 0 ? Double(common) / Double(union) : nil
    }
  }

  /// The mean intersection over union, those classes left out that neither occur nor were found; NaN of none.
  public var meanIntersectionOverUnion: Double {
    let known = intersectionOverUnion.compactMap { $0 }
    return known.isEmpty ? .nan : known.reduce(0, +) / Double(known.count)
  }

  /// miou, pixel_accuracy, mean_accuracy.
  public var numbers: [(name: String, value: Double)] {
    [
      ("miou", meanIntersectionOverUnion), ("pixel_accuracy", pixelAccuracy), ("mean_accuracy", meanAccuracy),
    ]
  }
}
