import CKernels

/// Moves a box of elements between two strided layouts, on several threads where it is large.
package struct StridedCopy {
  /// Sizes of the box, in the target's order. Strides count elements; the source's may be negative or zero.
  private var sizes: [Int64] = []
  private var sourceStrides: [Int64] = []
  private var targetStrides: [Int64] = []
  private let isEmpty: Bool

  /// Bytes that one chunk moves: small ones cost more to hand out than to copy.
  private static let chunkBytes = 1 << 18

  /// A copy of `sizes`. Axes of size 1 are dropped and axes that lie as one in both layouts are merged.
  package init(sizes: [Int], sourceStrides: [Int], targetStrides: [Int]) {
    isEmpty = sizes.contains(0)
    for (size, (source, target)) in zip(sizes, zip(sourceStrides, targetStrides)) where size != 1 {
      if let last = self.sizes.indices.last, self.sourceStrides[last] == Int64(source) &* Int64(size),
        self.targetStrides[last] == Int64(target) &* Int64(size)
      {
        self.sizes[last] *= Int64(size)
        self.sourceStrides[last] = Int64(source)
        self.targetStrides[last] = Int64(target)
      } else {
        self.sizes.append(Int64(size))
        self.sourceStrides.append(Int64(source))
        self.targetStrides.append(Int64(target))
      }
    }
  }

  /// Copies from the box's first element in `source` to its first element in `target`.
  package func run(
    elementSize: Int, from source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, isa: vk_isa = KernelISA.current
  ) {
    guard !isEmpty else { return }
    guard let longest = sizes.indices.max(by: { sizes[$0] < sizes[$1] }) else {
      return target.copyMemory(from: source, byteCount: elementSize)
    }
    let length = Int(sizes[longest])
    let slab = sizes.reduce(1, *) / sizes[longest] * Int64(elementSize)
    // Whole cache lines, so that transposed tiles are not cut.
    let grain = (Self.chunkBytes / Int(slab) + 63) / 64 * 64
    Parallel.ranges(length, grain: grain) { range in
      var part = sizes
      part[longest] = Int64(range.count)
      vk_copy_strided(
        isa, elementSize, part.count, part, sourceStrides, targetStrides,
        source + range.lowerBound * Int(sourceStrides[longest]) * elementSize,
        target + range.lowerBound * Int(targetStrides[longest]) * elementSize)
    }
  }

  /// Writes `count` copies of the element at `value`.
  package static func fill(
    _ target: UnsafeMutableRawPointer, count: Int, elementSize: Int, value: UnsafeRawPointer
  ) {
    StridedCopy(sizes: [count], sourceStrides: [0], targetStrides: [1])
      .run(elementSize: elementSize, from: value, to: target)
  }
}

/// Strides of dense tensors.
package enum Strides {
  /// Elements from one index of each axis to the next, where the last axis is contiguous.
  package static func rowMajor(_ shape: [Int]) -> [Int] {
    var strides = Array(repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() { strides[axis] = strides[axis + 1] * max(shape[axis + 1], 1) }
    return strides
  }
}
