import Checkpoints
import Foundation
import Testing

@Suite struct WeightsHomeTests {
  @Test func theVariableComesFirstAndMustHold() throws {
    let folder = try TemporaryFolder()
    try folder.write("", to: "a/Weights/labels/x.txt")
    try folder.write("", to: "b/Weights/labels/x.txt")
    let home = try WeightsHome.find(
      variable: folder("a"), executable: folder("b/bin/vision"), workingFolder: folder("b"))
    #expect(home.path == folder("a"))
    #expect(throws: WeightsError.noHome(looked: ["\(folder("c")) (VISION_HOME)"])) {
      try WeightsHome.find(variable: folder("c"), executable: folder("b/bin/vision"), workingFolder: folder("b"))
    }
  }

  @Test func anInstalledProgramFindsItsShare() throws {
    let folder = try TemporaryFolder()
    try folder.write("", to: "usr/share/vision/Weights/labels/x.txt")
    try folder.write("", to: "work/Weights/labels/x.txt")
    let home = try WeightsHome.find(variable: nil, executable: folder("usr/bin/vision"), workingFolder: folder("work"))
    #expect(home.path == folder("usr/share/vision"))
  }

  @Test func searchesUpward() throws {
    let folder = try TemporaryFolder()
    try folder.write("", to: "project/Weights/labels/x.txt")
    try folder.write("", to: "project/.build/release/Weights/unrelated.txt")
    let built = try WeightsHome.find(
      variable: nil, executable: folder("project/.build/release/vision"), workingFolder: "/")
    #expect(built.path == folder("project"))
    let working = try WeightsHome.find(
      variable: nil, executable: folder("elsewhere/vision"), workingFolder: folder("project/a/b"))
    #expect(working.path == folder("project"))
    let error = #expect(throws: WeightsError.self) {
      try WeightsHome.find(
        variable: nil, executable: folder("elsewhere/bin/vision"), workingFolder: folder("elsewhere"))
    }
    guard case .noHome(let looked)? = error else { return }
    #expect(looked.count == 3 && looked[0] == folder("elsewhere/share/vision"))
  }
}
