import Configuration
import Testing

/// YAML as people write it, and as nobody should.
@Suite struct YAMLReaderTests {
  private func read(_ text: String) throws(ConfigurationError) -> YAMLNode {
    try YAMLReader.read(text: text, name: "p.yaml")
  }

  private func fault(_ text: String) -> String {
    do {
      _ = try read(text)
      return "no fault"
    } catch { return error.description }
  }

  @Test func valuesKnowTheirPlaces() throws {
    let node = try read("# a comment\nname: détecté\nstages:\n  - detect: {confidence: 0.4}\n  - draw\n")
    #expect(node["name"]?.text == "détecté")
    let stages = try #require(node["stages"]?.elements)
    #expect(stages.count == 2)
    #expect(stages[0]["detect"]?["confidence"]?.number == 0.4)
    #expect(stages[0]["detect"]?["confidence"]?.position == SourcePosition(file: "p.yaml", line: 4, column: 26))
    #expect(node.entries?.first?.keyPosition.description == "p.yaml:2:1")
    #expect(stages[1].position.description == "p.yaml:5:5")
  }

  /// YAML 1.2's core schema: https://yaml.org/spec/1.2.2/#1032-tag-resolution
  @Test func plainScalarsMeanWhatTheCoreSchemaSays() throws {
    let node = try read(
      "[1, -7, 0x1F, 0o17, 1e3, .5, 5., 1_000, true, False, no, on, ~, null, '1', \"true\", nan, .inf]")
    let values = try #require(node.elements)
    #expect(values.map(\.integer) == [1, -7, 31, 15] + Array(repeating: nil, count: 14))
    #expect(
      values.map(\.number) == [1, -7, 31, 15, 1000, 0.5, 5] + Array(repeating: nil, count: 11))
    #expect(values.map(\.bool) == Array(repeating: nil, count: 8) + [true, false] + Array(repeating: nil, count: 8))
    #expect(values.map(\.isNull) == (0..<18).map { $0 == 12 || $0 == 13 })
    #expect(try read("x: 99999999999999999999")["x"]?.integer == nil)
    #expect(try read("x: 99999999999999999999")["x"]?.number == 1e20)
    #expect(try read("x: 1e999")["x"]?.number == nil)
  }

  @Test func anchorsAndMergeKeysStandForCopies() throws {
    let node = try read("a: &d {x: 1, y: 2}\nb: *d\nc:\n  <<: *d\n  y: 3\nd:\n  <<: [*d, {z: 9, x: 8}]\n")
    #expect(node["b"]?["y"]?.integer == 2)
    #expect(node["c"]?["x"]?.integer == 1 && node["c"]?["y"]?.integer == 3)
    #expect(node["d"]?["x"]?.integer == 1 && node["d"]?["z"]?.integer == 9)
  }

  @Test func anEmptyTextIsNothing() throws {
    for text in ["", "# only a comment\n", "---\n", "\u{FEFF}"] { #expect(try read(text).isNull, "\(text)") }
  }

  @Test(arguments: [
    ("a: 1\nb: 2\na: 3\n", "p.yaml:3:1: 'a' is given twice; it stands in line 1 already"),
    ("a: *b\n", "p.yaml:1:4: there is no anchor &b before this"),
    ("a: &b [*b]\n", "p.yaml:1:8: *b stands inside itself"),
    ("a: 1\n---\nb: 2\n", "p.yaml:2:1: a second document begins here; expected one"),
    ("a: !!python/object:os.system {}\n", "p.yaml:1:4: tags such as 'tag:yaml.org,2002:python/object:os.system'"),
    ("a: !thing x\n", "p.yaml:1:4: tags such as '!thing' are not used here"),
    ("[1, 2]: x\n", "p.yaml:1:1: a key is a list of 2; expected a word"),
    ("a: [1, 2\nb: 3\n", "p.yaml:2:2: not YAML: did not find expected ',' or ']'"),
    ("a: b: c\n", "p.yaml:1:5: not YAML: mapping values are not allowed in this context"),
    ("\ta: 1\n", "p.yaml:1:1: not YAML: found character that cannot start any token"),
    ("a: \"x\n", "not YAML: found unexpected end of stream"),
    ("a: 'x\u{1}'\n", "control characters are not allowed"),
    ("<<: 3\n", "'<<' merges mappings, and this is the number 3"),
    ("a: }\n", "p.yaml:1:4: not YAML: did not find expected node content"),
  ])
  func faultsHaveAPlaceAndAReason(text: String, expected: String) {
    #expect(fault(text).contains(expected), "\(fault(text))")
  }

  @Test func aliasBombsAreRefusedAtOnce() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
    for level in 1...30 {
      text += "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ") + "]\n"
    }
    let clock = ContinuousClock()
    let time = clock.measure { #expect(fault(text).contains("more than 200000 values")) }
    #expect(time < .seconds(5))
  }

  @Test func depthIsBounded() {
    #expect(fault(String(repeating: "[", count: 50_000)).contains("more than 64 deep"))
    #expect(fault(String(repeating: "- ", count: 5_000) + "x").contains("more than 64 deep"))
    #expect(fault(String(repeating: "[", count: 60) + String(repeating: "]", count: 60)) == "no fault")
  }

  @Test(
    arguments: [[0xFF, 0xFE, 0x61, 0], [0x61, 0x3A, 0x20, 0xC3, 0x28], [0xED, 0xA0, 0x80], [0xC0, 0xAF]] as [[UInt8]])
  func whatIsNotUTF8IsRefused(bytes: [UInt8]) {
    let message = bytes.withUnsafeBytes { bytes in
      do {
        _ = try YAMLReader.read(bytes: bytes, name: "p.yaml")
        return "no fault"
      } catch { return "\(error)" }
    }
    #expect(message.contains("expected UTF-8 text"), "\(message)")
  }

  @Test func largeFilesAreNotEvenRead() throws {
    let text = String(repeating: "# padding\n", count: 500_000)
    #expect(fault(text).contains("at most 4194304 are read"))
  }

  /// Whatever bytes come, an error or a value comes back.
  @Test func randomTextNeverTraps() {
    var state: UInt64 = 1
    let alphabet = Array("ab:-[]{}&*!|>'\"#%@`,? \n\t<~.0")
    for _ in 0..<3000 {
      var text = ""
      for _ in 0..<24 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        text.append(alphabet[Int(state >> 33) % alphabet.count])
      }
      _ = try? read(text)
    }
  }
}
