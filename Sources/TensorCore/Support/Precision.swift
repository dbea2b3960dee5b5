/// The arithmetic of matrix products and convolutions.
public enum Precision: String, Sendable, Hashable, CaseIterable {
  /// Factors and sums of 32 bits.
  case fp32
  /// Factors rounded to bfloat16, sums of 32 bits. What is sensitive (normalisation, softmax, attention, depthwise and first
  /// convolutions, additions of residuals) stays as it is.
  case bf16
}
