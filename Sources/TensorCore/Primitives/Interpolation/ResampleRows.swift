import CKernels

/// Makes rows of resized planes by tables of taps. Rows are counted through all planes.
struct ResampleRows {
  let vertical: ResampleTable
  let horizontal: ResampleTable
  let height: Int
  let width: Int

  /// Nearest: picks elements; a row like the one before is copied.
  func pick(_ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, rows: Range<Int>) {
    var last = -1
    for row in rows {
      let plane = row / vertical.count, from = plane * height + Int(vertical.indices[row % vertical.count])
      let output = target + row * horizontal.count
      if from == last {
        output.update(from: output - horizontal.count, count: horizontal.count)
      } else if horizontal.isDoubling {
        vk_pick_twice(KernelISA.current, source + from * width, output, width)
      } else {
        vk_pick(KernelISA.current, source + from * width, output, horizontal.indices, horizontal.count)
      }
      last = from
    }
  }

  /// Weighted sums: the direction that leaves fewer elements to gather goes first.
  func resample(_ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, rows: Range<Int>) {
    let taps = vertical.taps, count = horizontal.count
    let horizontalFirst = vertical.count >= height
    let rowWidth = horizontalFirst ? count : width
    withUnsafeTemporaryAllocation(of: Float.self, capacity: horizontalFirst ? taps * count : width) { buffer in
      guard let buffer = buffer.baseAddress else { return }
      var weights = [Float](repeating: 0, count: taps)
      var pointers = [UnsafePointer<Float>?](repeating: nil, count: taps)
      // A window's rows are consecutive, so that each has its own slot of `taps`.
      var held = [Int](repeating: -1, count: taps)
      for row in rows {
        let plane = row / vertical.count, y = row % vertical.count
        for tap in 0..<taps {
          weights[tap] = vertical.weights[tap * vertical.count + y]
          let from = plane * height + Int(vertical.indices[tap * vertical.count + y])
          guard horizontalFirst else {
            pointers[tap] = source + from * width
            continue
          }
          let slot = from % taps, place = buffer + slot * count
          pointers[tap] = UnsafePointer(place)
          guard held[slot] != from else { continue }
          held[slot] = from
          gather(source + from * width, place)
        }
        let output = target + row * count
        vk_combine_rows(KernelISA.current, pointers, weights, taps, horizontalFirst ? output : buffer, rowWidth)
        if !horizontalFirst { gather(buffer, output) }
      }
    }
  }

  private func gather(_ row: UnsafePointer<Float>, _ output: UnsafeMutablePointer<Float>) {
    vk_gather_taps(
      KernelISA.current, row, output, horizontal.indices, horizontal.weights, horizontal.count, horizontal.taps)
  }
}
