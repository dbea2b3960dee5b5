/// How a model's outputs become results, as its publisher does it. What is absent does not apply to the task.
public struct Postprocessing: Sendable, Equatable, Codable {
  /// Detections below this score are left out, 0 to 1.
  public let confidence: Double?
  /// Above this overlap the weaker of two boxes of one class is left out, 0 to 1.
  public let iou: Double?
  /// At most this many detections an image.
  public let maxDetections: Int?
  /// The data set's own id of each class, for models whose classes are 0, 1, 2 ... and data sets whose ids are not.
  public let categoryIDs: ListSource<Int>?

  /// Settings as a manifest lists them.
  public init(
    confidence: Double? = nil, iou: Double? = nil, maxDetections: Int? = nil, categoryIDs: ListSource<Int>? = nil
  ) {
    self.confidence = confidence
    self.iou = iou
    self.maxDetections = maxDetections
    self.categoryIDs = categoryIDs
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case confidence, iou, maxDetections
    case categoryIDs = "categoryIds"
  }

  /// Reads a manifest's entry; every value is checked here.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.strictContainer(CodingKeys.self)
    confidence = try values.decodeIfPresent(Double.self, forKey: .confidence)
    iou = try values.decodeIfPresent(Double.self, forKey: .iou)
    maxDetections = try values.decodeIfPresent(Int.self, forKey: .maxDetections)
    categoryIDs = try values.decodeIfPresent(ListSource<Int>.self, forKey: .categoryIDs)
    for (key, value) in [(CodingKeys.confidence, confidence), (.iou, iou)] {
      if let value, !(0...1).contains(value) { throw values.fault(key, "is not between 0 and 1: \(value)") }
    }
    if let maxDetections, maxDetections < 1 {
      throw values.fault(.maxDetections, "is not at least 1: \(maxDetections)")
    }
  }
}

/// A list that a manifest holds itself, or the name of a text file in `Weights/labels/` with one entry a line.
public enum ListSource<Element: Codable & Equatable & Sendable>: Sendable, Equatable, Codable {
  case file(String)
  case inline([Element])

  /// Reads a file's name or a list.
  public init(from decoder: any Decoder) throws {
    let value = try decoder.singleValueContainer()
    if let name = try? value.decode(String.self) {
      guard isPlainFileName(name) else {
        throw DecodingError.dataCorruptedError(
          in: value, debugDescription: "is not the plain name of a file: \"\(name)\"")
      }
      self = .file(name)
    } else {
      do {
        self = .inline(try value.decode([Element].self))
      } catch {
        throw DecodingError.dataCorruptedError(
          in: value, debugDescription: "is neither the name of a file in `Weights/labels/` nor a list")
      }
    }
  }

  /// Writes it as it is read.
  public func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch self {
    case .file(let name): try value.encode(name)
    case .inline(let list): try value.encode(list)
    }
  }
}
