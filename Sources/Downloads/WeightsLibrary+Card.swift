import Checkpoints

extension WeightsLibrary {
  /// What is known of a model's weights, as lines of text: name, value.
  public func card(_ manifest: Manifest) -> [(name: String, value: String)] {
    var lines: [(name: String, value: String)] = [
      ("id", manifest.id), ("model", manifest.model), ("task", manifest.task), ("format", manifest.format.rawValue),
      ("licence", manifest.licence), ("source", manifest.source), ("paper", manifest.paper),
    ]
    for metric in manifest.metrics {
      let note = metric.note.map { " (\($0))" } ?? ""
      lines.append(("published", "\(metric.name) \(metric.value) on \(metric.data)\(note)"))
    }
    for file in manifest.files { lines.append(("file", describe(file))) }
    if let note = manifest.note { lines.append(("note", note)) }
    return lines
  }

  private func describe(_ file: WeightFile) -> String {
    var text = file.name
    if let bytes = file.bytes {
      text += ", \(byteText(bytes))"
    } else if let bytes = file.approximateBytes {
      text += ", about \(byteText(bytes))"
    }
    if let hash = file.sha256 {
      text += ", sha256 \(hash)"
    } else if let prefix = file.sha256Prefix {
      text += ", sha256 \(prefix)..."
    } else {
      text += ", no published hash (the first pull records it)"
    }
    let search = locator.search(for: file)
    if let found = search.found { return text + ", here: \(found.path)" }
    return text + ", not here" + (file.urls.first.map { ": \($0)" } ?? "")
  }
}
