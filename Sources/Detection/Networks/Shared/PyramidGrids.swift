import Imaging

/// The sizes of a pyramid's levels.
enum PyramidGrids {
  /// Levels at 2^-first of the input and coarser, each half of the one before, rounded up.
  static func sizes(of input: ImageSize, count: Int, from first: Int) -> [ImageSize] {
    var size = input, sizes: [ImageSize] = []
    for level in 1..<first + count {
      size = ImageSize(width: (size.width + 1) / 2, height: (size.height + 1) / 2)
      if level >= first { sizes.append(size) }
    }
    return sizes
  }
}
