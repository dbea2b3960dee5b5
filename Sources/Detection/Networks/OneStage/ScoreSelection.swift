/// The best of very many scores, found in one pass with room for a few thousand.
///
/// Detectors score up to twenty million pairs of anchor and class an image and keep a thousand, so that nothing may be made
/// of a pair before it is chosen.
package enum ScoreSelection {
  /// A score and where it stood.
  package struct Choice: Sendable, Hashable {
    /// Its index among the scores.
    package var index: Int
    /// The score.
    package var score: Float
  }

  /// The `limit` largest scores above `threshold`, largest first; among equals the first ones, in order. NaN is never chosen.
  package static func best(
    _ limit: Int, of scores: UnsafeBufferPointer<Float>, above threshold: Float
  ) -> [Choice] {
    guard let base = scores.baseAddress, limit > 0, scores.count <= Int(UInt32.max) else { return [] }
    let capacity = limit < 1 << 20 ? max(8 * limit, 4096) : limit * 2
    var keys: [UInt64] = []
    keys.reserveCapacity(min(capacity, scores.count))
    var bar = threshold
    func offer(_ index: Int) {
      guard base[index] > bar else { return }
      keys.append(key(base[index], index))
      guard keys.count == capacity else { return }
      keys.sort(by: >)
      keys.removeSubrange(limit...)
      // Later ones with the score of the last one kept lose to it, as equals keep their order.
      bar = score(keys[limit - 1])
    }
    let width = SIMD16<Float>.scalarCount, whole = scores.count / width * width
    for start in stride(from: 0, to: whole, by: width) {
      let group = UnsafeRawPointer(base + start).loadUnaligned(as: SIMD16<Float>.self)
      guard any(group .> SIMD16(repeating: bar)) else { continue }
      for index in start..<start + width { offer(index) }
    }
    for index in whole..<scores.count { offer(index) }
    keys.sort(by: >)
    return keys.prefix(limit).map { Choice(index: Int(UInt32.max - UInt32(truncatingIfNeeded: $0)), score: score($0)) }
  }

  /// Orders as the scores do, and equal scores by falling index.
  private static func key(_ score: Float, _ index: Int) -> UInt64 {
    let bits = score.bitPattern
    let ordered = bits & 0x8000_0000 == 0 ? bits | 0x8000_0000 : ~bits
    return UInt64(ordered) << 32 | UInt64(UInt32.max - UInt32(truncatingIfNeeded: index))
  }

  private static func score(_ key: UInt64) -> Float {
    let ordered = UInt32(key >> 32)
    return Float(bitPattern: ordered & 0x8000_0000 == 0 ? ~ordered : ordered & 0x7fff_ffff)
  }
}
