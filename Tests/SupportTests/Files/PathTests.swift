import Support
import Testing

@Suite struct PathTests {
  @Test func partsOfAPath() {
    #expect(Path.parent(of: "a/b.jpg") == "a")
    #expect(Path.parent(of: "b.jpg") == "")
    #expect(Path.parent(of: "/b") == "/")
    #expect(Path.name(of: "a/b.jpg") == "b.jpg")
    #expect(Path.stem(of: "a/b.tar.gz") == "b.tar")
    #expect(Path.stem(of: ".bashrc") == ".bashrc")
    #expect(Path.join("a/", "b") == "a/b")
  }
}
