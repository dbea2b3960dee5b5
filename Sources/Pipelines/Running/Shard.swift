import Support

/// One of several parts of the inputs, for job arrays: which one an input belongs to depends on its name only.
public struct Shard: Sendable, Hashable {
  /// From 1.
  public let number: Int
  /// How many parts there are.
  public let count: Int

  /// A part; nil where the number is not 1 to the count.
  public init?(number: Int, count: Int) {
    guard count >= 1, count <= 1 << 20, (1...count).contains(number) else { return nil }
    self.number = number
    self.count = count
  }

  /// Reads `3/16`.
  public init?(text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let number = parts[0], let count = parts[1] else { return nil }
    self.init(number: number, count: count)
  }

  /// Whether an input belongs to it.
  public func contains(_ name: String) -> Bool {
    // FNV-1a of 64 bits, the high bits folded in: Swift's own hashes differ between runs.
    var hash: UInt64 = 14_695_981_039_346_656_037
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
    hash ^= hash >> 32
    return Int(hash % UInt64(count)) == number - 1
  }

  /// Such as `-3-of-16`: what files of the whole run have in their names.
  var suffix: String { count > 1 ? "-\(number)-of-\(count)" : "" }
}
