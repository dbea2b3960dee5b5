/// The arithmetic of matrix products and convolutions.
public enum Precision: String, Sendable, Hashable, CaseIterable {
  /// Factors and sums of 32 bits.
  case fp32
  /// Factors rounded to bfloat16, sums of 32 bits; what passes from one such product to the next is bfloat16 too. What is
  /// sensitive (normalisation, softmax, first convolutions) and what is faster so stays as it is.
  case bf16
}
