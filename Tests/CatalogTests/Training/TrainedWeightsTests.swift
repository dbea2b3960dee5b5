import Catalog
import Checkpoints
import Detection
import Models
import TensorCore
import Testing

@Suite struct TrainedWeightsTests {
  private func state(_ metadata: [String: String]) throws -> StateDictionary {
    StateDictionary([("a", try Tensor([Float(1)], shape: [1]))], metadata: metadata, path: "a.safetensors")
  }

  @Test func whatIsForcedOnANetworkStandsInItsFile() throws {
    let contract = try Catalog.entry("ssdlite320_mobilenet_v3_large").contract()
    for ratio in [nil, 0.09] {
      let options = ManifestOptions(normEpsilon: ratio.map { _ in 0.25 }, minRatio: ratio)
      let written = TrainedWeights(
        model: "ssdlite320_mobilenet_v3_large", labels: ["a"], contract: contract, options: options)
      #expect(try TrainedWeights(state(written.metadata()))?.options == options)
    }
  }

  @Test(arguments: ["0", "1", "nan", "small", ""]) func aDamagedShareIsRefused(_ ratio: String) throws {
    let contract = try Catalog.entry("ssdlite320_mobilenet_v3_large").contract()
    var metadata = try TrainedWeights(model: "ssdlite320_mobilenet_v3_large", labels: ["a"], contract: contract)
      .metadata()
    metadata["vision.min_ratio"] = ratio
    #expect(throws: CatalogError.self) { try TrainedWeights(state(metadata)) }
  }

  @Test func smallestBoxesAreThoseAskedFor() throws {
    let loader = TrainingPlace.atHome
    let model = try loader.loadForTraining(
      "ssdlite320_mobilenet_v3_large", weights: "random", labels: ["a"], minRatio: 0.1, seed: 0)
    let network = try #require(model.network as? SSD)
    #expect(model.trained.options.minRatio == 0.1)
    #expect(network.configuration.boxes.scales.first == 0.1)
    #expect(network.configuration.boxes.scales[5] == 0.95)
  }
}
