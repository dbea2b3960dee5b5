import Augmentation
import Imaging
import TestSupport
import Testing

@Suite struct RecipeTests {
  private static func message(_ value: RecipeValue) -> String {
    errorMessage { _ = try Recipe(value) }
  }

  private static func errorMessage(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "no error"
    } catch {
      return "\(error)"
    }
  }

  @Test func everyBuiltInRecipeRunsAndRepeats() throws {
    let sample = try TestPicture.sample()
    #expect(Recipe.names.count == 10)
    for name in Recipe.names {
      let recipe = try Recipe.named(name)
      let partner: DrawContext.Partner = { (_: inout RandomDraws) throws(AugmentationError) in sample }
      var plain = sample
      if name != "yolox", name != "ssd" { plain.objects = nil }
      let first = try recipe(plain, seed: 4, epoch: 1, index: 2, partner: partner)
      #expect(try recipe(plain, seed: 4, epoch: 1, index: 2, partner: partner) == first, "\(name)")
      let others = try (3..<12).map { try recipe(plain, seed: 4, epoch: 1, index: $0, partner: partner).image }
      #expect(name == "imagenet-eval" || others.contains { $0 != first.image }, "\(name)")
      // What it is written as makes the same recipe.
      #expect(try Recipe(recipe.value)(plain, seed: 4, epoch: 1, index: 2, partner: partner) == first, "\(name)")
    }
  }

  @Test func cropsGiveSeveralSamplesThatGoOnAlike() throws {
    let sample = try TestPicture.sample()
    let jitter: RecipeValue = ["color_jitter": ["brightness": 0.9]]
    let recipe = try Recipe([["ten_crop": ["size": [9, 7]]], jitter])
    #expect(!recipe.isOneToOne)
    let samples = try recipe.samples(of: sample, seed: 3, index: 1)
    #expect(samples.count == 10 && samples.allSatisfy { $0.size == ImageSize(width: 7, height: 9) })
    let crops = try MultipleCrops(size: ImageSize(width: 7, height: 9), mirroring: .horizontal).samples(of: sample)
    let plain = try Recipe(["identity", jitter])
    #expect(plain.isOneToOne)
    #expect(try samples == crops.map { try plain($0, seed: 3, index: 1) })
    #expect(try plain.samples(of: sample, seed: 3, index: 1) == [plain(sample, seed: 3, index: 1)])
    #expect(Self.errorMessage { _ = try recipe(sample, seed: 3) }.contains("one for each is wanted"))
    #expect(try Recipe(recipe.value).samples(of: sample, seed: 3, index: 1) == samples)
  }

  @Test func aChangeOfOneStepLeavesTheOthersDraws() throws {
    let sample = try TestPicture.sample()
    let crop: RecipeValue = ["random_crop": ["size": [9, 9]]]
    for index in 0..<5 {
      let plain = try Recipe(["identity", crop])(sample, seed: 1, index: index)
      let flipped = try Recipe([["color_jitter": ["brightness": 0.9]], crop])(sample, seed: 1, index: index)
      #expect(plain.objects == flipped.objects)
    }
  }

  @Test func faultsAreNamedWithTheNearestRightName() {
    #expect(
      Self.message(["random_resizd_crop"]).contains(
        "step 1: there is no augmentation 'random_resizd_crop'; did you mean 'random_resized_crop'"))
    #expect(
      Self.message([["random_crop": ["size": 3, "paddin": 2]]]).contains(
        "no parameter 'paddin'; did you mean 'padding'?"))
    #expect(Self.message([["random_crop": [:]]]).contains("the parameter 'size' is missing"))
    #expect(Self.message([["random_crop": ["size": "big"]]]).contains("size is 'big'; expected a side"))
    #expect(Self.message([["random_horizontal_flip": ["p": 2]]]).contains("p is 2.0; expected 0.0 to 1.0"))
    #expect(Self.message([["random_horizontal_flip": ["p": "half"]]]).contains("p is 'half'; expected a number"))
    #expect(
      Self.message([["random_apply": ["transforms": [["five_crop": ["size": 4]]]]]]).contains("several samples of one"))
    #expect(
      Self.message([["resize": ["size": [3, 4], "max_size": 9]]]).contains("'max_size' goes with a single side"))
    #expect(Self.message([["mix_up": ["num_classes": 10]]]).contains("num_classes cannot be the number 10"))
    #expect(Self.message([["normalize": ["mean": [0.5], "std": [0]]]]).contains("not zero"))
    #expect(Self.message(["transform": []]).contains("no 'transform'"))
    #expect(Self.message(3).contains("expected a list"))
    #expect(Self.message([["a": 1, "b": 2]]).contains("2 names"))
    #expect(Self.errorMessage { _ = try Recipe.named("imagenet-trian") }.contains("'imagenet-train'"))
    #expect(Self.errorMessage { _ = try Recipe(json: Array("[".utf8)) }.contains("no JSON"))
  }

  @Test func jsonIsReadAsValuesAre() throws {
    let text = #"{"name": "mine", "transforms": [{"random_rotation": {"degrees": 30}}, "random_vertical_flip"]}"#
    let recipe = try Recipe(json: Array(text.utf8))
    #expect(recipe.name == "mine" && recipe.steps.map(\.name) == ["random_rotation", "random_vertical_flip"])
    let same = try Recipe([["random_rotation": ["degrees": [-30, 30]]], "random_vertical_flip"])
    let sample = try TestPicture.sample()
    #expect(try recipe(sample, seed: 8) == same(sample, seed: 8))
  }
}
