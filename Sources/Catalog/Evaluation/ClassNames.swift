import Datasets
import Training

/// Finds a data set's classes among a network's.
enum ClassNames {
  /// The network's class of each of the set's, by their names; a set whose classes are only numbers, and a network without names,
  /// go by their order. Throws `TrainingError.inconsistent` where they do not fit.
  static func places(
    of dataset: any Dataset, among labels: [String], of model: String
  ) throws(TrainingError) -> [Int] {
    let found = matches(dataset.classes, among: labels)
    if found.allSatisfy({ $0 != nil }) { return found.compactMap { $0 } }
    if labels.isEmpty || dataset.classes.enumerated().allSatisfy({ $1 == "\($0)" }), found.allSatisfy({ $0 == nil }),
      dataset.classes.count <= labels.count || labels.isEmpty
    {
      return Array(dataset.classes.indices)
    }
    let missing = zip(dataset.classes, found).filter { $1 == nil }.prefix(3).map(\.0)
    throw .inconsistent(
      "\(dataset.path): \(model) has no class \(missing.map { "'\($0)'" }.joined(separator: ", "))")
  }

  /// For each name the place of the label that means the same; nil where there is none.
  static func matches(_ names: [String], among labels: [String]) -> [Int?] {
    let known = Dictionary(labels.enumerated().map { (folded($1), $0) }) { first, _ in first }
    return names.map { known[folded($0)] ?? others[folded($0)].flatMap { known[$0] } }
  }

  private static func folded(_ name: String) -> String {
    name.lowercased().filter { $0.isLetter || $0.isNumber }
  }

  /// What Pascal VOC and COCO call differently.
  private static let others: [String: String] = {
    let pairs = [
      ("aeroplane", "airplane"), ("motorbike", "motorcycle"), ("sofa", "couch"), ("tvmonitor", "tv"),
    ]
    return Dictionary(pairs + pairs.map { ($1, $0) }) { first, _ in first }
  }()
}
