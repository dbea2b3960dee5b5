import CKernels
import Synchronization
import TensorCore

/// Convolutions that follow each other, computed a few rows of an image at a time. Rows that the next band sees, too, stay where
/// the one who goes on with it has them; who begins with a band computes them again, so results are the same either way.
struct Bands: Sendable {
  enum Kernel: String, Sendable {
    case direct, depthwise
    case rounded = "direct bf16"
  }

  /// One of the convolutions. An object, as all threads take it for each band: a copy would count all that it refers to.
  final class Stage: Sendable {
    let shape: ConvolutionShape
    /// From a pixel of its input to the next: more than its channels where it reads a slice.
    let inPixel: Int
    let kernel: Kernel
    let weights: Lowering.WeightSource
    /// From an image's weights to the next's, where each has its own.
    let weightStep: Int
    let end: Lowering.Finish
    let isRoundedIn: Bool, isRoundedOut: Bool

    init(
      shape: ConvolutionShape, inPixel: Int, kernel: Kernel, weights: Lowering.WeightSource, weightStep: Int,
      end: Lowering.Finish, isRoundedIn: Bool, isRoundedOut: Bool
    ) {
      (self.shape, self.inPixel, self.kernel) = (shape, inPixel, kernel)
      (self.weights, self.weightStep, self.end) = (weights, weightStep, end)
      (self.isRoundedIn, self.isRoundedOut) = (isRoundedIn, isRoundedOut)
    }

    /// Floats that an image's row of its output takes.
    var rowFloats: Int { shape.to.width * shape.to.channels / (isRoundedOut ? 2 : 1) }
  }

  /// The averages of the last one's channels, and where those of each band lie before they are joined.
  struct Pool: Sendable {
    let sums: Place, target: Place
  }

  private let stages: [Stage]
  /// How many bands an image has, and the output rows of each stage in each: `rows[band * stages.count + stage]`.
  let count: Int
  private let rows: [Range<Int>]
  /// Where a stage's rows lie in a workspace, for all but the last; then, what the kernels work in.
  private let offsets: [Int]
  /// Floats of a workspace.
  let floats: Int

  /// Rows of all stages that a core's second-level cache holds beside weights and what is read and written.
  private static let bandFloats = 96 << 10
  /// Bands that keep some threads busy to the end, if each still has two rows.
  private static let fewest = 8

  init(_ stages: [Stage]) {
    self.stages = stages
    let height = stages[stages.count - 1].shape.to.height
    func rows(_ band: Int, _ count: Int) -> [Range<Int>] {
      var rows = [height * band / count..<height * (band + 1) / count]
      for stage in stages.dropFirst().reversed() { rows.insert(stage.shape.rows(seenBy: rows[0]), at: 0) }
      return rows
    }
    func taken(_ rows: [Range<Int>]) -> Int {
      zip(stages, rows).dropLast().reduce(0) { $0 + $1.0.rowFloats * $1.1.count }
    }
    // The fewest whose rows fit; a middle one sees most.
    var count = min(Self.fewest, max(height / 2, 1))
    while count < height, taken(rows(count / 2, count)) > Self.bandFloats { count += 1 }
    self.count = count
    let all = (0..<count).map { rows($0, count) }
    self.rows = all.flatMap { $0 }
    var offsets: [Int] = [], end = 0
    for (index, stage) in stages.dropLast().enumerated() {
      offsets.append(end)
      let most = all.reduce(0) { max($0, $1[index].count) }
      // A vector may be read beyond the last channel.
      end = (end + stage.rowFloats * most + 47) / 16 * 16
    }
    self.offsets = offsets + [end]
    let work = stages.enumerated().reduce(0) { most, stage in
      let rows = all.reduce(0) { max($0, $1[stage.offset].count) }
      return max(most, stage.element.workspace(rows: rows))
    }
    floats = (end + work + 15) / 16 * 16
  }

  var name: String { stages.map(\.kernel.rawValue).joined(separator: " + ") }

