extension Initializer {
  /// Xavier's uniform: a bound of √(6/(inputs + outputs)). Glorot and Bengio 2010, AISTATS.
  public static func xavierUniform(in inputs: Int, out outputs: Int) -> Initializer {
    .uniform(bound: (6 / Double(max(inputs &+ outputs, 1))).squareRoot())
  }
}
