import Foundation
import Support
import Testing

@Suite struct MemoryUseTests {
  /// Memory that is touched counts; that of other processes does not, so that the figure stays below what this machine has.
  @Test func thePeakRisesWithWhatIsTouched() {
    let before = MemoryUse.peakBytes, size = before + (64 << 20)
    #expect(before > 1 << 20 && before < Processor.memoryBytes)
    let block = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 4096)
    block.initializeMemory(as: UInt8.self, repeating: 1, count: size)
    #expect(block.load(fromByteOffset: size - 1, as: UInt8.self) == 1)
    block.deallocate()
    #expect(MemoryUse.peakBytes >= size)
  }
}
