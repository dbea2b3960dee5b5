import ArgumentParser
import Datasets
import Support

/// `vision datasets check`.
struct CheckDataset: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "The doctor: reads every picture and annotation and says what is wrong.",
    discussion: """
      Finds damaged and mis-typed files, duplicates, pictures that are in train and test alike, boxes outside or without area, \
      labels out of range, pictures without labels, annotations of another size or of the picture before EXIF turned it, \
      masks of another size, imbalanced classes. The set is never changed.

      Ends with 0 where all is well (warnings aside), with 1 where faults were found.
      """)

  @OptionGroup var input: DatasetInput
  @OptionGroup var common: CommonOptions

  func run() throws {
    common.apply()
    let dataset = try input.open()
    var check = DatasetCheck()
    if let threads = common.threads { check.threads = threads }
    var progress = Progress(total: dataset.count, unit: "pictures")
    let report = check(dataset) { _, _ in
      progress.advance()
      return !Console.isRunCancelled
    }
    Console.shared.endProgress()
    if Interruption.isRequested { throw CommandEnd(code: .interrupted) }
    Console.shared.result(common.json ? DatasetReport.json(report).text : DatasetReport.text(report))
    if report.hasFaults { throw CommandEnd(code: .partial) }
  }
}

/// `vision datasets show`.
struct ShowDataset: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Format, parts, classes and counts, without decoding a picture.")

  @OptionGroup var input: DatasetInput
  @OptionGroup var common: CommonOptions

  func run() throws {
    common.apply()
    let dataset = try input.open()
    let report = CheckReport(summary: dataset)
    Console.shared.result(common.json ? DatasetReport.json(report).text : DatasetReport.text(report))
    for fault in dataset.faults.prefix(20) { Console.shared.warning(fault.description) }
    if dataset.faults.count > 20 {
      Console.shared.warning("\(dataset.faults.count - 20) more; see 'vision datasets check'")
    }
  }
}

/// `vision datasets convert`.
struct ConvertDataset: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert", abstract: "Convert between Pascal VOC, COCO and YOLO, without loss.",
    discussion: """
      Pictures are copied as they are. What the new format has no place for is kept in a file 'vision.json' beside it, which \
      is read when the set is converted back.

      EXAMPLES
        vision datasets convert voc.zip --to coco -o coco
        vision datasets convert coco --to yolo -o yolo
      """)

  @OptionGroup var input: DatasetInput
  @Option(help: "The new format: voc, coco or yolo.") var to: DatasetConversion.Target
  @Option(help: "As --format: the format of the input.") var from: DatasetFormat?
  @Option(name: .shortAndLong, help: "The new folder.") var output: String
  @OptionGroup var common: CommonOptions

  func validate() throws {
    guard !output.isEmpty else { throw ValidationError("--output is empty; expected a folder") }
    guard from == nil || input.format == nil else { throw ValidationError("--from and --format say the same") }
  }

  func run() throws {
    common.apply()
    var input = input
    input.format = input.format ?? from
    guard input.split == nil else { throw DatasetError.setting("--split is not taken here; all parts are converted") }
    guard let dataset = try input.open() as? FileDataset else {
      throw DatasetError.setting("\(input.data) has no objects; only sets of boxes convert")
    }
    var progress = Progress(total: dataset.count, unit: "pictures")
    let report = try DatasetConversion(to: to, output: output)(dataset) { _, _ in
      progress.advance()
      return !Console.isRunCancelled
    }
    Console.shared.endProgress()
    if Interruption.isRequested { throw CommandEnd(code: .interrupted) }
    for fault in report.faults.prefix(100) { Console.shared.error(Failure(fault)) }
    let fields: [(String, JSONValue)] = [
      ("data", .string(input.data)), ("output", .string(output)), ("format", .string(to.rawValue)),
      ("images", .int(report.images)), ("objects", .int(report.objects)), ("faults", .int(report.faults.count)),
    ]
    Console.shared.result(
      common.json
        ? JSONValue.object(fields).text
        : "\(input.data): \(report.images) pictures with \(report.objects) objects -> \(output) (\(to.rawValue))")
    if !report.faults.isEmpty { throw CommandEnd(code: .partial) }
  }
}
