/// Which inputs and outputs of a primitive its gradient reads; the tape keeps those alone alive.
package struct SavedValues: Sendable, Hashable {
  private var inputBits: UInt64 = 0
  private var outputBits: UInt64 = 0

  /// None: the gradient follows from shapes.
  package static let none = SavedValues()

  /// These inputs and outputs, by number (below 64).
  package init(inputs: [Int] = [], outputs: [Int] = []) {
    for index in inputs { inputBits |= 1 << UInt64(index) }
    for index in outputs { outputBits |= 1 << UInt64(index) }
  }

  func contains(input index: Int) -> Bool { index < 64 && inputBits >> UInt64(index) & 1 == 1 }
  func contains(output index: Int) -> Bool { index < 64 && outputBits >> UInt64(index) & 1 == 1 }
}
