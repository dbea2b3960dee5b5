import TensorCore
import TestSupport
import Testing

/// Interpolation and grid sampling against PyTorch's: `Scripts/golden/interpolation.py`.
@Suite struct InterpolationGoldenTests {
  private struct Case: Decodable {
    let key: String, operation: String, shape: [Int], seed: UInt32, mode: InterpolationMode
    let size: [Int]?, scale: [Double]?, align: Bool?, antialias: Bool?, recompute: Bool?, padding: GridPadding?
  }

  @Test func agreeWithPyTorch() throws {
    let golden = try Golden("interpolation")
    let cases = try golden.cases(Case.self)
    #expect(cases.count == 276)
    for item in cases {
      let x = try Formula.tensor(item.shape, seed: item.seed)
      let result: Tensor
      if item.operation == "grid", let size = item.size, let padding = item.padding {
        let grid = try Formula.tensor([item.shape[0]] + size + [2], seed: item.seed + 1, scale: 1.8)
        result = try x.gridSample(grid, mode: item.mode, padding: padding, alignCorners: item.align ?? false)
      } else {
        result = try x.interpolate(
          size: item.size, scale: item.scale, mode: item.mode, alignCorners: item.align ?? false,
          antialias: item.antialias ?? false, recomputeScale: item.recompute ?? false)
      }
      let moves = item.mode == .nearest || item.mode == .nearestExact
      try expectClose(result, golden[item.key], moves ? .exact : .accumulated, "\(item)")
    }
  }
}

extension InterpolationMode: Decodable {}
extension GridPadding: Decodable {}
