import CKernels

/// Whether each number is NaN, infinite or finite, as bool.
package struct FloatClass: Primitive {
  /// Which class.
  package enum Kind: Sendable, Hashable {
    case nan, infinite, finite
  }

  package static let name = "float class"
  package static let onnxName = "FloatClass"
  package let kind: Kind

  package init(_ kind: Kind) { self.kind = kind }

  package var operation: String {
    switch kind {
    case .nan: "NaN mask"
    case .infinite: "infinite mask"
    case .finite: "finite mask"
    }
  }
  package var onnxOperator: String? {
    switch kind {
    case .nan: "IsNaN"
    case .infinite: "IsInf"
    case .finite: nil
    }
  }

  package func outputs(for inputs: [TensorSpec]) throws(ShapeError) -> [TensorSpec] {
    [TensorSpec(inputs[0].shape, .bool)]
  }

  package func evaluate(_ inputs: [TensorView], into outputs: [MutableTensorView]) {
    let x = inputs[0].floats, y = outputs[0].elements(as: UInt8.self)
    let code =
      switch kind {
      case .nan: VK_IS_NAN
      case .infinite: VK_IS_INFINITE
      case .finite: VK_IS_FINITE
      }
    Parallel.ranges(inputs[0].count, grain: 1 << 16) { range in
      vk_classify_f32(KernelISA.current, code, x + range.lowerBound, y + range.lowerBound, range.count)
    }
  }
}

extension Tensor {
  /// Where elements are NaN, as bool.
  public func nanMask() throws(ShapeError) -> Tensor { try Tensor.applySingle(FloatClass(.nan), self) }
  /// Where elements are infinite, as bool.
  public func infiniteMask() throws(ShapeError) -> Tensor { try Tensor.applySingle(FloatClass(.infinite), self) }
  /// Where elements are neither NaN nor infinite, as bool.
  public func finiteMask() throws(ShapeError) -> Tensor { try Tensor.applySingle(FloatClass(.finite), self) }
}
