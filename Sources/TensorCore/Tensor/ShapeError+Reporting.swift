import Support

/// Weights are checked when they are loaded, so what a network rejects afterwards is its input.
extension ShapeError: ReportableError {
  /// `tensor.memory` where memory runs out, else `input.shape`.
  public var code: String { kind == .memory ? "tensor.memory" : "input.shape" }
  /// 65, but 70 where memory runs out.
  public var exitCode: ExitCode { kind == .memory ? .software : .damagedInput }
}
