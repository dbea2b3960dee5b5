#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Numbers whose logarithms are uniform.
enum Logarithms {
  /// Drawn from a span above 0.
  static func uniform(_ span: Span, _ random: inout RandomDraws) -> Double {
    exp(random.uniform(log(span.low), log(span.high)))
  }
}
