import Configuration
import Pipelines
import Testing

/// Parameters, references, overrides, files that extend others.
@Suite struct ParameterTests {
  private let folder = Folder()
  private let base = """
    parameters:
      input: {type: list, default: [\(Checking.sample("fruit.png"))], help: pictures}
      side: {type: integer, default: 64, minimum: 1, maximum: 100}
      name: small
      out: "${name}/${side}"
    stages:
      - read: ${input}
      - decode
      - scale: {longest: "${side}"}
      - write_images: "runs/${out}-$${x}"
    """

  private func resolved(_ text: String, _ overrides: [String] = []) throws -> YAMLNode {
    try Pipeline.plan(text: text, name: "p.yaml", overrides: overrides).resolved
  }

  private func stage(_ node: YAMLNode, _ kind: String) -> YAMLNode? {
    node["stages"]?.elements?.compactMap { $0[kind] }.first
  }

  @Test func referencesKeepTypesAndJoinTexts() throws {
    let node = try resolved(base)
    #expect(stage(node, "scale")?["longest"]?.integer == 64)
    #expect(stage(node, "read")?["inputs"]?.elements?.count == 1)
    #expect(stage(node, "write_images")?["output"]?.text == "runs/small/64-$${x}")
  }

  @Test func theCommandLineComesFirst() throws {
    let node = try resolved(base, ["side=32", "name=big", "scale.filter=lanczos", "write_images.quality=80"])
    #expect(stage(node, "scale")?["longest"]?.integer == 32)
    #expect(stage(node, "scale")?["filter"]?.text == "lanczos")
    #expect(stage(node, "write_images")?["output"]?.text == "runs/big/32-$${x}")
    #expect(stage(node, "write_images")?["quality"]?.integer == 80)
  }

  @Test(
    arguments: [
      (["sied=3"], "command line: unknown parameter 'sied'; did you mean 'side'?"),
      (["side=300"], "'side' is the number 300; expected a whole number from 1 to 100"),
      (["side=x"], "'side' is 'x'; expected a whole number"), (["side"], "'side' is not KEY=VALUE"),
      (["side=1", "side=2"], "'side' is given twice"), (["=1"], "'=1' is not KEY=VALUE"),
      (["scal.longest=1"], "unknown stage 'scal'; did you mean 'scale'?"),
      (["scale.longst=1"], "unknown setting of scale 'longst'; did you mean 'longest'?"),
    ] as [([String], String)])
  func wrongOverridesAreLocated(overrides: [String], expected: String) {
    let faults = Checking.faults(base, overrides)
    #expect(faults.contains { $0.contains(expected) }, "\(faults)")
  }

  @Test(arguments: [
    ("a: '${b}'\n  b: '${a}'", "is defined by itself"), ("a: {type: text}", "the parameter 'a' has no value"),
    ("a: {type: integer, default: x}", "the default of 'a' is 'x'; expected a whole number"),
    ("a: {tpye: text, default: x}", "unknown word in a parameter 'tpye'; did you mean 'type'?"),
    ("a: {choices: [x, y], default: z}", "the default of 'a' is 'z'"),
    ("a: {type: number, minimum: 3, maximum: 1, default: 2}", "the minimum 3.0 is above the maximum 1.0"),
    ("a.b: 1", "a parameter's name is 'a.b'"),
  ])
  func wrongParametersAreLocated(parameter: String, expected: String) {
    let text = "parameters:\n  \(parameter)\nstages:\n  - read: '${a}'\n"
    let faults = Checking.faults(text)
    #expect(faults.contains { $0.contains(expected) }, "\(faults)")
  }

  /// Each parameter doubles the one before: a text of 2^60 letters.
  @Test func referencesDoNotExplode() {
    var text = "parameters:\n  p0: aaaaaaaaaa\n  l0: [x, x]\n"
    for level in 1...60 {
      text +=
        "  p\(level): \"${p\(level - 1)}${p\(level - 1)}\"\n  l\(level): ['${l\(level - 1)}', '${l\(level - 1)}']\n"
    }
    let faults = Checking.faults(text + "stages:\n  - read: '${p60}'\n")
    #expect(faults.contains { $0.contains("more than 65536 bytes") })
    #expect(faults.contains { $0.contains("more than 100000 values") })
  }

  @Test func environmentOnlyWhereDeclared() throws {
    let text = """
      environment: {VISION_TEST_NOWHERE: fallback}
      stages:
        - read: \(Checking.sample("fruit.png"))
        - write_csv: x
      """
    #expect(!Checking.faults(text).isEmpty)
    let node = try resolved(
      "environment: {VISION_TEST_NOWHERE: 7}\nstages:\n  - read: \(Checking.sample("fruit.png"))\n  - decode\n"
        + "  - scale: {longest: '${env.VISION_TEST_NOWHERE}'}\n")
    #expect(stage(node, "scale")?["longest"]?.integer == 7)
  }

  @Test func filesExtendOthers() throws {
    try folder.write("base.yaml", base)
    let child = try folder.write(
      "child.yaml",
      "extends: base.yaml\nparameters:\n  side: 20\nset:\n  scale: {filter: box}\nstages:\n  - emit: [width]\n")
    let node = try Pipeline.plan(path: child).resolved
    #expect(stage(node, "scale")?["longest"]?.integer == 20)
    #expect(stage(node, "scale")?["filter"]?.text == "box")
    #expect(node["stages"]?.elements?.count == 5)
  }

  @Test func filesThatExtendThemselvesAreRefused() throws {
    let path = try folder.write("a.yaml", "extends: b.yaml\n")
    try folder.write("b.yaml", "extends: a.yaml\n")
    do {
      _ = try Pipeline.plan(path: path)
      Issue.record("no fault")
    } catch let error as ConfigurationError { #expect(error.description.contains("'a.yaml' extends this file itself")) }
  }

  /// What is resolved is a pipeline that resolves to itself.
  @Test func resolvedPipelinesAreFixedPoints() throws {
    let first = try Pipeline.plan(text: base, name: "p.yaml").text
    let second = try Pipeline.plan(text: first, name: "p.yaml").text
    #expect(first == second)
  }
}
