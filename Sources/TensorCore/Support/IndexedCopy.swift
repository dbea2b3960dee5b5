import CKernels

/// Moves elements between a dense box of positions and the places that indices name: gather and scatter.
struct IndexedCopy {
  enum Direction { case gather, scatter, scatterAdd(vk_dtype) }

  let direction: Direction
  let elementSize: Int
  private var sizes: [Int64] = []
  private var indexStrides: [Int64] = []
  private var sourceStrides: [Int64] = []
  private var targetStrides: [Int64] = []
  private var axis = 0
  private let axisSize: Int64

  /// Indices that one chunk reads.
  private static let chunkIndices = 1 << 14

  /// A copy over the positions of `indexShape`; `indexed` is the shape that the indices point into at `axis`.
  init(_ direction: Direction, elementSize: Int, axis: Int, index indexShape: [Int], source: [Int], target: [Int]) {
    self.direction = direction
    self.elementSize = elementSize
    let strides = [indexShape, source, target].map(Strides.rowMajor)
    if case .gather = direction { axisSize = Int64(source[axis]) } else { axisSize = Int64(target[axis]) }
    for (position, size) in indexShape.enumerated() where size != 1 || position == axis {
      if position == axis { self.axis = sizes.count }
      sizes.append(Int64(size))
      indexStrides.append(Int64(strides[0][position]))
      sourceStrides.append(Int64(strides[1][position]))
      targetStrides.append(Int64(strides[2][position]))
    }
  }

  func run(index: UnsafePointer<Int64>, from source: UnsafeRawPointer, to target: UnsafeMutableRawPointer) {
    guard axisSize > 0, !sizes.contains(0) else { return }
    // Positions that differ along the axis may write the same place: a scatter is not cut there.
    let cuttable = sizes.indices.filter { $0 != axis }
    guard let longest = cuttable.max(by: { sizes[$0] < sizes[$1] }) else { return copy(sizes, index, source, target) }
    let slab = Int(sizes.reduce(1, *) / sizes[longest])
    Parallel.ranges(Int(sizes[longest]), grain: (Self.chunkIndices + slab - 1) / slab) { range in
      var part = sizes
      part[longest] = Int64(range.count)
      let first = range.lowerBound
      copy(
        part, index + first * Int(indexStrides[longest]), source + first * Int(sourceStrides[longest]) * elementSize,
        target + first * Int(targetStrides[longest]) * elementSize)
    }
  }

  private func copy(
    _ sizes: [Int64], _ index: UnsafePointer<Int64>, _ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer
  ) {
    sizes.withUnsafeBufferPointer { sizes in
      indexStrides.withUnsafeBufferPointer { indexStrides in
        sourceStrides.withUnsafeBufferPointer { sourceStrides in
          targetStrides.withUnsafeBufferPointer { targetStrides in
            var box = vk_index_box(
              rank: sizes.count, sizes: sizes.baseAddress, index_strides: indexStrides.baseAddress,
              source_strides: sourceStrides.baseAddress, target_strides: targetStrides.baseAddress, axis: axis,
              axis_size: axisSize)
            switch direction {
            case .gather: vk_gather(KernelISA.current, elementSize, &box, index, source, target)
            case .scatter: vk_scatter(KernelISA.current, elementSize, &box, index, source, target)
            case .scatterAdd(let type): vk_scatter_add(KernelISA.current, type, &box, index, source, target)
            }
          }
        }
      }
    }
  }
}

extension Tensor {
  /// Throws where an index lies outside `0 ..< size`. Primitives cannot fail while they compute, so methods that take
  /// indices look at them first.
  func checkIndices(below size: Int, axis: Int, _ operation: String) throws(ShapeError) {
    // The primitive refuses other types; a recorded index has no values yet.
    guard dtype == .int64, placeholder == nil else { return }
    let indices = view.elements(as: Int64.self)
    let position = vk_first_outside(KernelISA.current, count, indices, Int64(size))
    guard position < count else { return }
    let value = indices[position]
    withExtendedLifetime(self) {}
    throw ShapeError(
      .argument, operation, "index \(value) at position \(position) is outside axis \(axis) of size \(size)")
  }
}
