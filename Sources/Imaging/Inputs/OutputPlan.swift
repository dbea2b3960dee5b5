import Support

/// Where the pictures of a run go: `-o` names a folder when there are several inputs, else a file or a folder.
public struct OutputPlan: Sendable {
  /// The folder that results are written into; empty for the working directory.
  public let folder: String
  /// The one file that was asked for by name.
  public let file: String?
  private let task: String
  /// Hashes of the names that were given: eight bytes each where names would take a hundred.
  private var used: Set<UInt64> = []
  private let inputs: @Sendable () -> [ImageInput]
  /// The inputs' files, looked up when the first output meets an existing file.
  private var inputFiles: Set<FileIdentity>?

  /// A plan. `output` names a file where there is one input and the name ends like an image's and is no folder; else a
  /// folder, which is made. `task` is appended to names that would collide. Throws `FileError.unwritable`.
  public init(output: String, inputs: [ImageInput], task: String) throws(FileError) {
    try self.init(output: output, count: inputs.count, task: task) { inputs }
  }

  /// The same for `count` inputs that are listed when they are asked for.
  public init(
    output: String, count: Int, task: String, inputs: @escaping @Sendable () -> [ImageInput]
  ) throws(FileError) {
    let lowered = output.lowercased()
    let looksLikeFile = [".jpg", ".jpeg", ".png"].contains(where: lowered.hasSuffix)
    let isFile = count == 1 && looksLikeFile && !Folder.exists(output)
    if count == 1, let other = Self.otherPicture(lowered), !Folder.exists(output) {
      throw .unwritable(
        path: output, reason: "\(other) pictures are not written; name a .png or .jpg file, or a folder")
    }
    file = isFile ? output : nil
    folder = isFile ? Path.parent(of: output) : output
    self.task = task
    self.inputs = inputs
    if !folder.isEmpty { try Folder.create(folder) }
    if let file, isInput(file) {
      throw .unwritable(path: file, reason: "it is one of the inputs, which are never changed; name another file")
    }
  }

  /// The path for a picture made of `input`, unlike every other of this run and unlike every input. Extension without a dot.
  public mutating func path(for input: ImageInput, extension suffix: String) -> String {
    if let file { return file }
    var candidate = Path.join(folder, "\(input.stem).\(suffix)")
    var number = 1
    while used.contains(Self.hash(candidate)) || isInput(candidate) {
      candidate = Path.join(folder, "\(input.stem)-\(task)\(number > 1 ? "-\(number)" : "").\(suffix)")
      number += 1
    }
    used.insert(Self.hash(candidate))
    return candidate
  }

  /// The path for a second file about the same input, such as `photo-mask.png` beside `photo.jpg`.
  public mutating func path(beside other: String, part: String, extension suffix: String) -> String {
    used.insert(Self.hash(other))
    let base = Path.join(Path.parent(of: other), Path.stem(of: other) + "-" + part)
    var candidate = "\(base).\(suffix)"
    var number = 2
    while used.contains(Self.hash(candidate)) || isInput(candidate) {
      candidate = "\(base)-\(number).\(suffix)"
      number += 1
    }
    used.insert(Self.hash(candidate))
    return candidate
  }

  /// The extension of a kind of picture that is not written; a folder of such a name would surprise.
  private static func otherPicture(_ name: String) -> String? {
    [".webp", ".gif", ".bmp", ".tif", ".tiff", ".avif", ".heic", ".jxl", ".ppm"].first(where: name.hasSuffix)
  }

  /// FNV-1a: the same in every run.
  private static func hash(_ text: String) -> UInt64 {
    text.utf8.reduce(14_695_981_039_346_656_037) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
  }

  private mutating func isInput(_ path: String) -> Bool {
    guard let identity = FileIdentity(path: path) else { return false }
    let known = inputFiles ?? Set(inputs().compactMap { FileIdentity(path: $0.name) })
    inputFiles = known
    return known.contains(identity)
  }
}
