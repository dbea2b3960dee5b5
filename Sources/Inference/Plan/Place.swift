import CKernels
import TensorCore

/// Where a value lies while a plan runs: a block of the arena, an input, an output or a constant, and from which byte on.
struct Place: Sendable {
  enum Root: Sendable {
    case arena(Int)
    case input(Int)
    case output(Int)
    case constant(Tensor)
  }

  var root: Root
  /// Bytes from the root's beginning.
  var offset = 0
  /// Channels-last: floats from a pixel to the next. 0 for row-major values.
  var pixel = 0

  /// The arena's block, to know how long it is needed.
  var block: Int? {
    if case .arena(let block) = root { return block }
    return nil
  }
}

/// A tensor as `[N, C, H, W]`.
struct MapShape: Sendable, Hashable {
  let batch: Int, channels: Int, height: Int, width: Int

  init?(_ spec: TensorSpec) {
    guard spec.rank == 4, spec.dtype == .float32 else { return nil }
    (batch, channels, height, width) = (spec.shape[0], spec.shape[1], spec.shape[2], spec.shape[3])
  }

  var pixels: Int { batch * height * width }
}

extension vk_map {
  /// The map of a value at `place`, whose first byte is at `pointer`.
  init(_ pointer: UnsafeMutableRawPointer?, _ place: Place, _ shape: MapShape) {
    self = vk_map_of(pointer?.assumingMemoryBound(to: Float.self), shape.height, shape.width, place.pixel)
  }
}
