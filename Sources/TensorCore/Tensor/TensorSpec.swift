/// Shape and element type of a tensor, without its values: what shape rules work on.
public struct TensorSpec: Sendable, Hashable, CustomStringConvertible {
  /// Sizes of the axes, outermost first; empty for a scalar.
  public let shape: [Int]
  /// Element type.
  public let dtype: DType

  /// A shape and a type. Sizes are checked where a tensor is made: see `checkedCount(_:)`.
  public init(_ shape: [Int], _ dtype: DType = .float32) {
    self.shape = shape
    self.dtype = dtype
  }

  /// Number of axes.
  public var rank: Int { shape.count }
  /// Number of elements. Only for specs whose sizes were checked.
  public var count: Int { shape.reduce(1, *) }
  /// Bytes that the values take.
  public var byteCount: Int { count * dtype.byteSize }
  /// As in `float32 [1, 3, 224, 224]`.
  public var description: String { "\(dtype) \(shape)" }

  /// Number of elements, or an error where a size is negative or the bytes overflow.
  @discardableResult
  public func checkedCount(_ operation: String) throws(ShapeError) -> Int {
    var total = 1
    for size in shape {
      guard size >= 0 else { throw ShapeError(.argument, operation, "negative size \(size) in shape \(shape)") }
      let (product, overflow) = total.multipliedReportingOverflow(by: size)
      guard !overflow else { throw ShapeError(.memory, operation, "shape \(shape) is too large") }
      total = product
    }
    // A zero size makes the product zero whatever the others are: check those as well, since strides are computed from them.
    var nonZero = dtype.byteSize
    for size in shape where size > 0 {
      let (product, overflow) = nonZero.multipliedReportingOverflow(by: size)
      guard !overflow else { throw ShapeError(.memory, operation, "shape \(shape) is too large") }
      nonZero = product
    }
    return total
  }

  /// `axis` counted from the front, where negative ones count from the back.
  public func checkedAxis(_ axis: Int, _ operation: String) throws(ShapeError) -> Int {
    let positive = axis < 0 ? axis + rank : axis
    guard positive >= 0, positive < rank else {
      throw ShapeError(.argument, operation, "axis \(axis) is out of range for shape \(shape)")
    }
    return positive
  }
}
