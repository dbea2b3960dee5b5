import Support
import Testing

@Suite struct EditDistanceTests {
  @Test func knownDistances() {
    #expect(editDistance("kitten", "sitting") == 3)
    #expect(editDistance("", "abc") == 3)
    #expect(editDistance("yolox_nano", "yolox_nano") == 0)
  }
}
