import TensorCore
import TestSupport
import Testing

/// Every operation's gradients against PyTorch's and torchvision's in float64: `Scripts/golden/gradients.py`. Within 2e-5 of the
/// largest of each case: the sums of float32.
@Suite struct GradientGoldenTests {
  struct Case: Decodable {
    struct Fixed: Decodable {
      let values: [Float], shape: [Int], isIndex: Bool
    }
    let op: String, inputs: [[Int]], scales: [Float], offsets: [Float], fixed: [Fixed]
    let settings: [String: [Double]]

    func pair(_ key: String) -> [Int] { (settings[key] ?? []).map { Int($0) } }
    func int(_ key: String) -> Int { Int(settings[key]?.first ?? 0) }
    func flag(_ key: String) -> Bool { int(key) != 0 }
    func double(_ key: String) -> Double { settings[key]?.first ?? 0 }
  }

  @Test func agreeWithPyTorch() throws {
    let golden = try Golden("gradients"), cases = try golden.cases(Case.self)
    #expect(cases.count == 203)
    let all = try golden["gradients"].floats()
    var place = 0
    for (number, item) in cases.enumerated() {
      let seed = UInt32(10 * number)
      var inputs: [Tensor] = []
      for (index, shape) in item.inputs.enumerated() {
        inputs.append(
          try Formula.tensor(
            shape, seed: seed + UInt32(index), scale: item.scales[index], offset: item.offsets[index]))
      }
      let fixed = try item.fixed.map { fixed in
        fixed.isIndex
          ? try Tensor(fixed.values.map { Int($0) }, shape: fixed.shape) : try Tensor(fixed.values, shape: fixed.shape)
      }
      let tape = Tape(), watched = inputs.map(tape.watch)
      let what = "case \(number): \(item.op) \(item.inputs) \(item.settings)"
      let result = try tape.run { () throws(ShapeError) in try GoldenOperations.result(item, watched, fixed) }
      let found = try tape.gradients(of: result, seed: Formula.tensor(result.shape, seed: seed + 9))
      let total = inputs.reduce(0) { $0 + $1.count }
      // The largest of all inputs' gradients: some of those by terms that all of a row share are 0 but for rounding.
      let largest = all[place..<place + total].reduce(Float(1e-3)) { max($0, abs($1)) }
      for (index, input) in watched.enumerated() {
        let expected = Array(all[place..<place + input.count])
        place += input.count
        let got = try found[input]?.floats() ?? [Float](repeating: 0, count: input.count)
        let worst = zip(got, expected).map { abs($0 - $1) }.enumerated().max { $0.element < $1.element }
        #expect(
          worst.map { $0.element <= 2e-5 * largest } ?? true,
          "\(what): input \(index), element \(worst.map { "\($0.offset): \(got[$0.offset]), expected \(expected[$0.offset])" } ?? "")"
        )
      }
    }
    #expect(place == all.count)
  }
}
