import Support
import Synchronization

/// Prints what a run over images reports, a line an image or JSON, shows how far it is, and ends the command.
final class ImageReporter<Written: Sendable>: Sendable {
  private struct State {
    var tally = Tally()
    var progress: Progress
  }
  private let state: Mutex<State>
  private let json: Bool
  private let total: Int
  private let text: @Sendable (_ image: String, Written) -> String
  private let fields: @Sendable (Written) -> [(String, JSONValue)]

  /// A reporter of `total` images. `text` is the line of one; `fields` follow `image` in its JSON object.
  init(
    json: Bool, total: Int, text: @escaping @Sendable (_ image: String, Written) -> String,
    fields: @escaping @Sendable (Written) -> [(String, JSONValue)]
  ) {
    self.json = json
    self.total = total
    self.text = text
    self.fields = fields
    state = Mutex(State(progress: Progress(total: total, unit: "images")))
  }

  /// Prints one image's outcome.
  func report(_ image: String, _ result: Result<Written, any Error>) {
    switch result {
    case .success(let written):
      Console.shared.result(
        json ? JSONValue.object([("image", .string(image))] + fields(written)).text : text(image, written))
      state.withLock { $0.tally.add(success: true) }
    case .failure(let error):
      let failure = Failure(error, subject: image)
      if json { Console.shared.result(JSONValue.object([("image", .string(image)), ("error", failure.json)]).text) }
      Console.shared.error(failure)
      state.withLock { $0.tally.add(success: false, code: failure.exitCode) }
    }
    state.withLock { $0.progress.advance() }
  }

  /// Ends the command with the right code.
  func end() throws { try state.withLock(\.tally).end(of: total, "images") }
}

/// Numbers for people.
enum Shown {
  /// A number with two decimals.
  static func hundredths(_ value: Double) -> String {
    let value = Int((min(max(value, 0), 1e12) * 100).rounded())
    return "\(value / 100).\(value % 100 < 10 ? "0" : "")\(value % 100)"
  }

  /// A number with so many decimals.
  static func decimals(_ value: Double, _ digits: Int) -> String {
    guard value.isFinite else { return "\(value)" }
    var factor = 1.0
    for _ in 0..<digits { factor *= 10 }
    let scaled = Int((min(abs(value), 1e9) * factor).rounded()), whole = scaled / Int(factor)
    let rest = String(scaled % Int(factor))
    let sign = value < 0 && scaled != 0 ? "-" : ""
    return "\(sign)\(whole)" + (digits > 0 ? "." + String(repeating: "0", count: digits - rest.count) + rest : "")
  }

  /// A share as a percentage with one decimal.
  static func percentage(_ share: Double) -> String {
    let tenths = Int((min(max(share, 0), 1) * 1000).rounded())
    return "\(tenths / 10).\(tenths % 10)%"
  }
}
