import NeuralNetwork
import Testing

@Suite struct ParameterLifetimeTests {
  /// A network that is no longer needed gives its memory back.
  @Test func storesAreNotHeldByTheirParameters() throws {
    weak var held: ParameterStore?
    weak var parameter: Parameter?
    do {
      let store = ParameterStore(seed: 3)
      let layer = Conv2d(store.root["conv"], in: 2, out: 3, kernel: 3)
      _ = try store["conv.weight"]?.value()
      (held, parameter) = (store, store["conv.weight"])
      #expect(held != nil && parameter != nil)
      withExtendedLifetime(layer) {}
    }
    #expect(held == nil && parameter == nil)
  }
}
