import Datasets
import TensorCore
import Training

/// The parts of a data set that a run trains and validates on.
struct TrainingData {
  let training: any Dataset
  let validation: (any Dataset)?

  /// Opens the recipe's data: its parts by name, or by seed where it has none.
  init(_ recipe: TrainingRecipe, format: DatasetFormat? = nil) throws {
    let settings = recipe.data, seed = UInt64(recipe.seed)
    var options = DatasetOptions(format: format)
    if let name = settings.format {
      guard let format = DatasetFormat(rawValue: name) else {
        throw TrainingError.setting(
          "data.format is '\(name)'; expected one of \(DatasetFormat.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      options.format = format
    }
    let whole = try DatasetReader.open(settings.path, options: options)
    // A set of one part, whatever its name, is dealt out.
    let parts = whole.splits.count > 1 ? whole.splits : []
    func part(_ name: String) throws -> [Int] {
      let indices = whole.indices(ofSplit: name)
      guard !indices.isEmpty else {
        let known = parts.isEmpty ? "it has no parts" : "it has \(parts.joined(separator: ", "))"
        throw TrainingError.setting("\(settings.path) has no part '\(name)'; \(known)")
      }
      return indices
    }
    let trainName = settings.train ?? (parts.contains("train") ? "train" : nil)
    let own = ["val", "valid", "validation", "test", "testing"].first { parts.contains($0) && $0 != trainName }
    let validationName = settings.validation ?? (settings.folds == nil ? own : nil)
    var train: [Int], held: [Int]
    if let validationName {
      held = try part(validationName)
      train = try trainName.map(part) ?? (0..<whole.count).filter { whole.split(at: $0) != validationName }
    } else {
      let base = try trainName.map(part) ?? Array(0..<whole.count)
      let subset = SubsetDataset(whole, indices: base)
      if let folds = settings.folds {
        guard settings.fold < folds else {
          throw TrainingError.setting("data.fold is \(settings.fold); expected 0 to \(folds - 1)")
        }
        var dealt = try DatasetSplit.indices(of: subset, shares: Array(repeating: 1, count: folds), seed: seed)
        held = dealt.remove(at: settings.fold).map { base[$0] }
        train = dealt.joined().sorted().map { base[$0] }
      } else if settings.validationShare > 0 {
        let dealt = try DatasetSplit.indices(
          of: subset, shares: [1 - settings.validationShare, settings.validationShare], seed: seed)
        (train, held) = (dealt[0].map { base[$0] }, dealt[1].map { base[$0] })
      } else {
        (train, held) = (base, [])
      }
    }
    if let limit = settings.limit, limit < train.count {
      let subset = SubsetDataset(whole, indices: train)
      let share = Double(limit) / Double(train.count)
      train = try DatasetSplit.indices(of: subset, shares: [share, 1 - share], seed: seed)[0].map { train[$0] }
    }
    training = SubsetDataset(whole, indices: train)
    validation = held.isEmpty ? nil : SubsetDataset(whole, indices: held)
  }

  /// Throws where there are no pictures.
  func checkPictures() throws(TrainingError) {
    guard training.count > 0 else { throw .inconsistent("\(training.path): there are no training pictures") }
  }

  /// Throws where detectors cannot learn from the data: no pictures, no objects, classes that are unknown.
  func checkObjects() throws(TrainingError) {
    guard training.count > 0 else { throw .inconsistent("\(training.path): there are no training pictures") }
    guard !training.classes.isEmpty else { throw .inconsistent("\(training.path): there are no classes") }
    var marked: Int?
    for set in [training] + (validation.map { [$0] } ?? []) {
      for index in 0..<set.count {
        let labels = set.labels(at: index)
        if let label = labels.first(where: { !training.classes.indices.contains($0) }) {
          throw .inconsistent(
            "\(training.path): \(set.name(at: index)) has label \(label); there are \(training.classes.count) classes")
        }
      }
    }
    for index in 0..<training.count where !training.labels(at: index).isEmpty {
      marked = index
      break
    }
    // A set may give its pictures classes and nothing more.
    guard let marked, (try? training.record(at: marked))?.objects?.isEmpty == false else {
      throw .inconsistent("\(training.path): no training picture has an object; expected boxes (VOC, COCO or YOLO)")
    }
  }

  /// What of the training pictures' boxes cannot be used and is left out, a line a picture.
  func boxFaults() -> [String] {
    // A YOLO set's boxes are parts of pictures, whose sizes would have to be read.
    guard training.format != .yolo else { return [] }
    return (0..<training.count).compactMap { index in
      let unusable = (try? training.record(at: index))?.objects?.filter { !$0.isUsable } ?? []
      guard let box = unusable.first else { return nil }
      return "\(training.name(at: index)): \(unusable.count == 1 ? "a box" : "\(unusable.count) boxes") without area, "
        + "such as [\(box.x), \(box.y), \(box.width), \(box.height)] (x, y, width, height)"
    }
  }

  /// Throws where classifiers cannot learn from the data: no classes, a class without pictures, pictures without a class.
  func checkClasses() throws(TrainingError) {
    guard training.count > 0 else { throw .inconsistent("\(training.path): there are no training pictures") }
    guard training.classes.count > 1 else {
      throw .inconsistent(
        "\(training.path): \(training.classes.count == 1 ? "there is one class only" : "there are no classes"); expected at least 2"
      )
    }
    var counts = [Int](repeating: 0, count: training.classes.count)
    for set in [training] + (validation.map { [$0] } ?? []) {
      for index in 0..<set.count {
        let labels = set.labels(at: index)
        guard let label = labels.first else {
          throw .inconsistent("\(training.path): \(set.name(at: index)) has no class")
        }
        guard counts.indices.contains(label) else {
          throw .inconsistent(
            "\(training.path): \(set.name(at: index)) has label \(label); there are \(counts.count) classes")
        }
      }
    }
    for index in 0..<training.count { counts[training.labels(at: index)[0]] += 1 }
    let missing = counts.indices.filter { counts[$0] == 0 }.map { training.classes[$0] }
    guard missing.isEmpty else {
      let shown = missing.prefix(5).joined(separator: ", ") + (missing.count > 5 ? ", ..." : "")
      throw .inconsistent("\(training.path): there are no training pictures of \(shown)")
    }
  }
}
