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
  private var storedCount = 0
  private var current: MapShape

  init(_ scope: ParameterScope, _ configuration: DarknetConfiguration) throws(CheckpointError) {
    let net = configuration.network
    let sides = 1...16384
    current = MapShape(
      c: try net.integer("channels", default: 3, in: 1...1024), h: try net.integer("height", in: sides),
      w: try net.integer("width", in: sides))
    inputShape = [current.c, current.h, current.w]
    self.scope = scope
    try check(current, net)
  }

  mutating func add(_ options: DarknetSection) throws(CheckpointError) {
    if case .head? = steps.last, options.kind != "route" {
      throw options.fault("[\(options.kind)] would read the output of a head; put a [route] before it")
    }
    switch options.kind {
    case "convolutional": try addConvolution(options)
    case "maxpool": try addMaxPool(options)
    case "avgpool":
      try append(DarknetAveragePool(), MapShape(c: current.c, h: 1, w: 1), options)
    case "route": try addRoute(options)
    case "shortcut": try addShortcut(options)
    case "upsample": try addUpsample(options)
    case "reorg": try addReorg(options)
    case "connected": try addConnected(options)
    case "dropout", "cost": try append(DarknetDropout(), current, options)
    case "softmax": try addSoftmax(options)
    case "yolo": try addHead(options, .yolo)
    case "region": try addHead(options, .region)
    default: throw options.fault("[\(CheckpointFault.printable(options.kind))] is not supported")
    }
  }

  private mutating func append(
    _ layer: any DarknetLayer, _ shape: MapShape, _ options: DarknetSection
  ) throws(CheckpointError) {
    try check(shape, options)
    steps.append(.layer(layer))
    shapes.append(shape)
    current = shape
  }

  /// Sizes are bounded, so that no product of them overflows and no file makes a machine run out of memory by a few digits.
  private func check(_ shape: MapShape, _ options: DarknetSection) throws(CheckpointError) {
    let channels = 1 << 20, side = 1 << 16, values = 1 << 30
    guard shape.c <= channels, shape.h <= side, shape.w <= side, shape.c * shape.h * shape.w <= values else {
      throw options.fault("a map of \(shape.c) channels of \(shape.w)x\(shape.h) is too large")
    }
  }

  /// Remembers parameters in the order of the weights file.
  private mutating func store(_ options: DarknetSection, _ parameters: Parameter?...) throws(CheckpointError) {
    stored += parameters.compactMap { $0.map { (steps.count, $0) } }
    for parameter in parameters { storedCount += parameter?.spec.count ?? 0 }
    guard storedCount <= 1 << 30 else { throw options.fault("the network has more than \(1 << 30) weights") }
  }

  private mutating func addConvolution(_ options: DarknetSection) throws(CheckpointError) {
    let filters = try options.integer("filters", default: 1, in: 1...1 << 16)
    let size = try options.integer("size", default: 1, in: 1...1024)
    let stride = try options.integer("stride", default: 1, in: 1...1024)
    let dilation = try options.integer("dilation", default: 1, in: 1...1024)
    let groups = try options.integer("groups", default: 1, in: 1...1 << 16)
    let isPadded = try options.flag("pad")
    // Darknet pads by multiples of the dilation.
    let padding = (isPadded ? size / 2 : try options.integer("padding", default: 0, in: 0...1024)) * dilation
    let variants = ["deform", "sway", "rotate", "stretch", "stretch_sway"]
    try options.refuse(["binary", "xnor", "bin_output", "antialiasing", "flipped"] + variants)
    try options.refuse(["share_index"], unless: "-1000")
    try options.refuse(["stride_x", "stride_y"], unless: "\(stride)")
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
    try store(options, convolution.bias, norm?.bias, norm?.weight, norm?.mean, norm?.variance, convolution.weight)
    let activation = try options.activation(default: .logistic)
    try append(
      DarknetConvolution(convolution: convolution, norm: norm, activation: activation),
      MapShape(c: filters, h: h, w: w),
      options)
  }

  private mutating func addMaxPool(_ options: DarknetSection) throws(CheckpointError) {
    let stride = try options.integer("stride", default: 1, in: 1...1024)
    let size = try options.integer("size", default: stride, in: 1...1024)
    let padding = try options.integer("padding", default: size - 1, in: 0...1024)
    try options.refuse(["maxpool_depth", "antialiasing"])
    try options.refuse(["stride_x", "stride_y"], unless: "\(stride)")
    // Windows that lie in the padding alone have no largest value.
    guard padding - padding / 2 < size else {
      throw options.fault(
        "a padding of \(padding) is too large for windows of \(size)", option: options.option("padding"))
    }
    guard current.h + padding >= size, current.w + padding >= size else {
      throw options.fault("a window of \(size) does not fit the \(current.w)x\(current.h) map")
    }
    let h = (current.h + padding - size) / stride + 1, w = (current.w + padding - size) / stride + 1
    try append(
      DarknetMaxPool(size: size, stride: stride, padding: padding), MapShape(c: current.c, h: h, w: w), options)
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
    try append(DarknetRoute(sources: sources, groups: groups, group: group), shape, options)
  }

  private mutating func addShortcut(_ options: DarknetSection) throws(CheckpointError) {
    let sources = try sources(options, "from")
    try options.refuse(["weights_type"], unless: "none")
    try options.refuse(["alpha", "beta"], unless: "1")
    for source in sources where shapes[source].h != current.h || shapes[source].w != current.w {
      throw options.fault(
        "section \(source) gives a \(shapes[source].w)x\(shapes[source].h) map, the one before a \(current.w)x\(current.h) one"
      )
    }
    let activation = try options.activation(default: .linear)
    try append(DarknetShortcut(sources: sources, activation: activation), current, options)
  }

  private mutating func addUpsample(_ options: DarknetSection) throws(CheckpointError) {
    let stride = try options.integer("stride", default: 2, in: 1...64)
    let scale = try options.float("scale")
    try append(
      DarknetUpsample(stride: stride, scale: scale),
      MapShape(c: current.c, h: current.h * stride, w: current.w * stride), options)
  }

  private mutating func addReorg(_ options: DarknetSection) throws(CheckpointError) {
    let s = try options.integer("stride", default: 1, in: 1...64)
    try options.refuse(["reverse", "flatten", "extra"])
    guard current.c % (s * s) == 0, current.h % s == 0, current.w % s == 0 else {
      throw options.fault("\(current.c) channels of \(current.w)x\(current.h) do not divide by the stride \(s)")
    }
    try append(DarknetReorg(stride: s), MapShape(c: current.c * s * s, h: current.h / s, w: current.w / s), options)
  }

  private mutating func addConnected(_ options: DarknetSection) throws(CheckpointError) {
    let outputs = try options.integer("output", in: 1...1 << 20)
    let isNormalized = try options.flag("batch_normalize")
    let scope = scope[steps.count]
    let features = current.c * current.h * current.w
    let linear = Linear(scope["Linear"], in: features, out: outputs, bias: !isNormalized)
    let norm = isNormalized ? BatchNorm2d(scope["BatchNorm2d"], channels: outputs, epsilon: 1e-6) : nil
    // Unlike convolutions, connected sections store their scales and statistics after the weights.
    try store(options, linear.bias, norm?.bias, linear.weight, norm?.weight, norm?.mean, norm?.variance)
    let activation = try options.activation(default: .logistic)
    try append(
      DarknetConnected(linear: linear, norm: norm, activation: activation), MapShape(c: outputs, h: 1, w: 1), options)
  }

  private mutating func addSoftmax(_ options: DarknetSection) throws(CheckpointError) {
    let groups = try options.integer("groups", default: 1, in: 1...1 << 20)
    let temperature = try options.float("temperature")
    try options.refuse(["spatial", "tree"])
    guard temperature > 0, (1 / temperature).isFinite else {
      throw options.fault(
        "temperature is \(temperature); expected more than 0", option: options.option("temperature"))
    }
    let values = current.c * current.h * current.w
    guard values % groups == 0 else {
      throw options.fault("\(groups) groups do not divide \(values) values", option: options.option("groups"))
    }
    try append(DarknetSoftmax(groups: groups, temperature: temperature), current, options)
  }

  private mutating func addHead(_ options: DarknetSection, _ kind: DarknetHead.Kind) throws(CheckpointError) {
    let classes = try options.integer("classes", default: 20, in: 1...1 << 16)
    let count = try options.integer("num", default: 1, in: 1...1024)
    let numbers = try options.numbers("anchors")?.map(Float.init) ?? []
    guard numbers.count == 2 * count else {
      throw options.fault(
        "num is \(count), but anchors holds \(numbers.count) numbers (expected \(2 * count))",
        option: options.option("anchors"))
    }
    guard numbers.allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw options.fault("an anchor is not more than 0", option: options.option("anchors"))
    }
    var anchors = Swift.stride(from: 0, to: numbers.count, by: 2).map { [numbers[$0], numbers[$0 + 1]] }
    if kind == .yolo, let mask = try options.integers("mask") {
      guard !mask.isEmpty, mask.allSatisfy(anchors.indices.contains) else {
        throw options.fault(
          "mask names anchors that are not there", option: options.option("mask"),
          expected: "whole numbers from 0 to \(count - 1)")
      }
      anchors = mask.map { anchors[$0] }
    }
    if kind == .region {
      try options.refuse(["coords"], unless: "4")
      try options.refuse(["background", "classfix", "tree"])
    }
    let needed = anchors.count * (5 + classes)
    guard current.c == needed else {
      throw options.fault(
        "the section before gives \(current.c) channels; \(anchors.count) anchors of \(classes) classes need \(needed)")
    }
    let isYOLO = kind == .yolo
    let head = DarknetHead(
      kind: kind, anchors: anchors, classes: classes, scaleXY: isYOLO ? try options.float("scale_x_y") : 1,
      usesNewCoordinates: isYOLO ? try options.flag("new_coords") : false,
      usesSoftmax: isYOLO ? false : try options.flag("softmax"))
    steps.append(.head(head))
    shapes.append(current)
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
      if case .head = steps[index] {
        throw options.fault("\(name) names section \(number), which is a head", option: options.option(name))
      }
      indices.append(index)
    }
    return indices
  }
}
