/// `vision.1`: the manual page, in mdoc, made of what the commands say of themselves.
struct ManualPage {
  private var lines: [String] = []

  /// The page's text.
  static func text(_ root: CommandDump.Command, version: String) -> String {
    var page = ManualPage()
    page.head(root, version: version)
    page.section("SYNOPSIS")
    page.lines += [".Nm", ".Ar command", ".Op Ar input ...", ".Op Ar options"]
    page.section("DESCRIPTION")
    page.paragraphs(ManualProse.description)
    page.discussion(root.discussion)
    page.section("COMMANDS")
    for command in root.subcommands ?? [] { page.command(command, under: "") }
    page.section("ENVIRONMENT")
    page.list(ManualProse.environment, tag: "Ev")
    page.section("FILES")
    page.list(ManualProse.files, tag: "Pa")
    page.section("EXIT STATUS")
    page.list(ManualProse.exitCodes, tag: "Li")
    return page.lines.joined(separator: "\n")
  }

  private mutating func head(_ root: CommandDump.Command, version: String) {
    lines += [
      ".\\\" Made by 'vision manual'.", ".Dd $Mdocdate$", ".Dt VISION 1", ".Os vision \(Self.escaped(version))",
    ]
    section("NAME")
    let abstract = root.abstract ?? ""
    lines += [".Nm vision", ".Nd " + Self.macroText(abstract.hasSuffix(".") ? String(abstract.dropLast()) : abstract)]
  }

  private mutating func section(_ name: String) { lines.append(".Sh \(name)") }

  /// One command with its options; those below it follow as sections of their own.
  private mutating func command(_ command: CommandDump.Command, under parent: String) {
    guard command.shouldDisplay else { return }
    let name = parent.isEmpty ? command.commandName : parent + " " + command.commandName
    lines.append(".Ss \(Self.macroText(name))")
    let shown = (command.arguments ?? []).filter { $0.shouldDisplay && !Self.everywhere.contains($0.valueName ?? "") }
    paragraphs(command.abstract.map { [$0] } ?? [])
    if command.subcommands?.isEmpty ?? true {
      lines += [".Pp", ".Nm", ".Ic \(Self.macroText(name))"]
      for argument in shown where argument.kind == "positional" {
        let value = "\(Self.macroText(argument.valueName ?? "value"))\(argument.isRepeating ? " ..." : "")"
        lines.append(argument.isOptional ? ".Op Ar \(value)" : ".Ar \(value)")
      }
      for argument in shown where argument.kind != "positional" && !argument.isOptional {
        lines.append(Self.option(argument).first ?? "")
      }
      if shown.contains(where: { $0.kind != "positional" }) { lines.append(".Op Ar options") }
    }
    discussion(command.discussion)
    if !shown.isEmpty {
      lines.append(".Bl -tag -width Ds")
      for argument in shown {
        lines += Self.tag(argument)
        if let text = argument.abstract { lines.append(Self.text(text)) }
        if let values = argument.allValues, !values.isEmpty {
          lines.append(Self.text("One of \(values.joined(separator: ", "))."))
        }
        if let value = argument.defaultValue { lines.append(Self.text("Default: \(value).")) }
      }
      lines.append(".El")
    }
    for part in command.subcommands ?? [] { self.command(part, under: name) }
  }

  /// Options that every command has and the description tells of.
  private static let everywhere: Set<String> = ["version", "help"]

  private static func tag(_ argument: CommandDump.Argument) -> [String] {
    guard argument.kind != "positional" else { return [".It Ar \(macroText(argument.valueName ?? "value"))"] }
    return [".It " + option(argument).joined(separator: " , ").replacing(".Fl", with: "Fl")]
  }

  /// Each of an option's names with its value, long ones last.
  private static func option(_ argument: CommandDump.Argument) -> [String] {
    let value = argument.kind == "option" ? " Ar \(macroText(argument.valueName ?? "value"))" : ""
    return (argument.names ?? []).sorted { ($0.kind, $1.name) > ($1.kind, $0.name) }.map {
      ".Fl \($0.kind == "long" ? "\\-" : "")\(macroText($0.name))\(value)"
    }
  }

  private mutating func paragraphs(_ texts: [String]) {
    for text in texts { lines += [".Pp", Self.text(text)] }
  }

  /// Paragraphs as they are; what is indented under EXAMPLES, as it is typed.
  private mutating func discussion(_ text: String?) {
    var isLiteral = false
    for line in (text ?? "").split(separator: "\n", omittingEmptySubsequences: false) {
      let isIndented = line.hasPrefix(" ")
      if isLiteral, !isIndented, !line.isEmpty {
        lines.append(".Ed")
        isLiteral = false
      }
      if isIndented, !isLiteral {
        lines.append(".Bd -literal -offset indent")
        isLiteral = true
      }
      if isLiteral {
        if !line.isEmpty { lines.append(Self.text(String(line.drop { $0 == " " }))) }
      } else if line.hasSuffix("EXAMPLES") {
        lines += [".Pp", "Examples:"]
      } else if line.isEmpty {
        lines.append(".Pp")
      } else {
        if lines.last != ".Pp" { lines.append(".Pp") }
        lines.append(Self.text(String(line)))
      }
    }
    if isLiteral { lines.append(".Ed") }
  }

  private mutating func list(_ entries: [(String, String)], tag: String) {
    lines.append(".Bl -tag -width Ds")
    for (name, text) in entries { lines += [".It \(tag) \(Self.macroText(name))", Self.text(text)] }
    lines.append(".El")
  }

  /// A line of running text: nothing in it is a command of the formatter.
  private static func text(_ line: String) -> String {
    let text = escaped(line)
    return text.hasPrefix(".") || text.hasPrefix("'") ? "\\&" + text : text
  }

  /// Words behind a macro: those that are macros themselves, and punctuation, stay words.
  private static func macroText(_ text: String) -> String {
    text.split(separator: " ").map { word in
      let isSafe = word.count > 3 || word.first?.isUppercase != true
      return (isSafe && word.first?.isLetter == true ? "" : "\\&") + escaped(String(word))
    }.joined(separator: " ")
  }

  private static func escaped(_ text: String) -> String {
    text.replacing("\\", with: "\\e").replacing("-", with: "\\-").replacing("'", with: "\\(aq")
  }
}
