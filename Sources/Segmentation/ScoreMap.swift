import Imaging
import Support
import TensorCore

/// The scores of one picture's pixels, `[classes, h, w]`, spread over the network's input.
struct ScoreMap {
  private let scores: Tensor
  private let classes: Int, height: Int, width: Int
  private let inputHeight: Int, inputWidth: Int

  /// The scores `[N, classes, h, w]` of image `index`. Throws where there are more classes than a byte numbers, or none.
  init(_ scores: Tensor, image index: Int, inputHeight: Int, inputWidth: Int) throws(ShapeError) {
    guard scores.rank == 4, (1...256).contains(scores.shape[1]), scores.shape[2] > 0, scores.shape[3] > 0 else {
      throw ShapeError(.shape, "segment", "scores of shape \(scores.shape); expected [N, 1 to 256 classes, h, w]")
    }
    self.scores = try scores.select(axis: 0, index: index)
    (classes, height, width) = (scores.shape[1], scores.shape[2], scores.shape[3])
    (self.inputHeight, self.inputWidth) = (inputHeight, inputWidth)
  }

  /// The best class of every pixel of the original: scores are interpolated bilinearly, as `torch.nn.functional.interpolate`
  /// does, a few rows at a time, so that the scores at full size never exist. Where the contract cropped the picture the
  /// nearest scores stand in. The first of equal scores wins.
  func classMap(_ placement: Placement) throws -> ClassMap {
    let rows = Self.taps(
      placement.originalHeight, scale: placement.scaleY, offset: placement.offsetY, among: height, of: inputHeight)
    let columns = Self.taps(
      placement.originalWidth, scale: placement.scaleX, offset: placement.offsetX, among: width, of: inputWidth)
    let size = placement.originalSize
    let chunk = max(1, (1 << 17) / max(size.width, 1))
    let found = [UInt8](unsafeUninitializedCapacity: size.width * size.height) { found, count in
      count = size.width * size.height
      guard let target = found.baseAddress else { return }
      scores.withUnsafeBytes { bytes in
        let values = bytes.bindMemory(to: Float.self)
        ThreadPool.shared.run(chunks: (size.height + chunk - 1) / chunk) { index in
          fill(index * chunk..<min((index + 1) * chunk, size.height), values, rows, columns, target)
        }
      }
    }
    return try ClassMap(width: size.width, height: size.height, classes: found)
  }

  /// The two elements that a pixel lies between, and the share of the second.
  private struct Tap {
    let first: Int, second: Int, share: Float
  }

  private static func taps(_ count: Int, scale: Float, offset: Float, among elements: Int, of side: Int) -> [Tap] {
    let ratio = Float(elements) / Float(max(side, 1))
    return (0..<count).map { pixel in
      let place = ((Float(pixel) + 0.5) * scale + offset) * ratio - 0.5
      let inside = min(max(place, 0), Float(elements - 1))
      let first = Int(inside)
      return Tap(first: first, second: min(first + 1, elements - 1), share: inside - Float(first))
    }
  }

  private func fill(
    _ range: Range<Int>, _ values: UnsafeBufferPointer<Float>, _ rows: [Tap], _ columns: [Tap],
    _ target: UnsafeMutablePointer<UInt8>
  ) {
    let wide = columns.count
    // With one class the other one's score is 0.
    let start = classes == 1 ? Float(0) : -.infinity
    var best = [Float](repeating: start, count: wide)
    var line = [Float](repeating: 0, count: width)
    best.withUnsafeMutableBufferPointer { best in
      line.withUnsafeMutableBufferPointer { line in
        columns.withUnsafeBufferPointer { columns in
          for y in range {
            let found = target + y * wide
            for x in 0..<wide {
              best[x] = start
              found[x] = 0
            }
            let row = rows[y]
            for index in 0..<classes {
              let number = UInt8(classes == 1 ? 1 : index)
              let upper = (index * height + row.first) * width, lower = (index * height + row.second) * width
              for x in 0..<width {
                line[x] = values[upper + x] * (1 - row.share) + values[lower + x] * row.share
              }
              for x in 0..<wide {
                let tap = columns[x]
                let score = line[tap.first] * (1 - tap.share) + line[tap.second] * tap.share
                if score > best[x] {
                  best[x] = score
                  found[x] = number
                }
              }
            }
          }
        }
      }
    }
  }
}
