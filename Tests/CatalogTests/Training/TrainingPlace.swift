import Catalog
import Checkpoints
import Foundation
import Imaging
import Support
import TensorCore
import TestSupport
import Testing
import Training

/// A folder for whole training runs, which goes away with the test.
final class TrainingPlace {
  let path: String
  /// Loads no weights from anywhere.
  let loader = ModelLoader(locator: WeightsLocator(home: .builtIn, cache: nil, isOffline: true)) { manifest in
    throw CatalogError.incomplete(file: manifest.id, problem: "not here")
  }

  /// The project's own folder, and a loader of the weights that come with it.
  static let root = "/" + URL(fileURLWithPath: #filePath).pathComponents.dropFirst().dropLast(4).joined(separator: "/")
  static let atHome = ModelLoader(
    locator: WeightsLocator(home: WeightsHome(path: root), cache: nil, isOffline: true)
  ) { _ in }

  init() throws {
    path = NSTemporaryDirectory() + "training-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }
  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// A run in `folder` and what it told of the data.
  func train(
    _ recipe: TrainingRecipe, in folder: String, loader: ModelLoader? = nil, resume: Bool = false,
    stopAfter steps: Int = .max, hearing: @escaping (TrainingEvent) -> Void = { _ in }
  ) throws -> (result: TrainingResult, notes: [String]) {
    let folder = RunFolder(path: folder)
    let session = try TrainingSession(recipe, loader: loader ?? self.loader, folder: folder, resume: resume)
    try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
    var done = 0, notes: [String] = []
    let result = try session.run(isCancelled: { done >= steps }) { event in
      hearing(event)
      switch event {
      case .step: done += 1
      case .note(let text): notes.append(text)
      default: break
      }
    }
    return (result, notes)
  }

  /// Runs `recipe` undisturbed into `whole`, and stopped after `steps` into `broken`, which then goes on, on one thread: the weights
  /// must be the same.
  func expectSameBits(
    _ recipe: TrainingRecipe, stoppedAfter steps: Int, loader: ModelLoader? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> TrainingResult {
    let whole = try train(recipe, in: path + "/whole", loader: loader).result
    let first = try train(recipe, in: path + "/broken", loader: loader, stopAfter: steps).result
    #expect(first.wasInterrupted, sourceLocation: sourceLocation)
    let folder = RunFolder(path: path + "/broken")
    _ = try OneThread.run {
      try train(TrainingSession.recipe(ofRun: folder), in: folder.path, loader: loader, resume: true)
    }
    for file in ["last.safetensors", "best.safetensors"] {
      let same = try bytes(path + "/whole/" + file) == bytes(folder.path + "/" + file)
      #expect(same, "\(file)", sourceLocation: sourceLocation)
    }
    return whole
  }

  /// A file of the folder by its name, and the folders above it.
  func write(_ name: String, _ bytes: [UInt8]) throws {
    let file = URL(fileURLWithPath: path + "/" + name)
    try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
  }

  /// The bytes of a file.
  func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

  /// The tensors of a weights file.
  func values(_ path: String) throws -> [String: [Float]] {
    let file = try StateDictionary.read(path: path)
    var result: [String: [Float]] = [:]
    for name in file.names { result[name] = try file.tensor(name).cast(to: .float32).floats() }
    return result
  }
}
