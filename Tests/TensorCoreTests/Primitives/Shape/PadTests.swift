import TensorCore
import TestSupport
import Testing

@Suite struct PadTests {
  private func row() throws -> Tensor { try Tensor([1, 2, 3] as [Float], shape: [3]) }

  @Test(arguments: [
    (PadMode.constant(9), [9, 9, 1, 2, 3, 9]), (.reflect, [3, 2, 1, 2, 3, 2]), (.replicate, [1, 1, 1, 2, 3, 3]),
    (.circular, [2, 3, 1, 2, 3, 1]),
  ])
  func eachModeFillsItsWay(mode: PadMode, expected: [Float]) throws {
    #expect(try row().pad([(2, 1)], mode: mode).floats() == expected)
  }

  @Test func negativePadsCut() throws {
    #expect(try row().pad([(-1, 2)]).floats() == [2, 3, 0, 0])
    #expect(try row().pad([(-3, 1)]).floats() == [0])
    #expect(try row().pad([(-3, 0)]).shape == [0])
  }

  @Test func padsAreForTheLastAxes() throws {
    let x = try Tensor([1, 2] as [Float], shape: [1, 1, 2])
    #expect(try x.pad([(1, 0), (0, 1)]).floats() == [0, 0, 0, 1, 2, 0])
    #expect(try x.pad([(1, 0), (0, 1)]).shape == [1, 2, 3])
  }

  @Test func valuesAreRoundedToTheType() throws {
    func padded(_ dtype: DType, _ value: Double) throws -> UInt64 {
      Bytes.elements(try Tensor.zeros([0], dtype: dtype).pad([(1, 0)], mode: .constant(value)))[0]
    }
    #expect(try padded(.float32, 114) == 0x42E4_0000)
    #expect(try padded(.bfloat16, 3) == 0x4040)
    #expect(try padded(.float16, 3) == 0x4200)
    #expect(try padded(.uint8, 300) == 255)
    #expect(try padded(.int8, -1.5) == 0xFF)
    #expect(try padded(.int32, .nan) == 0)
    #expect(try padded(.int64, -.infinity) == 1 << 63)
    #expect(try padded(.bool, 0.5) == 1)
  }

  @Test func errorsNameTheShape() {
    #expect(throws: ShapeError(.argument, "pad", "mode reflect cannot pad axis 0 by 3, 0 (shapes [3])")) {
      try row().pad([(3, 0)], mode: .reflect)
    }
    #expect(throws: ShapeError(.argument, "pad", "pads -2, -2 cut more than axis 0 (shapes [3])")) {
      try row().pad([(-2, -2)])
    }
    #expect(throws: ShapeError(.argument, "pad", "2 pads for 1 axes (shapes [3])")) {
      try row().pad([(0, 0), (0, 0)])
    }
    for pads in [(Int.max, Int.max), (Int.min, Int.min), (Int.min, 0), (Int.max, 0), (0, Int.min)] {
      for mode in [PadMode.constant(0), .reflect, .replicate, .circular] {
        #expect(throws: ShapeError.self) { try row().pad([pads], mode: mode) }
      }
    }
    #expect(throws: ShapeError.self) { try Tensor.zeros([0]).pad([(1, 0)], mode: .replicate) }
  }
}
