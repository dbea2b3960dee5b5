import NeuralNetwork
import TensorCore
import Testing

/// Checks a function's gradients by central differences: of a random weighted sum of its outputs, along random elements of
/// each floating-point input. Inputs should keep `step` away from kinks.
package func expectGradients(
  at inputs: [Tensor], step: Float = 1e-2, tolerance: Double = 4e-3, probes: Int = 12, seed: UInt64 = 1,
  _ function: ([Tensor]) throws(ShapeError) -> [Tensor], sourceLocation: SourceLocation = #_sourceLocation
) throws {
  var weights: [Tensor] = []
  for (index, output) in try function(inputs).enumerated() {
    weights.append(try Formula.tensor(output.shape, seed: UInt32(71 + index)))
  }
  func weighted(_ inputs: [Tensor]) throws -> Double {
    var total = 0.0
    for (output, weight) in zip(try function(inputs), weights) where output.dtype.isFloatingPoint {
      for (a, b) in zip(try output.floats(), try weight.floats()) { total += Double(a) * Double(b) }
    }
    return total
  }
  let followed = inputs.indices.filter { inputs[$0].dtype.isFloatingPoint }
  let found = try Tensor.valueAndGradients(at: followed.map { inputs[$0] }) { changed throws(ShapeError) in
    var all = inputs
    for (index, tensor) in zip(followed, changed) { all[index] = tensor }
    var total = try Tensor(0)
    for (output, weight) in zip(try function(all), weights) where output.dtype.isFloatingPoint {
      total = try total + (output * weight).sum()
    }
    return total
  }
  var generator = SeededGenerator(seed: seed)
  for (position, index) in followed.enumerated() {
    let values = try inputs[index].floats(), gradient = try found.gradients[position].floats()
    #expect(found.gradients[position].shape == inputs[index].shape, sourceLocation: sourceLocation)
    let largest = gradient.reduce(1e-2) { max($0, Double(abs($1))) }
    for element in 0..<min(probes, values.count) {
      let place = values.count <= probes ? element : generator.int(0...values.count - 1)
      func moved(_ distance: Float) throws -> Double {
        var changed = values
        changed[place] += distance
        var all = inputs
        all[index] = try Tensor(changed, shape: inputs[index].shape)
        return try weighted(all)
      }
      let expected = (try moved(step) - moved(-step)) / Double(2 * step)
      #expect(
        abs(expected - Double(gradient[place])) <= tolerance * largest,
        "input \(index), element \(place): \(gradient[place]), differences give \(expected)",
        sourceLocation: sourceLocation)
    }
  }
}
