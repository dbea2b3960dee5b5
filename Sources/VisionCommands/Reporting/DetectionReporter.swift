import Detection
import Support
import Synchronization

/// Prints what a detection run reports: a line an image, or JSON.
final class DetectionReporter: Sendable {
  private struct State {
    var tally = Tally()
    var progress: Progress
    var total: Int
  }
  private let state: Mutex<State>
  private let model: String
  private let json: Bool

  init(model: String, json: Bool, total: Int) {
    self.model = model
    self.json = json
    state = Mutex(State(progress: Progress(total: total, unit: "images"), total: total))
  }

  /// Starts the clock.
  func begin(total: Int) {
    state.withLock {
      $0.progress = Progress(total: total, unit: "images")
      $0.total = total
    }
  }

  /// Prints one image's outcome.
  func report(_ outcome: DetectionRun.Outcome) {
    switch outcome.result {
    case .success(let (found, annotated)):
      Console.shared.result(json ? jsonLine(found, annotated).text : textLine(found, annotated))
      state.withLock { $0.tally.add(success: true) }
    case .failure(let error):
      let failure = Failure(error, subject: outcome.image)
      if json {
        Console.shared.result(JSONValue.object([("image", .string(outcome.image)), ("error", failure.json)]).text)
      }
      Console.shared.error(failure)
      state.withLock { $0.tally.add(success: false, code: failure.exitCode) }
    }
    state.withLock { $0.progress.advance() }
  }

  /// Ends the command with the right code.
  func end() throws {
    let (tally, total) = state.withLock { ($0.tally, $0.total) }
    try tally.end(of: total, "images")
  }

  private func jsonLine(_ found: ImageDetections, _ annotated: String?) -> JSONValue {
    let detections = found.detections.map { detection in
      var members: [(String, JSONValue)] = [
        ("label", .string(detection.label)), ("class", .int(detection.classIndex)), ("score", .float(detection.score)),
        ("box", .array([detection.box.x1, detection.box.y1, detection.box.x2, detection.box.y2].map(JSONValue.float))),
      ]
      if let mask = detection.mask { members.append(("mask", mask.json)) }
      if !detection.keypoints.isEmpty {
        let points = detection.keypoints.map { JSONValue.array([.float($0.x), .float($0.y), .float($0.score)]) }
        members.append(("keypoints", .array(points)))
      }
      return JSONValue.object(members)
    }
    return .object([
      ("image", .string(found.image)), ("width", .int(found.width)), ("height", .int(found.height)),
      ("model", .string(model)), ("detections", .array(detections)),
      ("annotated", annotated.map(JSONValue.string) ?? .null),
    ])
  }

  private func textLine(_ found: ImageDetections, _ annotated: String?) -> String {
    let objects = found.detections.map { "\($0.label) \(Self.hundredths($0.score))" }
    let what = objects.isEmpty ? "no objects" : objects.joined(separator: ", ")
    return "\(found.image): \(what)" + (annotated.map { " -> \($0)" } ?? "")
  }

  private static func hundredths(_ score: Float) -> String {
    let value = Int((min(max(score, 0), 1) * 100).rounded())
    return "\(value / 100).\(value % 100 < 10 ? "0" : "")\(value % 100)"
  }
}
