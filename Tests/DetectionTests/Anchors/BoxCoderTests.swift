import Detection
import TensorCore
import TestSupport
import Testing

@Suite struct BoxCoderTests {
  @Test func equalsTorchvisions() throws {
    let golden = try Golden("coders")
    let base = try formulaBoxes(64, seed: 1), other = try formulaBoxes(64, seed: 3)
    let codes = try Formula.tensor([64, 8], seed: 5, scale: 3)
    for (name, coder, scale) in [
      ("unit", BoxCoder(), Float(2)), ("heads", BoxCoder(x: 10, y: 10, width: 5, height: 5), 1),
    ] {
      try expectClose(coder.encode(other, anchors: base), golden[name + "_encoded"], .accumulated, name)
      try expectClose(coder.decode(codes * scale, anchors: base), golden[name + "_decoded"], .accumulated, name)
    }
    let few = try codes.narrow(axis: 1, start: 0, length: 4)
    for (name, bySize) in [("linear", true), ("pixels", false)] {
      let coder = LinearBoxCoder(normalizesBySize: bySize)
      try expectClose(coder.encode(other, anchors: base), golden[name + "_encoded"], .accumulated, name)
      try expectClose(coder.decode(few, anchors: base), golden[name + "_decoded"], .accumulated, name)
    }
  }

  /// From (0, 0, 10, 20) to (5, 0, 25, 20): the middle moves by one width, the width doubles.
  @Test func byHand() throws {
    let anchor = try Tensor([0, 0, 10, 20] as [Float], shape: [1, 4]),
      box = try Tensor([5, 0, 25, 20] as [Float], shape: [1, 4])
    let codes = try BoxCoder(x: 10).encode(box, anchors: anchor).floats()
    #expect(codes[0] == 10 && codes[1] == 0 && abs(codes[2] - 0.693147) < 1e-6 && codes[3] == 0)
    #expect(try LinearBoxCoder().encode(box, anchors: anchor).floats() == [0, 0.5, 2, 0.5])
    #expect(try LinearBoxCoder(normalizesBySize: false).encode(box, anchors: anchor).floats() == [0, 10, 20, 10])
  }

  @Test func growthIsCut() throws {
    let anchor = try Tensor([0, 0, 16, 16] as [Float], shape: [1, 4])
    let box = try BoxCoder().decode(Tensor([0, 0, 1000, 0] as [Float], shape: [1, 4]), anchors: anchor).floats()
    #expect(abs(box[2] - box[0] - 1000) < 0.01 && box[3] - box[1] == 16)
  }

  @Test func decodingUndoesEncoding() throws {
    let base = try formulaBoxes(64, seed: 1), other = try formulaBoxes(64, seed: 3)
    let coder = BoxCoder(x: 10, y: 10, width: 5, height: 5), linear = LinearBoxCoder()
    // Boxes up to 79 times as large as their anchors: more than the cut allows.
    let near = try other * 0.5 + base * 0.5
    try expectClose(coder.decode(coder.encode(near, anchors: base), anchors: base), near, .accumulated)
    try expectClose(linear.decode(linear.encode(other, anchors: base), anchors: base), other, .accumulated)
  }

  @Test func shapesMustFit() throws {
    let boxes = try Tensor.zeros([3, 4]), fewer = try Tensor.zeros([2, 4]), odd = try Tensor.zeros([3, 5])
    #expect(throws: ShapeError.self) { try BoxCoder().encode(boxes, anchors: fewer) }
    #expect(throws: ShapeError.self) { try BoxCoder().decode(odd, anchors: boxes) }
    #expect(throws: ShapeError.self) { try LinearBoxCoder().decode(boxes, anchors: fewer) }
    #expect(try BoxCoder().decode(.zeros([0, 8]), anchors: .zeros([0, 4])).shape == [0, 8])
  }
}
