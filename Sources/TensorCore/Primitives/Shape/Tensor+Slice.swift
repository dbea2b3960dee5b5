extension Tensor {
  /// Indices of the leading axes by start, stop and step, as NumPy's `x[a:b:c, ...]`; the other axes are taken whole.
  ///
  /// One run of whole trailing axes (such as images of a batch) shares the storage, anything else is copied.
  public func slice(_ ranges: [SliceRange]) throws(ShapeError) -> Tensor {
    try .applySingle(Slice(ranges: ranges), self)
  }

  /// Indices of one axis by start, stop and step, by NumPy's rules: see `SliceRange`.
  public func slice(axis: Int, from start: Int? = nil, to stop: Int? = nil, step: Int = 1) throws(ShapeError) -> Tensor
  {
    let axis = try spec.checkedAxis(axis, Slice.name)
    return try slice(Array(repeating: .all, count: axis) + [SliceRange(start, stop, step: step)])
  }

  /// The `length` indices of `axis` from `start` on; a negative start counts from the end. All must exist.
  public func narrow(axis: Int, start: Int, length: Int) throws(ShapeError) -> Tensor {
    let axis = try spec.checkedAxis(axis, "narrow"), size = shape[axis]
    let first = start < 0 ? start + size : start
    guard length >= 0, first >= 0, first <= size, length <= size - first else {
      throw ShapeError(
        .argument, "narrow", "start \(start), length \(length) reach outside axis \(axis) of size \(size)",
        shapes: shape)
    }
    return try slice(axis: axis, from: first, to: first + length)
  }

  /// One index of `axis`, which goes away; a negative index counts from the end.
  public func select(axis: Int, index: Int) throws(ShapeError) -> Tensor {
    let axis = try spec.checkedAxis(axis, "select"), size = shape[axis]
    let position = index < 0 ? index + size : index
    guard position >= 0, position < size else {
      throw ShapeError(.argument, "select", "index \(index) is outside axis \(axis) of size \(size)", shapes: shape)
    }
    var sizes = shape
    sizes.remove(at: axis)
    return try slice(axis: axis, from: position, to: position + 1).reshape(sizes)
  }

  /// The elements of `axes` in reverse order; of all axes without any.
  public func flip(_ axes: [Int]? = nil) throws(ShapeError) -> Tensor {
    var ranges = Array(repeating: SliceRange.all, count: rank)
    for axis in axes ?? Array(shape.indices) {
      let position = try spec.checkedAxis(axis, "flip")
      guard ranges[position] == .all else {
        throw ShapeError(.argument, "flip", "axis \(axis) is given twice", shapes: shape)
      }
      ranges[position] = SliceRange(step: -1)
    }
    return try slice(ranges)
  }
}
