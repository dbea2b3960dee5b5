import Testing

/// Wrong usage: exit code 64, the fault in the first line, nothing on standard output.
@Suite struct UsageTests {
  @Test(arguments: [
    (["frobnicate"], "frobnicate"),
    (["detect"], "<images>"),
    (["detect", "x.jpg", "--nonsense"], "--nonsense"),
    (["detect", "x.jpg", "--confidence", "2"], "--confidence is 2.0; expected 0 to 1"),
    (["detect", "x.jpg", "--confidence", "nan"], "--confidence is nan"),
    (["detect", "x.jpg", "--iou", "1.5"], "--iou is 1.5"),
    (["detect", "x.jpg", "--max-detections", "0"], "--max-detections is 0"),
    (["detect", "x.jpg", "--batch", "0"], "--batch is 0"),
    (["detect", "x.jpg", "--precision", "int8"], "'int8' is invalid for '--precision <precision>'"),
    (["detect", "x.jpg", "--format", "coco,nope"], "'coco,nope'"),
    (["detect", "x.jpg", "--annotations", "a.json"], "--annotations is for --format coco"),
    (["detect", "x.jpg", "--threads", "0"], "--threads is 0; expected 1 to 1024"),
    (["detect", "x.jpg", "--weights", ""], "--weights is empty"),
    (["detect", "x.jpg", "--output", ""], "--output is empty"),
    (["detect", "x.jpg", "--model", "yoloxnano"], "did you mean yolox_nano?"),
    (["explain", "x.jpg", "--batch", "2"], "--batch: explanations are made one at a time"),
    (
      ["style-transfer", "x.jpg", "--style", "y.jpg", "--batch", "2"], "--batch: with --style photos are painted one at"
    ),
    (["convert", "x.jpg"], "--output"),
    (["convert", "x.jpg", "-o", "y", "--size", "640"], "'640' is not a size; expected WxH"),
    (["convert", "x.jpg", "-o", "y", "--size", "0x5"], "'0x5' is not a size"),
    (["convert", "x.jpg", "-o", "y", "--size", "99999999999999999999x5"], "is not a size"),
    (["convert", "x.jpg", "-o", "y", "--longest", "9223372036854775807"], "expected 1 to 1000000"),
    (["convert", "x.jpg", "-o", "y", "--size", "5x5", "--longest", "5"], "exclude each other"),
    (["convert", "x.jpg", "-o", "y", "--filter", "magic"], "'magic'"),
    (["convert", "x.jpg", "-o", "y", "--quality", "101"], "--quality is 101; expected 1 to 100"),
    (["convert", "x.jpg", "-o", "y", "--format", "gif"], "'gif'"),
    (["infer", "--model", "yolox_nano"], "--input"),
    (["models", "pull"], "<ids>"),
  ])
  func saysWhatIsWrong(arguments: [String], message: String) throws {
    let run = try Program.run(arguments)
    #expect(run.code == 64)
    #expect(run.output.isEmpty)
    #expect(run.errors.hasPrefix("error: "))
    #expect(run.errorLines.first?.contains(message) == true, "\(run.errors)")
  }
}
