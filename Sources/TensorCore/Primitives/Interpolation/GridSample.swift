import CKernels

/// What lies outside the planes that `Tensor.gridSample` reads.
public enum GridPadding: String, Sendable, Hashable, CaseIterable {
  /// Zeros.
  case zeros
  /// The elements on the border go on.
  case border
  /// The plane is mirrored at its border.
  case reflection
}

/// Reads planes at given places. Inputs: `[N, C, H, W]` and the grid `[N, h, w, 2]` of (x, y) from -1 to 1.
package struct GridSample: Primitive {
  package static let name = "gridSample"
  package static let onnxName = "GridSample"

  package let mode: InterpolationMode
  package let padding: GridPadding
  package let alignCorners: Bool

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    let shape = inputs[0].shape, grid = inputs[1].shape
    guard mode == .bilinear || mode == .nearest else {
      throw ShapeError(.argument, Self.name, "the mode must be bilinear or nearest, not \(mode)")
    }
    guard shape.count == 4, grid.count == 4, grid[3] == 2, grid[0] == shape[0], shape[2] > 0, shape[3] > 0 else {
      throw ShapeError(
        .shape, Self.name, "input must be [N, C, H, W] with pixels, the grid [N, h, w, 2]", shapes: shape, grid)
    }
    guard shape[2].multipliedReportingOverflow(by: shape[3]).partialValue <= Int(Int32.max) else {
      throw ShapeError(.memory, Self.name, "planes are at most 2^31 - 1 elements", shapes: shape)
    }
    return [TensorSpec([shape[0], shape[1], grid[1], grid[2]], inputs[0].dtype)]
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let shape = inputs[0].shape, plane = outputs[0].shape[2] * outputs[0].shape[3]
    let source = inputs[0].floats, places = inputs[1].floats, target = outputs[0].floats
    guard outputs[0].count > 0 else { return }
    let grid = kernel(shape, plane: plane)
    let stretch = 1024, stretches = (plane + stretch - 1) / stretch
    Parallel.ranges(shape[0] * stretches, grain: 1) { range in
      var grid = grid
      for index in range {
        let sample = index / stretches, begin = index % stretches * stretch
        vk_grid_sample(
          KernelISA.current, source + sample * shape[1] * shape[2] * shape[3], places + sample * plane * 2,
          target + sample * shape[1] * plane, &grid, begin, min(begin + stretch, plane))
      }
    }
  }

  /// The kernels' view; `plane` is the number of places.
  func kernel(_ shape: [Int], plane: Int) -> vk_grid {
    vk_grid(
      channels: shape[1], in_h: shape[2], in_w: shape[3], out_plane: plane, linear: mode == .bilinear,
      align_corners: alignCorners, padding: kernelPadding)
  }

  private var kernelPadding: vk_grid_padding {
    switch padding {
    case .zeros: VK_GRID_ZEROS
    case .border: VK_GRID_BORDER
    case .reflection: VK_GRID_REFLECTION
    }
  }
}

extension Tensor {
  /// Reads planes at the places of a grid, as `torch.nn.functional.grid_sample`. `[N, C, H, W]`, grid `[N, h, w, 2]` ->
  /// `[N, C, h, w]`.
  ///
  /// A place is (x, y): -1 is the left or upper edge, 1 the right or lower one; with `alignCorners` they are the centres of
  /// the outermost elements. The mode is bilinear or nearest (halves go to the even element).
  public func gridSample(
    _ grid: Tensor, mode: InterpolationMode = .bilinear, padding: GridPadding = .zeros, alignCorners: Bool = false
  ) throws(ShapeError) -> Tensor {
    try .applySingle(GridSample(mode: mode, padding: padding, alignCorners: alignCorners), self, grid)
  }
}
