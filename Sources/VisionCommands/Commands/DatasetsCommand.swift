import ArgumentParser
import Datasets
import Support

/// `vision datasets`.
struct DatasetsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "datasets", abstract: "Data sets: what is in them, what is wrong with them, other formats.",
    discussion: """
      A set is a folder, a .zip, a .tar or a .tar.gz (read as they are, nothing is unpacked), or a file of annotations: \
      ImageFolder, Pascal VOC, COCO, YOLO, mask folders, IDX, CIFAR batches, a CSV list.

      EXAMPLES
        vision datasets show photos.zip
        vision datasets check photos.zip
        vision datasets convert voc.zip --to coco -o coco
        vision datasets benchmark photos --recipe imagenet-train
        vision datasets make scenes --count 1000 --split 0.8 -o scenes
      """,
    subcommands: [
      ShowDataset.self, CheckDataset.self, ConvertDataset.self, BenchmarkDataset.self, MakeDataset.self,
    ])
}

/// Where a set lies and how it is read.
struct DatasetInput: ParsableArguments {
  @Argument(help: "The data set: a folder, an archive or an annotations file.", completion: .file()) var data: String
  @Option(
    help: "Its format: image-folder, voc, coco, yolo, masks, idx, cifar or csv (default: found out by its files).")
  var format: DatasetFormat?
  @Option(help: "Only this part, such as train, val or test.") var split: String?
  @Option(help: ArgumentHelp("The annotations to take where there are several: a file or a folder.", valueName: "path"))
  var annotations: String?

  /// The options as the library has them.
  var options: DatasetOptions { DatasetOptions(format: format, split: split, annotations: annotations) }

  /// Opens the set and says how it was read.
  func open() throws -> any Dataset {
    let dataset = try DatasetReader.open(data, options: options)
    for note in (dataset as? FileDataset)?.notes ?? [] { Console.shared.note("\(data): \(note)") }
    return dataset
  }
}

extension DatasetFormat: ExpressibleByArgument {}
extension DatasetConversion.Target: ExpressibleByArgument {}
