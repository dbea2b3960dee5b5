import Imaging
import Support

/// Pictures of one size packed into files, as MNIST's and CIFAR's are.
public final class PackedDataset: Dataset {
  /// A file of pictures.
  struct Part: Sendable {
    var file: String
    var split: String?
    var bytes: FileBytes
    /// Where the first picture's pixels are, and from there each next one's.
    var start: Int, stride: Int
    var labels: [Int32]
  }

  /// The folder or archive.
  public let path: String
  /// IDX or CIFAR.
  public let format: DatasetFormat
  /// Class names.
  public let classes: [String]
  /// What was wrong.
  public let faults: [DatasetFault] = []
  private let parts: [Part]
  private let starts: [Int]
  private let width: Int, height: Int, channels: Int

  /// `channels` is 1, or 3 for planes of red, green and blue one after another.
  init(path: String, format: DatasetFormat, classes: [String], parts: [Part], width: Int, height: Int, channels: Int) {
    self.path = path
    self.format = format
    self.classes = classes
    self.parts = parts
    (self.width, self.height, self.channels) = (width, height, channels)
    starts = parts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.labels.count) }
  }

  /// Pictures.
  public var count: Int { starts[starts.count - 1] }

  private func locate(_ index: Int) -> (part: Part, place: Int) {
    let part = (starts.firstIndex { $0 > index } ?? starts.count) - 1
    return (parts[part], index - starts[part])
  }

  /// What is known of a picture.
  public func record(at index: Int) -> Record {
    let (part, place) = locate(index)
    let label = Int(part.labels[place])
    return Record(
      image: "\(part.file)#\(place)", split: part.split, width: width, height: height, label: label >= 0 ? label : nil)
  }

  /// The picture's label.
  public func labels(at index: Int) -> [Int] { record(at: index).label.map { [$0] } ?? [] }
  /// The part.
  public func split(at index: Int) -> String? { locate(index).part.split }
  /// `FILE#PLACE`.
  public func name(at index: Int) -> String { record(at: index).image }

  /// The picture's pixels as stored.
  public func file(at index: Int) -> FileBytes {
    let (part, place) = locate(index)
    let size = width * height * channels
    return part.bytes.withBytes { bytes in
      FileBytes(bytes.part(part.start + place * part.stride, size).map { Array($0) } ?? [])
    }
  }

  /// The picture: grey, or RGB.
  public func sample(at index: Int, options: DecodeOptions, decoded: Image?) throws(DatasetError) -> Sample {
    let (part, place) = locate(index)
    let area = width * height
    let pixels = part.bytes.withBytes { bytes in
      let start = part.start + place * part.stride
      return [UInt8](unsafeUninitializedCapacity: area * channels) { buffer, count in
        for plane in 0..<channels {
          for pixel in 0..<area { buffer[pixel * channels + plane] = bytes[start + plane * area + pixel] }
        }
        count = area * channels
      }
    }
    do {
      let image = try Image(width: width, height: height, format: channels == 1 ? .gray : .rgb, pixels: pixels)
      return Sample(image: image, label: part.labels[place] >= 0 ? Int(part.labels[place]) : nil)
    } catch { throw .image(file: name(at: index), error) }
  }
}