  /// `space` holds a workspace for each thread.
  func run(_ frame: Frame, _ source: Place, _ target: Place, _ pool: Pool?, _ space: Place) {
    let first = stages[0].shape.from, last = stages[stages.count - 1].shape.to
    let input = vk_map(frame.pointer(source), source, first), output = vk_map(frame.pointer(target), target, last)
    let works = stages.map { Work($0, frame) }
    let products = stages.reduce(0) { $0 + $1.shape.products }
    frame.successive(last.batch * count, workspace: floats, at: frame.floats(space), work: products) {
      tile, space, continues in
      let image = tile / count, band = tile % count, continues = continues && band > 0
      var given = Lines(input, image: image, isRounded: stages[0].isRoundedIn)
      for index in stages.indices {
        let stage = stages[index]
        var fresh = rows[band * stages.count + index]
        let isLast = index == stages.count - 1
        let taken =
          isLast
          ? Lines(output, image: image, isRounded: stage.isRoundedOut)
          : Lines(stage, at: space + offsets[index], first: fresh.lowerBound)
        if continues, !isLast {
          let before = rows[(band - 1) * stages.count + index]
          taken.keep(before, as: fresh)
          fresh = min(max(before.upperBound, fresh.lowerBound), fresh.upperBound)..<fresh.upperBound
        }
        if !fresh.isEmpty {
          works[index].run(stage, image, fresh, given, taken, space + offsets[stages.count - 1])
        }
        given = taken
      }
      if let pool {
        let sums = frame.floats(pool.sums) + tile * last.channels
        average(given, rows[(band + 1) * stages.count - 1], into: sums)
      }
    }
    if let pool { join(frame.floats(pool.sums), into: frame.floats(pool.target)) }
  }

  /// The averages of a band's channels.
  private func average(_ lines: Lines, _ rows: Range<Int>, into averages: UnsafeMutablePointer<Float>) {
    let to = stages[stages.count - 1].shape.to
    var pool = vk_map_pool()
    (pool.kind, pool.batch, pool.channels) = (VK_POOL_ADAPTIVE, 1, to.channels)
    (pool.in_h, pool.in_w, pool.out_h, pool.out_w) = (rows.count, to.width, 1, 1)
    pool.in = lines.from(rows.lowerBound)
    pool.out = vk_map_of(averages, 1, 1, to.channels)
    vk_map_pool_run(KernelISA.current, &pool, 0, vk_map_pool_tiles(&pool))
  }

  /// Those of all bands, each weighed by its rows.
  private func join(_ averages: UnsafePointer<Float>, into pooled: UnsafeMutablePointer<Float>) {
    let to = stages[stages.count - 1].shape.to, channels = to.channels
    for image in 0..<to.batch {
      let sum = pooled + image * channels
      sum.update(repeating: 0, count: channels)
      for band in 0..<count {
        let share = Float(rows[(band + 1) * stages.count - 1].count) / Float(to.height)
        let part = averages + (image * count + band) * channels
        for channel in 0..<channels { sum[channel] += part[channel] * share }
      }
    }
  }
}

/// Where rows of an image lie.
private struct Lines {
  /// The first of them that is there, in the image.
  private let first: Int
  private let map: vk_map
  private let bytes: Int

  init(_ map: vk_map, image: Int, isRounded: Bool) {
    self.map = map.advanced(by: image * map.image, isRounded: isRounded)
    first = 0
    bytes = isRounded ? 2 : 4
  }

  init(_ stage: Bands.Stage, at data: UnsafeMutablePointer<Float>, first: Int) {
    map = vk_map_of(data, 1, stage.shape.to.width, stage.shape.to.channels)
    self.first = first
    bytes = stage.isRoundedOut ? 2 : 4
  }

  /// From this row on.
  func from(_ row: Int) -> vk_map { map.advanced(by: (row - first) * map.row, isRounded: bytes == 2) }

  /// Moves what is wanted of rows `before` to where it belongs among rows `now`.
  func keep(_ before: Range<Int>, as now: Range<Int>) {
    let rows = before.clamped(to: now)
    guard !rows.isEmpty, before.lowerBound < now.lowerBound, let data = map.data else { return }
    let line = map.row * bytes, raw = UnsafeMutableRawPointer(data)
    raw.copyMemory(from: raw + (rows.lowerBound - before.lowerBound) * line, byteCount: rows.count * line)
  }
}

extension vk_map {
  /// So many elements further on.
  func advanced(by elements: Int, isRounded: Bool) -> vk_map {
    var map = self
    map.data = data.map {
      (UnsafeMutableRawPointer($0) + elements * (isRounded ? 2 : 4)).assumingMemoryBound(to: Float.self)
    }
    return map
  }
}

/// A stage in one run.
private enum Work {
  case direct(vk_bf16_conv, isRounded: Bool)
  case depthwise(vk_channelwise, isRoundedIn: Bool, isRoundedOut: Bool)

  init(_ stage: Bands.Stage, _ frame: Frame) {
    self.init(stage, stage.weights.pointer(frame), stage.end.epilogue(frame, stage.shape.to))
  }

