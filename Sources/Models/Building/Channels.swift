/// Channel counts of scaled networks.
package enum Channels {
  /// The multiple of `divisor` nearest to `count`, at least `divisor`, and not below nine tenths of `count`: how the
  /// mobile networks round scaled channels.
  package static func rounded(_ count: Double, to divisor: Int = 8) -> Int {
    let nearest = max(divisor, Int(count + Double(divisor) / 2) / divisor * divisor)
    return Double(nearest) < 0.9 * count ? nearest + divisor : nearest
  }
}
