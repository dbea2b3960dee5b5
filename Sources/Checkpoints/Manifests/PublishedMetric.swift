/// A number that a model's publisher states, and on what.
public struct PublishedMetric: Sendable, Equatable, Codable {
  /// The metric's own name: `AP`, `AP50`, `top1`, `mIoU`.
  public let name: String
  /// Its value as published; a share is in percent, as the field's tables have it.
  public let value: Double
  /// The data it was measured on, such as `COCO val2017`.
  public let data: String
  /// What else matters, such as the input's size.
  public let note: String?

  /// A published number.
  public init(name: String, value: Double, data: String, note: String? = nil) {
    self.name = name
    self.value = value
    self.data = data
    self.note = note
  }

  enum CodingKeys: String, CodingKey, CaseIterable { case name, value, data, note }

  /// Reads a manifest's entry.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.strictContainer(CodingKeys.self)
    name = try values.decode(String.self, forKey: .name)
    value = try values.decode(Double.self, forKey: .value)
    data = try values.decode(String.self, forKey: .data)
    note = try values.decodeIfPresent(String.self, forKey: .note)
  }
}
