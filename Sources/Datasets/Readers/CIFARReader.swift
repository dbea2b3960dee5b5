import Support

/// CIFAR-10's and CIFAR-100's binary batches (Krizhevsky 2009): one or two label bytes and 3,072 bytes of planes a picture.
enum CIFARReader {
  private static let pixels = 3072

  static func isBatch(_ file: String) -> Bool {
    guard file.utf8.ends(with: ".bin") else { return false }
    let name = Path.name(of: file)
    if name.hasPrefix("data_batch") || name.hasPrefix("test_batch") { return name.hasSuffix(".bin") }
    return (name == "train.bin" || name == "test.bin") && file.contains("cifar")
  }

  static func read(_ source: any FileSource) throws(DatasetError) -> PackedDataset {
    let files = source.files.filter { isBatch($0) || FileKind.ending($0) == "bin" }
    guard !files.isEmpty else { throw .missing(file: source.path, fault: "there are no CIFAR batches (.bin)") }
    // CIFAR-100 has a coarse label before the fine one.
    let isHundred = files.contains { ["train.bin", "test.bin"].contains(Path.name(of: $0)) }
    let stride = isHundred ? pixels + 2 : pixels + 1
    var parts: [PackedDataset.Part] = []
    var largest = isHundred ? 99 : 9
    for path in files {
      let bytes = try source.read(path)
      guard bytes.count > 0, bytes.count.isMultiple(of: stride) else {
        throw .damaged(
          file: source.name(of: path), fault: "\(bytes.count) bytes are no whole number of pictures of \(stride) bytes")
      }
      let labels = bytes.withBytes { bytes in
        (0..<bytes.count / stride).map { Int32(bytes[$0 * stride + (isHundred ? 1 : 0)]) }
      }
      largest = max(largest, Int(labels.max() ?? 0))
      let split = Path.name(of: path).hasPrefix("test") ? "test" : "train"
      parts.append(
        PackedDataset.Part(
          file: path, split: split, bytes: bytes, start: stride - pixels, stride: stride, labels: labels))
    }
    let meta = isHundred ? "fine_label_names.txt" : "batches.meta.txt"
    var names: [String] = []
    if let file = source.files.first(where: { Path.name(of: $0) == meta }) {
      names = try source.read(file).text.split(whereSeparator: \.isNewline).map(String.init)
    } else if !isHundred {
      names = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
    }
    for label in names.count..<max(largest + 1, names.count) { names.append("class \(label)") }
    return PackedDataset(
      path: source.path, format: .cifar, classes: names, parts: parts, width: 32, height: 32, channels: 3)
  }
}
