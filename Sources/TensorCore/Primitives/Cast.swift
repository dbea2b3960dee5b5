extension Tensor {
  /// The values as another type.
  public func cast(to dtype: DType) throws(ShapeError) -> Tensor { self }
}
