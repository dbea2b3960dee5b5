import TensorCore
import TestSupport
import Testing

@Suite struct OneHotTests {
  @Test func marksTheClass() throws {
    let classes = try Tensor([2, 0], shape: [2])
    #expect(try classes.oneHot(classes: 3).integers() == [0, 0, 1, 1, 0, 0])
    #expect(try classes.oneHot(classes: 4, dtype: .float32).shape == [2, 4])
  }

  @Test func errorsNameTheNumbers() {
    #expect(throws: ShapeError(.argument, "oneHot", "index 2 at position 1 is outside axis 1 of size 2")) {
      try Tensor([1, 2], shape: [2]).oneHot(classes: 2)
    }
    #expect(throws: ShapeError(.argument, "oneHot", "0 classes (shapes [2])")) {
      try Tensor([1, 2], shape: [2]).oneHot(classes: 0)
    }
    #expect(throws: ShapeError.self) { try Tensor([1, 2], shape: [2]).oneHot(classes: Int.max) }
    #expect(throws: ShapeError.self) { try Tensor.zeros([2]).oneHot(classes: 2) }
  }
}
