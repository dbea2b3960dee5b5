import NeuralNetwork
import TensorCore

/// A network described by a darknet `.cfg` file. `[N, C, H, W]` (RGB, 0 to 1 for the published detectors) -> one output a head,
/// named `yolo_INDEX` or `region_INDEX` by its section (see `DarknetHead`), or `output` where the network has none.
///
/// Sections count from 0 after `[net]`, as darknet counts them. Parameters are named as PyTorch's ports of darknet name them:
/// `module_list.INDEX.Conv2d.weight`, `module_list.INDEX.BatchNorm2d.running_mean`.
public struct DarknetNetwork: Network {
  /// One section.
  enum Step: Sendable {
    case layer(any DarknetLayer)
    case head(DarknetHead)
  }

  /// The input that the configuration asks for: channels, height, width.
  public let inputShape: [Int]
  let steps: [Step]
  /// The parameters in the order of the `.weights` file, with the section's index.
  let stored: [(section: Int, parameter: Parameter)]
  /// The last section that reads a section's output: after it the output is let go.
  private let lastUse: [Int: Int]

  init(inputShape: [Int], steps: [Step], stored: [(section: Int, parameter: Parameter)]) {
    self.inputShape = inputShape
    self.steps = steps
    self.stored = stored
    var lastUse: [Int: Int] = [:]
    for (index, step) in steps.enumerated() {
      guard case .layer(let layer) = step else { continue }
      for source in layer.sources { lastUse[source] = index }
    }
    self.lastUse = lastUse
  }

  /// The heads with the indices of their sections.
  var heads: [(section: Int, head: DarknetHead)] {
    steps.enumerated().compactMap { index, step in
      guard case .head(let head) = step else { return nil }
      return (index, head)
    }
  }

  /// Classes of the heads; 0 without one.
  public var classCount: Int { heads.first?.head.classes ?? 0 }

  /// Runs the network. Other sizes than the configuration's are fine where all sections can take them.
  public func outputs(for input: Tensor) throws(ShapeError) -> [NamedTensor] {
    guard input.rank == 4, input.shape[1] == inputShape[0] else {
      throw ShapeError(.shape, "darknet", "the input is \(input.shape); expected [N, \(inputShape[0]), H, W]")
    }
    var kept: [Int: Tensor] = [:]
    var found: [NamedTensor] = []
    var x = input
    for (index, step) in steps.enumerated() {
      switch step {
      case .layer(let layer):
        do { x = try layer(x, earlier: kept) } catch { throw error.inLayer("module_list.\(index)") }
        for source in layer.sources where lastUse[source] == index { kept[source] = nil }
      case .head(let head):
        do {
          found.append(
            NamedTensor(
              "\(head.kind.rawValue)_\(index)", try head(x, inputWidth: input.shape[3], inputHeight: input.shape[2])))
        } catch { throw error.inLayer("module_list.\(index)") }
      }
      if let last = lastUse[index], last > index { kept[index] = x }
    }
    return found.isEmpty ? [NamedTensor("output", x)] : found
  }
}
