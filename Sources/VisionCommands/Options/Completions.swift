import ArgumentParser
import Augmentation
import Catalog
import Checkpoints
import Models
import Support

/// What shells complete arguments with.
extension CompletionKind {
  /// Ids of the catalog's models, of one task or of all.
  static func models(_ task: ModelTask? = nil) -> CompletionKind {
    .custom { _, _, _ in modelNames(task) }
  }

  /// Picture files, and folders.
  static var images: CompletionKind { .file(extensions: ["jpg", "jpeg", "png", "JPG", "JPEG", "PNG"]) }

  /// Weights files.
  static var weights: CompletionKind { .file(extensions: ["safetensors", "pth", "pt", "weights", "model"]) }

  /// Pipelines that come along by their names, and recipes of training likewise.
  static func pipelines(isTraining: Bool = false) -> CompletionKind {
    .custom { _, _, prefix in
      // What looks like a path is one.
      let known = prefix.contains("/") ? [] : PipelineFiles.names(isTraining: isTraining)
      return known + yamlFiles(prefix)
    }
  }

  /// Recipes of augmentation by their names.
  static var recipes: CompletionKind { .custom { _, _, prefix in Recipe.names.sorted() + yamlFiles(prefix) } }

  /// The ids and short names of models.
  private static func modelNames(_ task: ModelTask?) -> [String] {
    let entries = Catalog.entries.filter { task == nil || $0.task == task }.map(\.id)
    return entries + Catalog.aliases.filter { entries.contains($0.value) }.map(\.key).sorted()
  }

  /// YAML files, and folders, that a path's beginning may become.
  private static func yamlFiles(_ prefix: String) -> [String] {
    let folder = prefix.hasSuffix("/") ? String(prefix.dropLast()) : Path.parent(of: prefix)
    let names = (try? Folder.names(in: folder.isEmpty ? "." : folder)) ?? []
    return names.filter { !$0.hasPrefix(".") }.compactMap { name in
      let path = folder.isEmpty ? name : Path.join(folder, name)
      if Folder.exists(path) { return path + "/" }
      return [".yaml", ".yml"].contains(where: name.hasSuffix) ? path : nil
    }
  }
}
