import Imaging

/// What is known of one published set of weights: the file, where it is from, and how the network is to be fed.
///
/// Data, one `Weights/ID.json` each. Reading is strict: an entry that is unknown, missing or of a wrong type is an error
/// that names file and entry.
public struct Manifest: Sendable, Equatable, Codable {
  /// How the weights are stored.
  public enum Format: String, Sendable, Codable, CaseIterable {
    case safetensors, pytorch, darknet, numpy, onnx
  }

  /// The name that `--weights` and `vision models` know it by; the file's name without `.json`.
  public let id: String
  /// The catalog's name of the model that it fits.
  public let model: String
  /// What the model is for: `detection`, `classification`, `segmentation`, `style-transfer`.
  public let task: String
  /// How the weights are stored.
  public let format: Format
  /// The weights.
  public let weights: WeightFile
  /// The network's description beside the weights (darknet's `.cfg`).
  public let configuration: WeightFile?
  /// The licence as its publisher states it (an SPDX name where there is one).
  public let licence: String
  /// The publisher's page.
  public let source: String
  /// Authors, year, and arXiv id or venue.
  public let paper: String
  /// What its publisher measured.
  public let metrics: [PublishedMetric]
  /// Values of the network's parameters, as its publisher counts them.
  public let parameters: Int?
  /// Multiply-adds for one picture, as its publisher counts them.
  public let multiplyAdds: Int?
  /// What the weights force on the network.
  public let options: ManifestOptions
  /// How a picture becomes the network's input.
  public let inputContract: InputContract
  /// The classes in the network's order.
  public let labels: ListSource<String>?
  /// How the network's output becomes results.
  public let postprocessing: Postprocessing
  /// How the file's keys become ours, in order.
  public let keyMap: [KeyRule]
  /// Anything else that its user should know.
  public let note: String?

  /// The files to have before the model can be built.
  public var files: [WeightFile] { [weights] + (configuration.map { [$0] } ?? []) }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case id, model, task, format, weights, configuration, licence, source, paper, metrics, parameters, multiplyAdds
    case options, inputContract, labels, postprocessing, keyMap, note
  }

  /// Reads a manifest.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.strictContainer(CodingKeys.self)
    id = try values.decode(String.self, forKey: .id)
    model = try values.decode(String.self, forKey: .model)
    task = try values.decode(String.self, forKey: .task)
    let formatName = try values.decode(String.self, forKey: .format)
    guard let format = Format(rawValue: formatName) else {
      let known = Format.allCases.map(\.rawValue).joined(separator: ", ")
      throw values.fault(.format, "is \"\(formatName)\" (expected one of \(known))")
    }
    self.format = format
    weights = try values.decode(WeightFile.self, forKey: .weights)
    configuration = try values.decodeIfPresent(WeightFile.self, forKey: .configuration)
    licence = try values.decode(String.self, forKey: .licence)
    source = try values.decode(String.self, forKey: .source)
    paper = try values.decode(String.self, forKey: .paper)
    metrics = try values.decodeIfPresent([PublishedMetric].self, forKey: .metrics) ?? []
    parameters = try values.decodeIfPresent(Int.self, forKey: .parameters)
    multiplyAdds = try values.decodeIfPresent(Int.self, forKey: .multiplyAdds)
    options = try values.decodeIfPresent(ManifestOptions.self, forKey: .options) ?? ManifestOptions()
    _ = try values.superDecoder(forKey: .inputContract).strictContainer(InputContract.CodingKeys.self)
    do {
      inputContract = try values.decode(InputContract.self, forKey: .inputContract)
    } catch let error as ImageError {
      throw values.fault(.inputContract, "cannot be: \(error)")
    }
    labels = try values.decodeIfPresent(ListSource<String>.self, forKey: .labels)
    postprocessing = try values.decodeIfPresent(Postprocessing.self, forKey: .postprocessing) ?? Postprocessing()
    keyMap = try values.decodeIfPresent([KeyRule].self, forKey: .keyMap) ?? []
    note = try values.decodeIfPresent(String.self, forKey: .note)
    for (key, value) in [(CodingKeys.parameters, parameters), (.multiplyAdds, multiplyAdds)] {
      if let value, value < 1 { throw values.fault(key, "is not at least 1: \(value)") }
    }
    guard isPlainFileName(id) else { throw values.fault(.id, "is not a plain name: \"\(id)\"") }
    guard format != .darknet || configuration != nil else {
      throw values.fault(.configuration, "is missing: darknet weights need their .cfg")
    }
    guard configuration?.name != weights.name else {
      throw values.fault(.configuration, "has the name of the weights")
    }
  }
}
