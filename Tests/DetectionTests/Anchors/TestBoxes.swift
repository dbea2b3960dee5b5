import TensorCore
import TestSupport

/// Corners `[count, 4]` of boxes: `boxes` of `Scripts/golden/detection_blocks.py`.
func formulaBoxes(
  _ count: Int, seed: UInt32, middle: Float = 60, spread: Float = 50, side: Float = 40
) throws -> Tensor {
  let centre = try Formula.tensor([count, 2], seed: seed, scale: spread, offset: middle)
  let size = try Formula.tensor([count, 2], seed: seed + 1, scale: side - 1, offset: side)
  return try Tensor.concatenate([centre - size / 2, centre + size / 2], axis: 1)
}
