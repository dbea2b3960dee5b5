import Foundation
import Testing

/// The manual page and what shells complete with.
@Suite struct ManualTests {
  @Test func theManualNamesEveryCommandAndOption() throws {
    let page = try Program.run(["manual"])
    #expect(page.code == 0 && page.errors.isEmpty)
    #expect(page.output.contains(".Dt VISION 1") && page.output.contains(".Sh EXIT STATUS"))
    for command in HelpTests.commands where command != "vision" {
      let title = command.replacingOccurrences(of: "-", with: "\\-")
      #expect(page.lines.contains(".Ss \(title)"), "\(command)")
      let help = try Program.run(command.split(separator: " ").map(String.init) + ["--help"]).output
      for word in help.split(whereSeparator: { " \n,[]()".contains($0) }) where word.hasPrefix("--") && word.count > 3 {
        let option = word.drop { $0 == "-" }.prefix { $0.isLetter || $0 == "-" }
        guard !["help", "version", "generate-completion-script", "resume"].contains(option) else { continue }
        let shown = option.replacingOccurrences(of: "-", with: "\\-")
        #expect(page.output.contains(shown), "\(command): \(option)")
      }
    }
    // No line of text is taken for a command of the formatter.
    let macros: Set<String> = [
      ".\\\"", ".Dd", ".Dt", ".Os", ".Sh", ".Ss", ".Nm", ".Nd", ".Pp", ".Ic", ".Op", ".Ar", ".Fl", ".Bl", ".El", ".It",
      ".Bd",
      ".Ed",
    ]
    for line in page.lines where line.hasPrefix(".") || line.hasPrefix("'") {
      #expect(macros.contains(String(line.prefix { $0 != " " })), "\(line)")
    }
  }

  @Test(
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/groff"), "groff is not installed"))
  func theManualIsFormattedWithoutWarnings() throws {
    let run = try Program.shell("\"$0\" manual | groff -mandoc -ww -Tutf8 -P-cbou", [])
    #expect(run.code == 0 && run.errors.isEmpty, "\(run.errors.prefix(500))")
    #expect(run.output.contains("EXIT STATUS"))
  }

  @Test(arguments: ["bash", "zsh", "fish"]) func completionsAreScriptsOfTheirShells(shell: String) throws {
    let script = try Program.run(["--generate-completion-script", shell])
    #expect(script.code == 0 && script.errors.isEmpty)
    for word in ["style-transfer", "max-detections", "datasets"] { #expect(script.output.contains(word)) }
    #expect(!script.output.contains("manual"))
    let path = ["/bin/", "/usr/bin/"].map { $0 + shell }.first { FileManager.default.isExecutableFile(atPath: $0) }
    guard let path else { return }
    let check = try Program.shell("\"$0\" --generate-completion-script \(shell) > s && \(path) -n s", [])
    #expect(check.code == 0 && check.errors.isEmpty, "\(check.errors)")
  }

  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/bin/bash"), "bash is not installed"))
  func bashCompletesModelsAndPipelines() throws {
    func completions(_ line: String) throws -> [String] {
      let script = """
        shopt -s extglob
        mkdir -p bin && ln -sf "$0" bin/vision && PATH="$PWD/bin:$PATH"
        source <(vision --generate-completion-script bash)
        COMP_LINE='\(line)' COMP_POINT=${#COMP_LINE} COMP_TYPE=9
        read -r -a COMP_WORDS <<< "$COMP_LINE"
        [[ $COMP_LINE == *' ' ]] && COMP_WORDS+=('')
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        $(complete -p vision | sed 's/.*-F \\([^ ]*\\).*/\\1/') vision "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
        printf '%s\\n' "${COMPREPLY[@]}"
        """
      let run = try Program.shell("exec /bin/bash -c \"$1\" \"$0\"", [script])
      return run.lines.map { $0.trimmingCharacters(in: .whitespaces) }
    }
    #expect(try completions("vision det") == ["detect"])
    #expect(try completions("vision detect a.jpg --model yolox_n") == ["yolox_nano"])
    #expect(try completions("vision classify a.jpg --model fcn").filter { !$0.isEmpty } == [])
    #expect(try completions("vision run count") == ["count-objects"])
    #expect(try completions("vision train train-l") == ["train-lenet"])
  }
}
