import TensorCore

/// A place in the tree of a model's parameters: layers register theirs under its path, which is the checkpoint's key.
public struct ParameterScope: Sendable {
  private let store: ParameterStore
  /// Path from the root, such as `layer1.0`; empty at the root.
  public let path: String

  init(store: ParameterStore, path: String) {
    self.store = store
    self.path = path
  }

  /// The scope of a part: `scope["conv1"]`, `scope["layer1"][0]`.
  public subscript(name: String) -> ParameterScope {
    ParameterScope(store: store, path: path.isEmpty ? name : path + "." + name)
  }

  /// The scope of a numbered part, as in PyTorch's `Sequential` and `ModuleList`.
  public subscript(index: Int) -> ParameterScope { self[String(index)] }

  /// A trainable float32 parameter.
  public func parameter(_ name: String, _ shape: [Int], _ initializer: Initializer) -> Parameter {
    store.register(self[name].path, TensorSpec(shape, .float32), .trainable, initializer)
  }

  /// A buffer.
  public func buffer(
    _ name: String, _ shape: [Int], dtype: DType = .float32, _ initializer: Initializer, optional: Bool = false
  ) -> Parameter {
    store.register(self[name].path, TensorSpec(shape, dtype), optional ? .optionalBuffer : .buffer, initializer)
  }

  /// Runs a layer's code; a shape error that rises from it gets this scope's path, and so do recorded operations.
  public func locating<R>(_ body: () throws(ShapeError) -> R) throws(ShapeError) -> R {
    let recording = Recording.current
    let tape = Tape.current
    recording?.enterLayer(path)
    tape?.enterLayer(path)
    defer {
      recording?.leaveLayer()
      tape?.leaveLayer()
    }
    do {
      let result = try body()
      if let trace = LayerTrace.current, let tensor = result as? Tensor { trace.add(path, tensor) }
      return result
    } catch { throw error.inLayer(path) }
  }
}