  init(_ stage: Bands.Stage, _ weights: UnsafePointer<Float>?, _ epilogue: vk_epilogue) {
    let shape = stage.shape
    // Rows touch each other where they lie in a workspace, and so does what is said of them where nothing lies yet.
    let from = vk_map_of(nil, shape.from.height, shape.from.width, stage.inPixel)
    let to = vk_map_of(nil, shape.to.height, shape.to.width, shape.to.channels)
    switch stage.kernel {
    case .depthwise:
      self = .depthwise(
        shape.channelwise(from, to, weights, epilogue), isRoundedIn: stage.isRoundedIn, isRoundedOut: stage.isRoundedOut
      )
    case .direct, .rounded:
      self = .direct(
        vk_bf16_conv(
          conv: shape.work(from, to, weights, epilogue), rounded_out: stage.isRoundedOut,
          rounded_residual: stage.end.isRoundedResidual), isRounded: stage.kernel == .rounded)
    }
  }

  /// Computes output rows `rows` of an image.
  func run(
    _ stage: Bands.Stage, _ image: Int, _ rows: Range<Int>, _ given: Lines, _ taken: Lines,
    _ space: UnsafeMutablePointer<Float>
  ) {
    let shape = stage.shape, weightStep = stage.weightStep
    let seen = shape.rows(seenBy: rows), pad = shape.pads[0] + seen.lowerBound - rows.lowerBound * shape.stride[0]
    let input = given.from(seen.lowerBound), output = taken.from(rows.lowerBound)
    switch self {
    case .depthwise(var work, let isRoundedIn, let isRoundedOut):
      (work.batch, work.in_h, work.out_h, work.pad_top) = (1, seen.count, rows.count, pad)
      (work.in, work.out) = (input, output)
      work.weights += image * weightStep
      work.epilogue.residual = work.epilogue.residual.rows(from: rows.lowerBound, of: image, isRounded: false)
      if isRoundedIn || isRoundedOut {
        let isa = KernelISA.bf16
        vk_bf16_channelwise_run(isa, &work, isRoundedIn, isRoundedOut, 0, vk_channelwise_tiles(isa, &work))
      } else {
        let isa = KernelISA.current
        vk_channelwise_run(isa, &work, 0, vk_channelwise_tiles(isa, &work))
      }
    case .direct(var work, let isRounded):
      (work.conv.batch, work.conv.in_h, work.conv.out_h, work.conv.pad_top) = (1, seen.count, rows.count, pad)
      (work.conv.in, work.conv.out) = (input, output)
      work.conv.epilogue.residual = work.conv.epilogue.residual.rows(
        from: rows.lowerBound, of: image, isRounded: work.rounded_residual)
      if isRounded {
        let isa = KernelISA.bf16
        vk_bf16_conv_run(isa, &work, 0, vk_bf16_conv_tiles(isa, &work), space)
      } else {
        let isa = KernelISA.current
        vk_conv_run(isa, &work.conv, 0, vk_conv_tiles(isa, &work.conv), space)
      }
    }
  }
}

extension vk_map {
  /// A residual from a row of an image on.
  fileprivate func rows(from row: Int, of image: Int, isRounded: Bool) -> vk_map {
    advanced(by: image * self.image + row * self.row, isRounded: isRounded)
  }
}

extension Bands.Stage {
  /// Floats that a thread needs to compute up to so many rows.
  fileprivate func workspace(rows: Int) -> Int {
    guard kernel != .depthwise, case .direct(var work, _) = Work(self, nil, vk_epilogue()) else { return 0 }
    work.conv.batch = 1
    work.conv.epilogue.activation = end.activation.code
    var most = 0
    for rows in 1...max(rows, 1) {
      // Beside a border there is less to see; what is gathered is the same.
      work.conv.out_h = rows
      work.conv.in_h = shape.from.height
      most = max(
        most,
        kernel == .rounded
          ? vk_bf16_conv_workspace(KernelISA.bf16, &work) : vk_conv_workspace(KernelISA.current, &work.conv))
    }
    return most
  }
}

extension ConvolutionShape {
  /// Rows of the input that output rows see, of those that exist.
  func rows(seenBy rows: Range<Int>) -> Range<Int> {
    let first = rows.lowerBound * stride[0] - pads[0]
    let last = (rows.upperBound - 1) * stride[0] - pads[0] + (kernel[0] - 1) * dilation[0]
    let lower = min(max(first, 0), from.height)
    return lower..<max(lower, min(last + 1, from.height))
  }
}
