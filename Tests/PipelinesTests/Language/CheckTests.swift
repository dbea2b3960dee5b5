import Configuration
import Foundation
import Pipelines
import Support
import Testing

/// What is wrong with a pipeline is found before it runs: all of it, with places and the nearest right words.
@Suite struct CheckTests {
  private let read = "  - read: \(Checking.sample("fruit.png"))\n  - decode\n"

  private func expect(_ text: String, _ expected: [String], _ overrides: [String] = []) {
    let faults = Checking.faults(text, overrides)
    #expect(faults.count == expected.count, "\(faults)")
    for (fault, part) in zip(faults, expected) { #expect(fault.contains(part), "\(fault)") }
  }

  @Test func aSoundPipelineHasNoFaults() {
    expect("stages:\n\(read)  - detect: {model: yolox_nano, weights: random}\n  - draw\n", [])
  }

  @Test func allFaultsComeAtOnceInOrder() {
    let text = """
      paramters: {}
      parameters:
        size: {type: nmber}
      stages:
        - read: nowhere/at/all
        - decode
        - detect: {modle: yolo, confidence: 2}
        - name: f
          filter: {min_area: -1}
        - segment: {model: yolox_tini}
        - drow
      """
    expect(
      text,
      [
        "p.yaml:1:1: unknown word 'paramters'; did you mean 'parameters'?",
        "p.yaml:3:16: unknown type 'nmber'; did you mean 'number'?",
        "p.yaml:5:11: there is no file or folder 'nowhere/at/all'",
        "p.yaml:7:14: unknown setting of detect 'modle'; did you mean 'model'?",
        "p.yaml:7:39: confidence is the number 2; expected a number from 0 to 1",
        "p.yaml:9:24: min_area is the number -1; expected a number from 0 to",
        "p.yaml:10:22: unknown model 'yolox_tini'",
        "p.yaml:11:5: unknown stage 'drow'; did you mean 'draw'",
      ])
  }

  @Test(
    arguments: [
      ("  - classify: yolox_nano\n", ["yolox_nano is a model for detection, not for classification"]),
      ("  - classify: resnet81\n", ["4:15: unknown model 'resnet81'; did you mean 'resnet"]),
      ("  - detect: {weights: nowhere.pth}\n", ["there is no file 'nowhere.pth'"]),
      ("  - detect: {weights: yolox_nan}\n", ["unknown weights 'yolox_nan'; did you mean 'yolox_nano'"]),
      ("  - detect: yolox_nano\n  - filter: persn\n", ["5:13: unknown class 'persn'; did you mean 'person'"]),
      ("  - draw\n", ["draw needs detections or masks, and the stream has image; put detect or segment before it"]),
      ("  - nms\n", ["nms needs detections, and the stream has image; put detect before it"]),
      ("  - decode\n", ["a second stage 'decode'"]),
      ("  - name: again\n    decode:\n", ["decode needs file, and the stream has image"]),
      ("  - dataset: \(Checking.sample(""))\n", ["a second stream begins here"]),
      ("  - random_horizontal_flip: {prob: 1}\n", ["there is no parameter 'prob'"]),
      ("  - augment: [random_horizontal_flop]\n", ["did you mean 'random_horizontal_flip'"]),
      ("  - scale: {size: 10x10, longest: 5}\n", ["size and longest exclude each other"]),
      ("  - scale: {size: 10by10}\n", ["size is '10by10'; expected a size such as 640x480"]),
      ("  - scale: {filter: bilinaer}\n", ["did you mean 'bilinear'"]),
      (
        "  - name: a\n    from: b\n    scale:\n  - name: b\n    from: a\n    scale:\n",
        ["the stages read each other in a circle: "]
      ),
      ("  - name: a\n    from: a\n    scale:\n", ["the stages read each other in a circle: a -> a"]),
      ("  - from: decod\n    scale:\n", ["unknown stage 'decod'; did you mean 'decode'?"]),
      ("  - from: [decode, decode]\n    scale:\n", ["'decode' is named twice"]),
      ("  - detect: yolox_nano\n  - crop\n  - from: [crop, detect]\n    scale:\n", ["cannot be joined"]),
      ("  - detect: yolox_nano\n  - crop\n  - from: [crop, detect]\n    gather:\n", ["gather reads two streams"]),
      ("  - scale: {}\n    draw: {}\n", ["'draw' stands in the stage 'scale'"]),
      ("  - [scale]\n", ["a stage is a list of 1"]),
      ("  - write_images: \(Checking.sample("fruit.png"))/x\n", ["is a file, not a folder"]),
      ("  - write_jsonl: \(Checking.root)\n", ["is a folder, not a file"]),
      ("  - metrics\n", ["metrics needs truth", "metrics needs classes, detections or masks"]),
      ("  - scale: ${x}\n", ["unknown parameter 'x'"]), ("  - scale: {longest: '${x'}\n", ["'${' without '}'"]),
      ("  - scale: {longest: '${env.HOME}'}\n", ["the variable 'HOME' is not declared under 'environment'"]),
    ] as [(String, [String])])
  func eachFaultHasItsWords(stages: String, expected: [String]) {
    let faults = Checking.faults("stages:\n" + read + stages)
    for part in expected { #expect(faults.contains { $0.contains(part) }, "\(faults)") }
    #expect(faults.allSatisfy { $0.hasPrefix("p.yaml:") }, "\(faults)")
  }

  @Test func foldersThatCannotBeWrittenHaveACodeOfTheirOwn() {
    func code(_ stages: String) -> ExitCode? {
      do {
        _ = try Pipeline.plan(text: "stages:\n" + read + stages, name: "p.yaml")
        return nil
      } catch { return (error as? ConfigurationError)?.exitCode }
    }
    let output = "  - write_images: \(Checking.sample("fruit.png"))/x\n"
    #expect(code(output) == .unwritableOutput)
    #expect(code("  - scale: {longest: 0}\n" + output) == .damagedInput)
  }

  @Test(arguments: [
    ("", "a pipeline is nothing; expected a mapping with 'stages'"), ("- a\n", "a pipeline is a list of 1"),
    ("name: x\n", "there are no 'stages'"), ("stages: {}\n", "stages are an empty mapping; expected a list"),
    ("stages:\n  - decode\n", "decode reads a stream, and there is none before it"),
    ("train: {model: lenet}\n", "is a training recipe; train with it: vision train"),
    ("extends: none.yaml\n", "none.yaml: cannot be read"), ("extends: 3\nstages: []\n", "none"),
  ])
  func whatIsNoPipelineIsSaid(text: String, expected: String) {
    let faults = Checking.faults(text)
    #expect(faults.contains { $0.contains(expected) } || expected == "none" && !faults.isEmpty, "\(faults)")
  }
}
