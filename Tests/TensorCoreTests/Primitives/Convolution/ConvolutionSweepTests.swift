import CKernels
import Support
import TensorCore
import TestSupport
import Testing

/// Random shapes on every instruction set against sums in double precision, and on one thread against several.
@Suite struct ConvolutionSweepTests {
  /// One random case; printed where it fails.
  struct Shape {
    var batch = 1, channels = 1, outputs = 1, height = 1, width = 1, kernelHeight = 1, kernelWidth = 1
    var settings = ConvolutionSettings()
    var outputPadding = [0, 0]
    var isTransposed = false

    /// Small odd shapes of all kinds; every third is depthwise.
    init(_ draw: inout SeededGenerator, transposed: Bool) {
      isTransposed = transposed
      let groups = draw.one(of: [1, 1, 1, 2, 3, 5])
      channels = groups * draw.int(1...12)
      outputs = groups * draw.int(1...24)
      if draw.int(0...2) == 0 {
        channels = draw.int(2...19)
        outputs = channels * draw.int(1...2)
      }
      batch = draw.one(of: [0, 1, 1, 1, 2, 3])
      kernelHeight = draw.one(of: [1, 1, 2, 3, 3, 5, 7])
      kernelWidth = draw.int(0...2) == 0 ? draw.int(1...6) : kernelHeight
      settings.groups = outputs % channels == 0 && outputs <= 2 * channels && channels > 1 ? channels : groups
      settings.stride = [draw.int(1...3), draw.int(1...3)]
      settings.dilation = draw.int(0...2) == 0 ? [draw.int(1...3), draw.int(1...4)] : [1, 1]
      if draw.int(0...1) == 0 { settings.stride = [settings.stride[0], settings.stride[0]] }
      let reach = [settings.dilation[0] * (kernelHeight - 1), settings.dilation[1] * (kernelWidth - 1)]
      if transposed {
        settings.padding = [draw.int(0...(reach[0] / 2)), draw.int(0...(reach[1] / 2))]
        outputPadding = (0..<2).map { draw.int(0...(max(settings.stride[$0], settings.dilation[$0]) - 1)) }
        (height, width) = (draw.int(1...12), draw.int(1...20))
      } else {
        settings.padding = (0..<4).map { _ in draw.int(0...4) }
        if draw.int(0...2) == 0 { settings.padding = [0, 0] }
        (height, width) = (reach[0] + draw.int(1...23), reach[1] + draw.int(1...70))
      }
    }

    func tensors(seed: UInt32) throws -> [Tensor] {
      let weight =
        isTransposed
        ? [channels, outputs / settings.groups, kernelHeight, kernelWidth]
        : [outputs, channels / settings.groups, kernelHeight, kernelWidth]
      return [
        try Formula.tensor([batch, channels, height, width], seed: seed), try Formula.tensor(weight, seed: seed + 1),
        try Formula.tensor([outputs], seed: seed + 2),
      ]
    }

    func run(_ tensors: [Tensor], isa: vk_isa) throws -> Tensor {
      let specs = tensors.map(\.spec)
      let spec =
        isTransposed
        ? try ConvolutionTranspose(settings, outputPadding: outputPadding).outputs(for: specs)[0]
        : try Convolution(settings).outputs(for: specs)[0]
      let result = try Tensor.full(spec.shape, .nan)
      let views = tensors.map(\.view)
      if isTransposed {
        ConvolutionTransposeKernel(
          settings, input: views[0], weight: views[1], bias: views[2].floats, output: result.mutableView, isa: isa
        ).run()
      } else {
        ConvolutionKernel(
          settings, input: views[0], weight: views[1], bias: views[2].floats, output: result.mutableView, isa: isa
        ).run()
      }
      withExtendedLifetime(tensors) {}
      return result
    }

    /// The definition, in double precision: every input stamps its products on the outputs that see it.
    func reference(_ tensors: [Tensor], shape: [Int]) throws -> Tensor {
      let input = try tensors[0].floats(), weight = try tensors[1].floats(), bias = try tensors[2].floats()
      let (high, wide) = (shape[2], shape[3])
      let inGroup = channels / settings.groups, outGroup = outputs / settings.groups
      var sums = (0..<shape.reduce(1, *)).map { Double(bias[$0 / (high * wide) % outputs]) }
      // For a transposed convolution input and output change places.
      let (from, to) = isTransposed ? ((height, width), (high, wide)) : ((high, wide), (height, width))
      for n in 0..<batch {
        for o in 0..<outputs {
          for i in 0..<inGroup {
            let c = o / outGroup * inGroup + i
            for ky in 0..<kernelHeight {
              for kx in 0..<kernelWidth {
                let row = isTransposed ? c * outGroup + o % outGroup : o * inGroup + i
                let w = Double(weight[(row * kernelHeight + ky) * kernelWidth + kx])
                for y in 0..<from.0 {
                  let ty = y * settings.stride[0] + ky * settings.dilation[0] - settings.sides[0]
                  guard ty >= 0, ty < to.0 else { continue }
                  for x in 0..<from.1 {
                    let tx = x * settings.stride[1] + kx * settings.dilation[1] - settings.sides[1]
                    guard tx >= 0, tx < to.1 else { continue }
                    let (iy, ix, oy, ox) = isTransposed ? (y, x, ty, tx) : (ty, tx, y, x)
                    let value = Double(input[((n * channels + c) * height + iy) * width + ix])
                    sums[((n * outputs + o) * high + oy) * wide + ox] += w * value
                  }
                }
              }
            }
          }
        }
      }
      return try Tensor(sums.map(Float.init), shape: shape)
    }
  }

  private static let tiers = [VK_ISA_PORTABLE, VK_ISA_AVX2, VK_ISA_AVX512].filter {
    $0.rawValue <= vk_isa_detect().rawValue
  }

  @Test(arguments: [false, true])
  func everyTierAgreesWithTheDefinition(transposed: Bool) throws {
    var draw = SeededGenerator(seed: transposed ? 71 : 70)
    for number in 0..<70 {
      let shape = Shape(&draw, transposed: transposed)
      let tensors = try shape.tensors(seed: UInt32(number))
      var reference: Tensor?
      for isa in Self.tiers {
        let result = try shape.run(tensors, isa: isa)
        let expected = try reference ?? shape.reference(tensors, shape: result.shape)
        reference = expected
        try expectClose(result, expected, .accumulated, "\(String(cString: vk_isa_name(isa))) \(shape)")
      }
    }
  }

  @Test func threadsDoNotChangeBits() throws {
    var shapes: [Shape] = []
    var draw = SeededGenerator(seed: 72)
    for index in 0..<8 {
      var shape = Shape(&draw, transposed: index % 4 == 3)
      // Large enough for many tiles: plain, pointwise, depthwise.
      (shape.batch, shape.height, shape.width) = (2, 61, 67)
      (shape.channels, shape.outputs, shape.settings.groups) = (48, 96, index % 4 == 2 ? 48 : 1)
      if index % 4 == 1 { (shape.kernelHeight, shape.kernelWidth, shape.settings.padding) = (1, 1, [0, 0]) }
      shapes.append(shape)
    }
    for shape in shapes {
      let tensors = try shape.tensors(seed: 5)
      let several = try shape.run(tensors, isa: KernelISA.current)
      let alone = try OneThread.run { try shape.run(tensors, isa: KernelISA.current) }
      #expect(try several.floats() == alone.floats(), "\(shape)")
    }
  }
}
