import Checkpoints
import NeuralNetwork
import TensorCore

extension DarknetNetwork {
  /// Builds the network that a configuration describes. Throws `CheckpointError.damaged` naming the line.
  public init(_ scope: ParameterScope, _ configuration: DarknetConfiguration) throws(CheckpointError) {
    var builder = try DarknetBuilder(scope["module_list"], configuration)
    for section in configuration.layers { try builder.add(section) }
    guard !builder.steps.isEmpty else { throw configuration.network.fault("there are no sections after [net]") }
    self.init(inputShape: builder.inputShape, steps: builder.steps, stored: builder.stored)
  }
}

/// Turns sections into steps, following the shape of each section's output.
struct DarknetBuilder {
  /// A map of channels, height and width.
  struct MapShape {
    var c: Int, h: Int, w: Int
  }

  let inputShape: [Int]
  private(set) var steps: [DarknetNetwork.Step] = []
  private(set) var stored: [(section: Int, parameter: Parameter)] = []
  private let scope: ParameterScope
  private var shapes: [MapShape] = []
  private var current: MapShape

  init(_ scope: ParameterScope, _ configuration: DarknetConfiguration) throws(CheckpointError) {
    let net = configuration.network
    let sides = 1...16384
    current = MapShape(
      c: try net.integer("channels", default: 3, in: 1...1024), h: try net.integer("height", in: sides),
      w: try net.integer("width", in: sides))
    inputShape = [current.c, current.h, current.w]
    self.scope = scope
  }

  mutating func add(_ options: DarknetSection) throws(CheckpointError) {
    switch options.kind {
    case "convolutional": try addConvolution(options)
    case "maxpool": try addMaxPool(options)
    case "avgpool":
      append(DarknetAveragePool(), MapShape(c: current.c, h: 1, w: 1))
    case "route": try addRoute(options)
    case "shortcut": try addShortcut(options)
    case "upsample": try addUpsample(options)
    case "reorg": try addReorg(options)
    case "connected": try addConnected(options)
    case "dropout": append(DarknetDropout(), current)
    case "softmax":
      let groups = try options.integer("groups", default: 1, in: 1...1 << 20)
      let temperature = Float(try options.number("temperature", default: 1))
      guard temperature > 0 else { throw options.fault("temperature is \(temperature); expected more than 0") }
      append(DarknetSoftmax(groups: groups, temperature: temperature), current)
    case "cost": append(DarknetDropout(), current)
    case "yolo": try addHead(options, .yolo)
    case "region": try addHead(options, .region)
    default: throw options.fault("[\(options.kind)] is not supported")
    }
  }

  private mutating func append(_ layer: any DarknetLayer, _ shape: MapShape) {
    steps.append(.layer(layer))
    shapes.append(shape)
    current = shape
  }

  /// Remembers parameters in the order of the weights file.
  private mutating func store(_ parameters: Parameter?...) {
    stored += parameters.compactMap { $0.map { (steps.count, $0) } }
  }

  private mutating func addConvolution(_ options: DarknetSection) throws(CheckpointError) {
    let filters = try options.integer("filters", default: 1, in: 1...1 << 16)
    let size = try options.integer("size", default: 1, in: 1...1024)
    let stride = try options.integer("stride", default: 1, in: 1...1024)
    let dilation = try options.integer("dilation", default: 1, in: 1...1024)
    let groups = try options.integer("groups", default: 1, in: 1...1 << 16)
    let isPadded = try options.flag("pad")
    let padding = isPadded ? size / 2 * dilation : try options.integer("padding", default: 0, in: 0...1024)
    for name in ["binary", "xnor", "share_index", "antialiasing", "deform", "stride_x", "stride_y", "sway", "rotate"] {
      if options.string(name).map({ $0 != "0" && $0 != "\(stride)" }) == true {
        throw options.fault("\(name) is not supported")
      }
    }
    guard current.c % groups == 0, filters % groups == 0 else {
      throw options.fault("\(groups) groups do not divide \(current.c) input channels and \(filters) filters")
    }
    let reach = dilation * (size - 1) + 1
    let h = (current.h + 2 * padding - reach) / stride + 1, w = (current.w + 2 * padding - reach) / stride + 1
    guard current.h + 2 * padding >= reach, current.w + 2 * padding >= reach else {
      throw options.fault("a window of \(reach) does not fit the \(current.w)x\(current.h) map")
    }
    let isNormalized = try options.flag("batch_normalize")
    let scope = scope[steps.count]
    let convolution = Conv2d(
      scope["Conv2d"], in: current.c, out: filters, kernel: size, stride: stride, padding: padding, dilation: dilation,
      groups: groups, bias: !isNormalized)
    let norm = isNormalized ? BatchNorm2d(scope["BatchNorm2d"], channels: filters, epsilon: 1e-6) : nil
    store(convolution.bias, norm?.bias, norm?.weight, norm?.mean, norm?.variance, convolution.weight)
    append(
      DarknetConvolution(convolution: convolution, norm: norm, activation: try activation(options, default: .logistic)),
      MapShape(c: filters, h: h, w: w))
  }

