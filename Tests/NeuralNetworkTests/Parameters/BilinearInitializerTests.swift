import NeuralNetwork
import TensorCore
import Testing

@Suite struct BilinearInitializerTests {
  /// Kernels worked by hand: 4 taps for a factor of 2, 3 taps for an odd kernel.
  @Test(arguments: [(4, [0.25, 0.75, 0.75, 0.25] as [Float]), (3, [0.5, 1, 0.5])])
  func spreadsEachChannelLinearly(kernel: Int, line: [Float]) throws {
    let layer = ConvTranspose2d(
      ParameterStore().root, in: 2, out: 2, kernel: kernel, stride: 2, initializer: .bilinear)
    let values = try layer.weight.value().floats()
    let plane = line.flatMap { row in line.map { row * $0 } }
    let zeros = [Float](repeating: 0, count: plane.count)
    #expect(values == plane + zeros + zeros + plane)
  }
}
