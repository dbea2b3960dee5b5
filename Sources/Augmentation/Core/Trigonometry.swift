#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Angles.
enum Trigonometry {
  /// The angle whose tangent is given.
  static func degrees(ofSlope slope: Double) -> Double { atan(slope) * (180 / Double.pi) }
}