  private mutating func addMaxPool(_ options: DarknetSection) throws(CheckpointError) {
    let stride = try options.integer("stride", default: 1, in: 1...1024)
    let size = try options.integer("size", default: stride, in: 1...1024)
    let padding = try options.integer("padding", default: size - 1, in: 0...1024)
    for name in ["maxpool_depth", "antialiasing", "stride_x", "stride_y"]
    where options.string(name).map({ $0 != "0" }) == true {
      throw options.fault("\(name) is not supported")
    }
    guard current.h + padding >= size, current.w + padding >= size else {
      throw options.fault("a window of \(size) does not fit the \(current.w)x\(current.h) map")
    }
    append(
      DarknetMaxPool(size: size, stride: stride, padding: padding),
      MapShape(c: current.c, h: (current.h + padding - size) / stride + 1, w: (current.w + padding - size) / stride + 1)
    )
  }

  private mutating func addRoute(_ options: DarknetSection) throws(CheckpointError) {
    let sources = try sources(options, "layers")
    let groups = try options.integer("groups", default: 1, in: 1...1 << 16)
    let group = try options.integer("group_id", default: 0, in: 0...groups - 1)
    var shape = shapes[sources[0]]
    shape.c = 0
    for source in sources {
      let part = shapes[source]
      guard part.h == shape.h, part.w == shape.w else {
        throw options.fault(
          "section \(source) gives a \(part.w)x\(part.h) map, section \(sources[0]) a \(shape.w)x\(shape.h) one")
      }
      guard part.c % groups == 0 else { throw options.fault("\(groups) groups do not divide \(part.c) channels") }
      shape.c += part.c / groups
    }
    append(DarknetRoute(sources: sources, groups: groups, group: group), shape)
  }

  private mutating func addShortcut(_ options: DarknetSection) throws(CheckpointError) {
    let sources = try sources(options, "from")
    if let kind = options.string("weights_type"), kind != "none" {
      throw options.fault("weights_type is not supported")
    }
    for source in sources where shapes[source].h != current.h || shapes[source].w != current.w {
      throw options.fault(
        "section \(source) gives a \(shapes[source].w)x\(shapes[source].h) map, the one before a \(current.w)x\(current.h) one"
      )
    }
    append(DarknetShortcut(sources: sources, activation: try activation(options, default: .linear)), current)
  }

  private mutating func addUpsample(_ options: DarknetSection) throws(CheckpointError) {
    let stride = try options.integer("stride", default: 2, in: 1...64)
    let shape = MapShape(c: current.c, h: current.h * stride, w: current.w * stride)
    guard shape.h <= 1 << 16, shape.w <= 1 << 16 else {
      throw options.fault("a \(shape.w)x\(shape.h) map is too large")
    }
    append(DarknetUpsample(stride: stride, scale: Float(try options.number("scale", default: 1))), shape)
  }

