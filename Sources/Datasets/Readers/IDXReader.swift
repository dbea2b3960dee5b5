import Support

/// MNIST's files (LeCun et al. 1998): `*-images-idx3-ubyte` and `*-labels-idx1-ubyte`, also `.gz`.
enum IDXReader {
  /// Whether a file is one of pictures, by its name.
  static func isImages(_ file: String) -> Bool {
    ["idx3-ubyte", "idx3.ubyte"].contains { file.utf8.ends(with: $0) || file.utf8.ends(with: $0 + ".gz") }
  }

  static func read(_ source: any FileSource) throws(DatasetError) -> PackedDataset {
    var parts: [PackedDataset.Part] = []
    var size: (width: Int, height: Int)?
    var classCount = 10
    for path in source.files.filter(isImages) {
      let name = source.name(of: path)
      let (bytes, sides) = try load(source, path, dimensions: 3)
      if let size, size != (sides[2], sides[1]) {
        throw .inconsistent(
          file: name, fault: "pictures of \(sides[2])x\(sides[1]), others are \(size.width)x\(size.height)")
      }
      size = (sides[2], sides[1])
      let labels = try labels(source, path, count: sides[0])
      classCount = max(classCount, Int(labels.max() ?? 0) + 1)
      let file = Path.name(of: path).hasSuffix(".gz") ? Path.stem(of: path) : Path.name(of: path)
      let split = file.hasPrefix("t10k") ? "test" : SplitName.of(file.prefix { $0 != "-" }) ?? SplitName.ofPath(path)
      parts.append(
        PackedDataset.Part(
          file: path, split: split, bytes: bytes, start: 16, stride: sides[1] * sides[2], labels: labels))
    }
    guard let size else {
      throw .missing(file: source.path, fault: "there are no IDX files of pictures (names with 'images-idx3-ubyte')")
    }
    let names = (0..<classCount).map { "\($0)" }
    return PackedDataset(
      path: source.path, format: .idx, classes: names, parts: parts, width: size.width, height: size.height, channels: 1
    )
  }

  private static func labels(_ source: any FileSource, _ images: String, count: Int) throws(DatasetError) -> [Int32] {
    let stem = replace("images", in: replace("idx3", in: images, by: "idx1"), by: "labels")
    let candidates = stem.hasSuffix(".gz") ? [stem, String(stem.dropLast(3))] : [stem, stem + ".gz"]
    guard let path = candidates.first(where: source.contains) else {
      throw .missing(file: source.name(of: stem), fault: "the labels of these pictures are not there")
    }
    let (bytes, sides) = try load(source, path, dimensions: 1)
    guard sides[0] == count else {
      throw .inconsistent(file: source.name(of: path), fault: "\(sides[0]) labels for \(count) pictures")
    }
    return bytes.withBytes { bytes in bytes[8..<8 + count].map { Int32($0) } }
  }

  private static func replace(_ word: String, in path: String, by other: String) -> String {
    path.split(separator: word, omittingEmptySubsequences: false).joined(separator: other)
  }

  /// The file's bytes and its dimensions, checked against its length.
  private static func load(
    _ source: any FileSource, _ path: String, dimensions: Int
  ) throws(DatasetError) -> (FileBytes, [Int]) {
    let name = source.name(of: path)
    var file = try source.read(path)
    if file.withBytes({ $0.starts(with: [0x1F, 0x8B]) }) {
      switch file.withBytes({ Inflater.inflate($0, format: .gzip, limit: 4 << 30) }) {
      case .success(let array): file = FileBytes(array)
      case .failure(let fault): throw .damaged(file: name, fault: fault.text)
      }
    }
    let sides: [Int]? = file.withBytes { bytes in
      guard bytes.count >= 4 + 4 * dimensions, bytes[0] == 0, bytes[1] == 0, bytes[2] == 8, bytes[3] == dimensions
      else {
        return nil
      }
      return (0..<dimensions).map { axis in
        (0..<4).reduce(0) { $0 << 8 | Int(bytes[4 + axis * 4 + $1]) }
      }
    }
    guard let sides else {
      throw .damaged(
        file: name, fault: "not an IDX file of bytes in \(dimensions) dimension\(dimensions == 1 ? "" : "s")")
    }
    var total = 1
    for side in sides {
      let (product, overflow) = total.multipliedReportingOverflow(by: side)
      guard !overflow, side > 0 || dimensions == 1 else { throw .damaged(file: name, fault: "an IDX file of no size") }
      total = product
    }
    guard file.count - 4 - 4 * dimensions >= total else {
      throw .damaged(
        file: name, fault: "it should hold \(total) bytes and holds \(file.count - 4 - 4 * dimensions): it is cut short"
      )
    }
    return (file, sides)
  }
}
