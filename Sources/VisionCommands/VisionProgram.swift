import ArgumentParser
import Configuration
import Support

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The program: parses the arguments, runs the command, ends with its exit code.
public enum VisionProgram {
  /// Runs and never returns.
  public static func main(_ arguments: [String] = Array(CommandLine.arguments.dropFirst())) -> Never {
    Interruption.watch()
    let code = run(arguments), fault = Console.shared.outputFault
    KeptWeights.finish()
    // A reader that has seen enough is no fault; a full disk is.
    if let fault, fault != EPIPE {
      let error = FileError.unwritable(path: "standard output", reason: FileError.systemReason(fault))
      Console.shared.error(Failure(error))
      exit((code == .success ? .unwritableOutput : code).rawValue)
    }
    exit(code.rawValue)
  }

  private static func run(_ arguments: [String]) -> Support.ExitCode {
    do {
      var command = try VisionCommand.parseAsRoot(arguments)
      try command.run()
      return .success
    } catch let end as CommandEnd {
      return end.code
    } catch {
      let code = VisionCommand.exitCode(for: error)
      if code == .success {
        Console.shared.result(VisionCommand.fullMessage(for: error))
        return .success
      }
      if let error = error as? ConfigurationError {
        for fault in error.faults { Console.shared.line("error: \(fault.description)") }
        return error.exitCode
      }
      guard code == .validationFailure else {
        Console.shared.error(Failure(error))
        return Failure(error).exitCode
      }
      // The first line says what is wrong; how the command is used follows on the next ones.
      let message = VisionCommand.fullMessage(for: error)
      Console.shared.line(message.hasPrefix("Error: ") ? "error: " + message.dropFirst(7) : message)
      return .usage
    }
  }
}

/// The command itself: a name for each thing it can do.
struct VisionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "vision",
    abstract: "Computer vision from end to end: photos in, objects, pixels and pictures out.",
    discussion: """
      EXAMPLES
        vision detect photo.jpg
        vision detect photos/ --model yolox_s --json > objects.jsonl
        vision convert scan.png -o out --size 640x480 --format jpeg
        vision models list

      Completion of commands, options and models' names in bash (zsh and fish likewise):
        eval "$(vision --generate-completion-script bash)"
      """,
    version: "vision \(VisionVersion.current)",
    subcommands: [
      ClassifyCommand.self, EmbedCommand.self, ExplainCommand.self, DetectCommand.self, SegmentCommand.self,
      StyleTransferCommand.self, ConvertCommand.self, AugmentCommand.self, RunCommand.self, InferCommand.self,
      TrainCommand.self, FinetuneCommand.self, EvaluateCommand.self, BenchmarkCommand.self, DatasetsCommand.self,
      RunsCommand.self, ModelsCommand.self, DoctorCommand.self, ManualCommand.self,
    ])
}

/// The version of this program.
enum VisionVersion {
  static let current = "0.1.0"
}

/// Ends a command whose errors have been told already.
struct CommandEnd: Error {
  let code: Support.ExitCode
}
