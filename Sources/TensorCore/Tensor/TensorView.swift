/// An input of a kernel: its shape and where its elements lie.
package struct TensorView {
  package let spec: TensorSpec
  package let pointer: UnsafeRawPointer

  package init(spec: TensorSpec, pointer: UnsafeRawPointer) {
    self.spec = spec
    self.pointer = pointer
  }

  package var shape: [Int] { spec.shape }
  package var count: Int { spec.count }
  package var dtype: DType { spec.dtype }

  /// The elements as `T`, which must be the spec's type.
  package func elements<T>(as type: T.Type = T.self) -> UnsafePointer<T> { pointer.assumingMemoryBound(to: T.self) }
  package var floats: UnsafePointer<Float> { elements() }
}

/// An output of a kernel: its shape and where its elements go.
package struct MutableTensorView {
  package let spec: TensorSpec
  package let pointer: UnsafeMutableRawPointer

  package init(spec: TensorSpec, pointer: UnsafeMutableRawPointer) {
    self.spec = spec
    self.pointer = pointer
  }

  package var shape: [Int] { spec.shape }
  package var count: Int { spec.count }
  package var dtype: DType { spec.dtype }

  /// The elements as `T`, which must be the spec's type.
  package func elements<T>(as type: T.Type = T.self) -> UnsafeMutablePointer<T> {
    pointer.assumingMemoryBound(to: T.self)
  }
  package var floats: UnsafeMutablePointer<Float> { elements() }
}