  private mutating func addReorg(_ options: DarknetSection) throws(CheckpointError) {
    let s = try options.integer("stride", default: 1, in: 1...64)
    let isReverse = try options.flag("reverse"), isFlat = try options.flag("flatten")
    if isReverse || isFlat { throw options.fault("reverse and flatten are not supported") }
    guard current.c % (s * s) == 0, current.h % s == 0, current.w % s == 0 else {
      throw options.fault("\(current.c) channels of \(current.w)x\(current.h) do not divide by the stride \(s)")
    }
    append(DarknetReorg(stride: s), MapShape(c: current.c * s * s, h: current.h / s, w: current.w / s))
  }

  private mutating func addConnected(_ options: DarknetSection) throws(CheckpointError) {
    let outputs = try options.integer("output", in: 1...1 << 20)
    let isNormalized = try options.flag("batch_normalize")
    let scope = scope[steps.count]
    let features = current.c * current.h * current.w
    guard features <= 1 << 28 else { throw options.fault("\(features) inputs are too many") }
    let linear = NeuralNetwork.Linear(scope["Linear"], in: features, out: outputs, bias: !isNormalized)
    let norm = isNormalized ? BatchNorm2d(scope["BatchNorm2d"], channels: outputs, epsilon: 1e-6) : nil
    // Unlike convolutions, connected sections store their scales and statistics after the weights.
    store(linear.bias, norm?.bias, linear.weight, norm?.weight, norm?.mean, norm?.variance)
    append(
      DarknetConnected(linear: linear, norm: norm, activation: try activation(options, default: .logistic)),
      MapShape(c: outputs, h: 1, w: 1))
  }

  private mutating func addHead(_ options: DarknetSection, _ kind: DarknetHead.Kind) throws(CheckpointError) {
    let classes = try options.integer("classes", default: 20, in: 1...1 << 16)
    let count = try options.integer("num", default: 1, in: 1...1024)
    let numbers = try options.numbers("anchors")?.map(Float.init) ?? []
    guard numbers.count == 2 * count else {
      throw options.fault("num is \(count), but anchors holds \(numbers.count) numbers (expected \(2 * count))")
    }
    var anchors = Swift.stride(from: 0, to: numbers.count, by: 2).map { [numbers[$0], numbers[$0 + 1]] }
    if kind == .yolo, let mask = try options.integers("mask") {
      guard !mask.isEmpty, mask.allSatisfy(anchors.indices.contains) else {
        throw options.fault("mask is \(mask); there are \(count) anchors")
      }
      anchors = mask.map { anchors[$0] }
    }
    if kind == .region, try options.integer("coords", default: 4, in: 0...1024) != 4 {
      throw options.fault("coords other than 4 are not supported")
    }
    let needed = anchors.count * (5 + classes)
    guard current.c == needed else {
      throw options.fault(
        "the section before gives \(current.c) channels; \(anchors.count) anchors of \(classes) classes need \(needed)")
    }
    let head = DarknetHead(
      kind: kind, anchors: anchors, classes: classes, scaleXY: Float(try options.number("scale_x_y", default: 1)),
      usesNewCoordinates: try options.flag("new_coords"),
      usesSoftmax: kind == .region ? try options.flag("softmax") : false)
    steps.append(.head(head))
    shapes.append(current)
  }

  private func activation(
    _ options: DarknetSection, default fallback: DarknetActivation
  ) throws(CheckpointError) -> DarknetActivation {
    guard let name = options.string("activation") else { return fallback }
    guard let activation = DarknetActivation(rawValue: name) else {
      throw options.fault("the activation \(name) is not supported", option: options.option("activation"))
    }
    return activation
  }

  /// The sections that an option names, from the start or (negative) from here; only earlier ones, so that there is no cycle.
  private func sources(_ options: DarknetSection, _ name: String) throws(CheckpointError) -> [Int] {
    guard let named = try options.integers(name), !named.isEmpty else {
      throw options.fault("[\(options.kind)] needs \(name)")
    }
    var indices: [Int] = []
    for number in named {
      let index = number < 0 ? steps.count + number : number
      guard index >= 0, index < steps.count else {
        throw options.fault(
          "\(name) names section \(number), which does not stand before this one (section \(steps.count))",
          option: options.option(name))
      }
      indices.append(index)
    }
    return indices
  }
}
