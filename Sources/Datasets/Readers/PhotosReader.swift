import Support

/// All pictures of a source, of which nothing is known, in the order of their paths' bytes.
enum PhotosReader {
  static func read(_ source: any FileSource) -> FileDataset {
    var store = RecordStore()
    let pictures = source.files.filter(FileKind.isPicture)
    store.entries = pictures.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map {
      RecordStore.Entry(image: $0, split: nil)
    }
    return FileDataset(source: source, format: .photos, classes: [], store: store, faults: [])
  }
}
