import TensorCore

/// What a network costs, layer by layer, known from shapes alone.
public struct NetworkCost: Sendable {
  /// One layer, or neighbouring operations outside of layers.
  public struct Row: Sendable {
    /// The layer's path; empty outside of layers.
    public let layer: String
    /// Its operations, in order.
    public let operations: [String]
    /// Shape of its output.
    public let output: [Int]
    /// Values of its parameters.
    public let parameters: Int
    /// Products that it sums.
    public let multiplyAdds: Int
  }

  /// The rows in the order in which they run.
  public let rows: [Row]

  /// Products summed over all layers.
  public var multiplyAdds: Int { rows.reduce(0) { $0 + $1.multiplyAdds } }

  /// The costs of a function of one tensor of this shape. Nothing is computed. Throws where the function refuses the shape, or
  /// reads values.
  public init(input: [Int], _ body: (Tensor) throws(ShapeError) -> Void) throws(ShapeError) {
    let recording = Recording()
    try recording.run(inputs: [TensorSpec(input, .float32)]) { (inputs) throws(ShapeError) in try body(inputs[0]) }
    rows = recording.layerCosts.map {
      Row(
        layer: $0.layer, operations: $0.operations, output: $0.output, parameters: $0.parameters,
        multiplyAdds: $0.multiplyAdds)
    }
  }
}
