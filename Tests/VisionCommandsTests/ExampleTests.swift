import Foundation
import Imaging
import Testing

/// The example package, whose sources are built beside everything else.
@Suite struct ExampleTests {
  @Test func aStageOfOnesOwnRuns() throws {
    let folder = Scratch()
    let program = try Program.path().dropLast("vision".count) + "CustomStage"
    let run = try Program.shell(
      "cd \"$2\" && \"$1\" \"$3\"", [String(program), folder.path, Program.sample("fruit.png")])
    #expect(run.code == 0, "\(run.errors)")
    #expect(run.lines.last == "1 done, 0 failed")
    let dark = try ImageInput(.file(folder.path("vignettes/fruit.png"))).decode()
    let plain = try ImageInput(.file(Program.sample("fruit.png"))).decode()
    #expect(max(dark.width, dark.height) == 640 || max(plain.width, plain.height) <= 640)
    // Corners lose light, the middle keeps it.
    let middle = 3 * (dark.height / 2 * dark.width + dark.width / 2)
    let scaled = try plain.resized(width: dark.width, height: dark.height, filter: .lanczos)
    #expect(dark.pixels[middle] >= scaled.pixels[middle] / 10 * 9)
    #expect(Int(dark.pixels[0]) <= Int(scaled.pixels[0]) * 3 / 10)
  }
}
