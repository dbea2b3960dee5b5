import Configuration
import Imaging
import Support

/// Begins a stream with picture files: `read: photos/`.
public struct ReadStage: SourceStage {
  static let names = Setting<[String]>.texts(
    "inputs", nil, "Files, folders (their pictures, recursively), globs, @list.txt, or - for standard input.")

  /// Its declaration.
  public static let declaration = StageDeclaration(
    "read", "Begins with picture files.", settings: [names.declaration], main: "inputs", effect: .begins,
    gives: [.file])

  private let inputs: InputList

  /// Finds the files.
  public init(_ settings: SettingValues, _ context: StageContext) throws {
    inputs = InputExpansion.list(settings[Self.names])
  }

  /// Files that are not there, where none at all would be left.
  public static func faults(_ settings: SettingValues, _ context: CheckContext) -> [ConfigurationFault] {
    let names = settings[Self.names]
    guard let node = settings.written("inputs") else { return [] }
    if names.isEmpty { return [ConfigurationFault(node.position, "inputs is an empty list; name files or folders")] }
    let nodes = node.elements ?? [node]
    let missing = zip(names, nodes).filter { name, _ in
      !name.isEmpty && name != "-" && !name.contains { "*?[".contains($0) } && FileIdentity(path: name) == nil
        && !(name.hasPrefix("@") && FileIdentity(path: String(name.dropFirst())) != nil)
    }
    // Some that are missing are reported as they come up, and the others are done.
    guard missing.count == names.count else { return [] }
    return missing.map { ConfigurationFault($1.position, "there is no file or folder '\($0)'") }
  }

  /// How many files there are.
  public var count: Int { inputs.count }
  /// The file's path.
  public func name(at index: Int) -> String { inputs.name(at: index) }
  /// The file.
  public func input(at index: Int) -> ImageInput? { try? inputs[index].get() }

  /// The file, to be decoded.
  public func item(at index: Int) throws -> Item {
    let input = try inputs[index].get()
    var item = Item(name: input.name, input: input, index: index)
    item.load = { limits in Sample(image: try input.decode(limits: limits)) }
    return item
  }
}
