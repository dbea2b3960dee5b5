import NeuralNetwork
import TensorCore

/// One section of a darknet configuration as a function of the previous output and of those of earlier sections.
protocol DarknetLayer: Sendable {
  /// Earlier sections whose outputs it reads.
  var sources: [Int] { get }
  func callAsFunction(_ x: Tensor, earlier: [Int: Tensor]) throws(ShapeError) -> Tensor
}

extension DarknetLayer {
  var sources: [Int] { [] }
}

/// `[convolutional]`: convolution, batch normalisation or bias, activation.
struct DarknetConvolution: DarknetLayer {
  let convolution: Conv2d, norm: BatchNorm2d?, activation: DarknetActivation

  func callAsFunction(_ x: Tensor, earlier: [Int: Tensor]) throws(ShapeError) -> Tensor {
    let y = try convolution(x)
    return try activation(norm.map { (norm) throws(ShapeError) in try norm(y) } ?? y)
  }
}

/// `[maxpool]`: windows padded by `padding` in all, the larger half after.
struct DarknetMaxPool: DarknetLayer {
  let size: Int, stride: Int, padding: Int

  func callAsFunction(_ x: Tensor, earlier: [Int: Tensor]) throws(ShapeError) -> Tensor {
    let before = padding / 2, after = padding - padding / 2
    return try x.maxPool(kernel: [size, size], stride: [stride, stride], padding: [before, before, after, after])
  }
}

/// `[avgpool]`: the mean of every channel.
struct DarknetAveragePool: DarknetLayer {
  func callAsFunction(_ x: Tensor, earlier: [Int: Tensor]) throws(ShapeError) -> Tensor {
    try x.adaptiveAveragePool([1, 1])
  }
}

/// `[route]`: earlier outputs side by side, or one of several groups of their channels.
struct DarknetRoute: DarknetLayer {
  let sources: [Int], groups: Int, group: Int

  func callAsFunction(_ x: Tensor, earlier: [Int: Tensor]) throws(ShapeError) -> Tensor {
    var parts: [Tensor] = []
    for source in sources {
      guard let part = earlier[source] else { throw ShapeError(.shape, "route", "section \(source) has no output") }
      let share = part.shape[1] / groups
      parts.append(groups == 1 ? part : try part.narrow(axis: 1, start: group * share, length: share))
    }
    return parts.count == 1 ? parts[0] : try Tensor.concatenate(parts, axis: 1)
  }
}

/// `[shortcut]`: the sum with an earlier output; where their channels differ, of the channels both have.
struct DarknetShortcut: DarknetLayer {
  let sources: [Int], activation: DarknetActivation

  func callAsFunction(_ x: Tensor, earlier: [Int: Tensor]) throws(ShapeError) -> Tensor {
    var sum = x
    for source in sources {
      guard let other = earlier[source] else { throw ShapeError(.shape, "shortcut", "section \(source) has no output") }
      let mine = sum.shape[1], theirs = other.shape[1]
      if mine == theirs {
        sum = try sum + other
      } else if theirs > mine {
        sum = try sum + other.narrow(axis: 1, start: 0, length: mine)
      } else {
        let common = try sum.narrow(axis: 1, start: 0, length: theirs) + other
        sum = try Tensor.concatenate([common, sum.narrow(axis: 1, start: theirs, length: mine - theirs)], axis: 1)
      }
    }
    return try activation(sum)
  }
}

/// `[upsample]`: every pixel `stride` times in both directions.
struct DarknetUpsample: DarknetLayer {
  let stride: Int, scale: Float

  func callAsFunction(_ x: Tensor, earlier: [Int: Tensor]) throws(ShapeError) -> Tensor {
    let y = try x.interpolate(scale: [Double(stride), Double(stride)], mode: .nearest)
    return scale == 1 ? y : try y * scale
  }
}

/// `[reorg]`: blocks of pixels become channels, in darknet's own order (which reads the map as one of fewer channels and more
/// pixels first; YOLO9000's passthrough was trained with it). `[N, C, H, W]` -> `[N, C s², H/s, W/s]`.
struct DarknetReorg: DarknetLayer {
  let stride: Int

  func callAsFunction(_ x: Tensor, earlier: [Int: Tensor]) throws(ShapeError) -> Tensor {
    let n = x.shape[0], c = x.shape[1], h = x.shape[2], w = x.shape[3], s = stride
    guard c % (s * s) == 0, h % s == 0, w % s == 0 else {
      throw ShapeError(
        .shape, "reorg", "[C, H, W] = \([c, h, w]) is not divisible by the stride \(s) (channels by its square)")
    }
    return try x.reshape([n, c / (s * s), h, s, w, s]).permute([0, 3, 5, 1, 2, 4]).reshape([n, c * s * s, h / s, w / s])
  }
}

/// `[connected]`: a fully connected layer over all values of an image.
struct DarknetConnected: DarknetLayer {
  let linear: Linear, norm: BatchNorm2d?, activation: DarknetActivation

  func callAsFunction(_ x: Tensor, earlier: [Int: Tensor]) throws(ShapeError) -> Tensor {
    let features = try linear(x.flatten(from: 1)).unsqueeze(2).unsqueeze(3)
    return try activation(norm.map { (norm) throws(ShapeError) in try norm(features) } ?? features)
  }
}

/// `[dropout]`: nothing at inference.
struct DarknetDropout: DarknetLayer {
  func callAsFunction(_ x: Tensor, earlier: [Int: Tensor]) throws(ShapeError) -> Tensor { x }
}

/// `[softmax]`: over all values of an image, or over each of several groups of them.
struct DarknetSoftmax: DarknetLayer {
  let groups: Int, temperature: Float

  func callAsFunction(_ x: Tensor, earlier: [Int: Tensor]) throws(ShapeError) -> Tensor {
    let n = x.shape[0], values = x.count / max(n, 1)
    guard values % groups == 0 else {
      throw ShapeError(.shape, "softmax", "\(values) values do not make \(groups) groups")
    }
    return try (x.reshape([n, groups, values / groups]) * (1 / temperature)).softmax(axis: 2).reshape(x.shape)
  }
}
