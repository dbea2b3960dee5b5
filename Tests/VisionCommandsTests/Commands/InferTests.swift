import Foundation
import TestSupport
import Testing

@Suite struct InferTests {
  private let folder = Scratch()

  private func infer(_ input: Data, _ options: [String]) throws -> Program.Outcome {
    let path = try folder.write("in.safetensors", input)
    return try Program.run(["infer", "--input", path, "--output", folder.path("out.safetensors"), "--json"] + options)
  }

  private func output() throws -> Data { try Data(contentsOf: URL(fileURLWithPath: folder.path("out.safetensors"))) }

  /// 64x96 has 8x12, 4x6 and 2x3 grid cells: 126 boxes.
  @Test func writesEveryOutputByItsName() throws {
    let input = Files.networkInput([2, 3, 64, 96])
    let random = ["--model", "yolox_nano", "--weights", "random", "--seed"]
    let run = try infer(input, random + ["3", "--threads", "1"])
    #expect(run.code == 0 && run.errors.isEmpty)
    #expect(try run.json().first?["outputs"] as? [String: [Int]] == ["output": [2, 126, 85]])
    let first = try output()
    #expect(try Golden(data: first)["output"].shape == [2, 126, 85])
    _ = try infer(input, random + ["3", "--threads", "2"])
    #expect(try output() == first)
    _ = try infer(input, random + ["4"])
    #expect(try output() != first)
  }

  @Test(arguments: [
    ([1, 5, 64, 64], "[1, 5, 64, 64]; expected [N, 3, H, W]"), ([1, 3, 33, 64], "multiples of 32"),
    ([3, 64, 64], "expected float32 [N, C, H, W]"),
  ])
  func aShapeThatTheNetworkCannotTakeIsNamed(shape: [Int], message: String) throws {
    let run = try infer(Files.networkInput(shape), ["--model", "yolox_nano", "--weights", "random"])
    #expect(run.code == 65 && run.output.isEmpty)
    #expect(run.errorLines.count == 1)
    #expect(run.errors.hasPrefix("error: \(folder.path("in.safetensors")): ") && run.errors.contains(message))
    #expect(folder.names("") == ["in.safetensors"])
  }

  @Test func otherInputsAndOutputsAreNamed() throws {
    let random = ["--model", "yolox_nano", "--weights", "random"]
    let other = try infer(Files.safeTensors("image", [1], [1]), random)
    #expect(other.code == 65 && other.errors.contains("holds no tensor 'input' (it has image)"))
    let integers = try infer(Files.safeTensors("input", [1, 1, 1, 1], dtype: "I32", [1]), random)
    #expect(integers.code == 65 && integers.errors.contains("int32 [1, 1, 1, 1]; expected float32"))
    let missing = try Program.run(["infer", "--input", folder.path("none"), "--output", folder.path("o")] + random)
    #expect(missing.code == 66 && missing.errors.contains("none: cannot be read"))
    let input = try folder.write("ok.safetensors", Files.networkInput([1, 3, 32, 32]))
    let unwritable = try Program.run(["infer", "--input", input, "--output", "/proc/x"] + random)
    #expect(unwritable.code == 73 && unwritable.errors.contains("/proc/x: cannot be written"))
  }

  @Test(.enabled(if: TestData.folder != nil, "VISION_TEST_DATA names no folder"))
  func theRawOutputIsTheOfficialOne() throws {
    let data = TestData.folder ?? ""
    let golden = data + "/golden/yolox_nano_dog_tensors.safetensors"
    let run = try infer(
      Data(contentsOf: URL(fileURLWithPath: golden)),
      ["--model", "yolox_nano", "--weights", data + "/weights/yolox_nano.pth"])
    #expect(run.code == 0)
    let expected = try Golden(data: Data(contentsOf: URL(fileURLWithPath: golden)))["output"].floats()
    let found = try Golden(data: output())["output"].floats()
    // Rows of 4 box values, in pixels, and 81 probabilities; see YOLOXTests on what float32 settles.
    #expect(
      zip(found, expected).enumerated().allSatisfy { abs($1.0 - $1.1) <= ($0 % 85 < 4 ? 0.02 : 1e-3) })
    #expect(found.count == expected.count)
  }
}
