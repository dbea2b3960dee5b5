import ArgumentParser
import Catalog
import Checkpoints
import Downloads
import Imaging
import Models
import NeuralNetwork
import Support

/// `vision models show`.
struct ShowModel: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "What is known of one model.",
    discussion: """
      Parameters and multiply-adds are counted from the network itself, at its usual input size or that of --input-size.

      EXAMPLES
        vision models show resnet50
        vision models show resnet50_imagenet1k_v1
        vision models show yolox_s --layers --input-size 416x416
      """)

  @Argument(help: "An id of 'vision models list'.", completion: .models()) var id: String
  @Flag(help: "A table of the network's layers: shape, parameters, multiply-adds.") var layers = false
  @Option(help: ArgumentHelp("The input's size of the counts (default: the model's usual one).", valueName: "WxH"))
  var inputSize: String?
  @OptionGroup var common: CommonOptions

  func validate() throws { if let inputSize { _ = try PixelSize(text: inputSize) } }

  func run() throws {
    common.apply()
    let size = try inputSize.map(PixelSize.init(text:)).map { ImageSize(width: $0.width, height: $0.height) }
    let library = WeightsLibrary()
    let card = try ModelCard(id, library: library, inputSize: size)
    var facts = card.facts
    if let manifest = card.manifest { facts += library.card(manifest).filter { !["id", "model"].contains($0.name) } }
    guard common.json else {
      for fact in facts { Console.shared.result("\(fact.name): \(fact.value)") }
      if layers { try LayerTable(card.requiredCost()).lines.forEach(Console.shared.result) }
      return
    }
    var object = Self.json(facts)
    if layers { object.append(("layers", .array(try card.requiredCost().rows.map(LayerTable.json)))) }
    Console.shared.result(JSONValue.object(object).text)
  }

  /// Facts by name; those that a model may have several of are lists.
  private static func json(_ facts: [(name: String, value: String)]) -> [(String, JSONValue)] {
    var names: [String] = []
    for fact in facts where !names.contains(fact.name) { names.append(fact.name) }
    return names.map { name in
      let values = facts.filter { $0.name == name }.map { JSONValue.string($0.value) }
      return (name, ["published", "file"].contains(name) || values.count > 1 ? .array(values) : values[0])
    }
  }
}

/// A network's layers as a table.
struct LayerTable {
  /// The table's lines: a heading, the layers, the sums.
  let lines: [String]

  init(_ cost: NetworkCost) {
    var table = [["layer", "operations", "output", "parameters", "multiply-adds"]]
    for row in cost.rows {
      table.append([
        row.layer.isEmpty ? "-" : row.layer, row.operations.joined(separator: "+"),
        row.output.map { "\($0)" }.joined(separator: "x"), "\(row.parameters)", "\(row.multiplyAdds)",
      ])
    }
    let parameters = cost.rows.reduce(0) { $0 + $1.parameters }
    table.append(["sum", "", "", "\(parameters)", "\(cost.multiplyAdds)"])
    let widths = (0..<5).map { column in table.reduce(0) { max($0, $1[column].count) } }
    lines = table.map { row in
      row.enumerated().map { column, text in
        let space = String(repeating: " ", count: widths[column] - text.count)
        return column < 3 ? text + space : space + text
      }.joined(separator: "  ")
    }
  }

  static func json(_ row: NetworkCost.Row) -> JSONValue {
    .object([
      ("layer", .string(row.layer)), ("operations", .array(row.operations.map(JSONValue.string))),
      ("output", .array(row.output.map(JSONValue.int))), ("parameters", .int(row.parameters)),
      ("multiply_adds", .int(row.multiplyAdds)),
    ])
  }
}
