import TensorCore

extension Tape {
  /// Runs a block of layers whose activations the tape does not keep: they are computed again when gradients are wanted.
  ///
  /// `inputs` must hold every followed tensor that `body` reads, but for parameters, whose gradients arrive too. Random layers
  /// draw the same again; batch norm moves its statistics once. Chen et al. 2016, arXiv 1604.06174.
  package static func checkpoint(
    _ inputs: [Tensor], _ body: @escaping @Sendable ([Tensor]) throws(ShapeError) -> [Tensor]
  ) throws(ShapeError) -> [Tensor] {
    guard let phase = TrainingPhase.current else { return try checkpoint(inputs, again: nil, body) }
    let site = phase.sites
    return try checkpoint(
      inputs,
      again: { inputs throws(ShapeError) in
        let result: Result<[Tensor], ShapeError> = TrainingPhase.$current.withValue(phase.replayed(from: site)) {
          do throws(ShapeError) { return .success(try body(inputs)) } catch { return .failure(error) }
        }
        return try result.get()
      }, body)
  }
}
