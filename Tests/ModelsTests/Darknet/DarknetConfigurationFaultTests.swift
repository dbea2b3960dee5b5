import Checkpoints
import TestSupport
import Testing

/// Configurations that describe no network: the message names the file, the line and what is wrong.
@Suite struct DarknetConfigurationFaultTests {
  /// `[net]` of 8x8 pixels and 4 channels in lines 1 to 4; what follows begins with line 5.
  static let net = "[net]\nwidth=8\nheight=8\nchannels=4\n"
  static let conv = "[convolutional]\nfilters=4\nsize=1\nactivation=linear\n"
  static let anchors = "anchors=1,2,3,4\nnum=2\nclasses=1\n"
  static let head = "[convolutional]\nfilters=12\nactivation=linear\n[yolo]\n"

  static let region = head.replacing("yolo", with: "region")

  static let faults: [(String, String, Int)] = [
    // Cycles and sections that are not there.
    ("[route]\nlayers=0", "names section 0, which does not stand before", 6),
    ("\(conv)[route]\nlayers=1", "names section 1, which does not stand before this one (section 1)", 10),
    ("\(conv)[route]\nlayers=-1,2\n\(conv)", "names section 2", 10),
    ("\(conv)[route]\nlayers=-2", "names section -2", 10),
    ("\(conv)[shortcut]\nfrom=1", "names section 1", 10),
    ("\(conv)[shortcut]\nfrom=7\nactivation=linear", "names section 7", 10),
    ("\(conv)[route]", "[route] needs layers", 9), ("\(conv)[route]\nlayers=", "[route] needs layers", 9),
    ("\(conv)[shortcut]", "[shortcut] needs from", 9),
    ("\(conv)[route]\nlayers=99999999999", "layers of [route] is wrong", 10),
    // Sizes.
    ("[convolutional]\nsize=-3", "size of [convolutional] is wrong", 6),
    ("[convolutional]\nsize=0", "size of [convolutional]", 6),
    ("[convolutional]\nstride=0", "stride of [convolutional]", 6),
    ("[convolutional]\nfilters=-1", "filters of [convolutional]", 6),
    ("[convolutional]\nfilters=1000000000000", "filters of [convolutional]", 6),
    ("[convolutional]\ndilation=0", "dilation of [convolutional]", 6),
    ("[convolutional]\npadding=-1", "padding of [convolutional]", 6),
    ("[convolutional]\ngroups=0", "groups of [convolutional]", 6),
    ("[convolutional]\npad=2", "pad of [convolutional]", 6),
    ("[convolutional]\nsize=9", "a window of 9 does not fit the 8x8 map", 5),
    ("[maxpool]\nstride=0", "stride of [maxpool]", 6), ("[maxpool]\nsize=0", "size of [maxpool]", 6),
    ("[maxpool]\nsize=12\npadding=1", "a window of 12 does not fit the 8x8 map", 5),
    ("[maxpool]\nsize=2\npadding=4", "a padding of 4 is too large for windows of 2", 7),
    ("[upsample]\nstride=0", "stride of [upsample]", 6), ("[reorg]\nstride=0", "stride of [reorg]", 6),
    ("[reorg]\nstride=3", "4 channels of 8x8 do not divide by the stride 3", 5),
    ("[connected]", "[connected] needs output", 5), ("[connected]\noutput=0", "output of [connected]", 6),
    ("[softmax]\ngroups=3", "3 groups do not divide 256 values", 6),
    ("[softmax]\ntemperature=0", "temperature is 0", 6), ("[softmax]\ntemperature=1e-300", "temperature is 0", 6),
    ("[upsample]\nscale=1e300", "scale is too large", 6),
    // Channels.
    ("[convolutional]\nfilters=6\ngroups=4", "4 groups do not divide 4 input channels and 6 filters", 5),
    ("[convolutional]\nfilters=6\ngroups=3", "3 groups do not divide 4 input channels", 5),
    ("\(conv)[route]\nlayers=0\ngroups=3", "3 groups do not divide 4 channels", 9),
    ("\(conv)[route]\nlayers=0\ngroups=2\ngroup_id=2", "group_id of [route]", 12),
    ("\(conv)[maxpool]\nsize=2\nstride=2\n[route]\nlayers=0,1", "section 1 gives a 4x4 map", 12),
    ("\(conv)[maxpool]\nsize=2\nstride=2\n[shortcut]\nfrom=0", "section 0 gives a 8x8 map", 12),
    // Kinds, activations, options that would change the numbers.
    ("[lstm]\n", "[lstm] is not supported", 5),
    ("\(conv)[sam]\nfrom=-1", "[sam] is not supported", 9),
    ("[convolutional]\nactivation=selu2", "the activation selu2 is not supported", 6),
    ("[convolutional]\nactivation=\u{1B}[31m", "the activation \\u{1b}[31m is not supported", 6),
    ("[convolutional]\nxnor=1", "xnor is not supported", 6), ("[convolutional]\nbinary=1", "binary is not", 6),
    ("[convolutional]\nantialiasing=1", "antialiasing is not supported", 6),
    ("[convolutional]\nflipped=1", "flipped is not supported", 6),
    ("[convolutional]\nshare_index=0", "share_index is not supported", 6),
    ("[convolutional]\nstride=2\nstride_x=1", "stride_x is not supported", 7),
    ("[maxpool]\nmaxpool_depth=1", "maxpool_depth is not supported", 6),
    ("[reorg]\nreverse=1", "reverse is not supported", 6), ("[softmax]\nspatial=1", "spatial is not supported", 6),
    ("\(conv)\(conv)[shortcut]\nfrom=0\nweights_type=per_feature", "weights_type is not supported", 15),
    ("\(conv)\(conv)[shortcut]\nfrom=0\nalpha=0.5", "alpha is not supported", 15),
    // Heads.
    ("\(head)anchors=1,2,3\nnum=2\nclasses=1", "num is 2, but anchors holds 3 numbers (expected 4)", 9),
    ("\(head)num=2\nclasses=1", "num is 2, but anchors holds 0 numbers", 8),
    ("\(head)anchors=1,2,3,4\nclasses=1", "num is 1, but anchors holds 4 numbers (expected 2)", 9),
    ("\(head)anchors=1,2,3,x\nnum=2", "anchors of [yolo] is wrong", 9),
    ("\(head)anchors=1,2,3,-4\nnum=2\nclasses=1", "an anchor is not more than 0", 9),
    ("\(head)anchors=1,2,3,1e99\nnum=2\nclasses=1", "an anchor is not more than 0", 9),
    ("\(head)\(anchors)mask=0,2", "mask names anchors that are not there (expected whole numbers from 0 to 1)", 12),
    ("\(head)\(anchors)mask=-1", "mask names anchors that are not there", 12),
    ("\(head)\(anchors)mask=0", "gives 12 channels; 1 anchors of 1 classes need 6", 8),
    ("\(head)anchors=1,2,3,4\nnum=2", "gives 12 channels; 2 anchors of 20 classes need 50", 8),
    ("\(head)\(anchors)new_coords=2", "new_coords of [yolo]", 12),
    ("\(head)\(anchors)scale_x_y=1e60", "scale_x_y is too large", 12),
    ("\(region)\(anchors)coords=5", "coords is not supported", 12),
    ("\(region)\(anchors)tree=9k.tree", "tree is not supported", 12),
    ("\(head)\(anchors)\(conv)", "[convolutional] would read the output of a head", 12),
    ("\(head)\(anchors)[route]\nlayers=1", "names section 1, which is a head", 13),
  ]

  @Test(arguments: faults)
  func faultsNameTheLine(_ text: String, _ words: String, _ line: Int) {
    let message = DarknetFixtures.message(Self.net + text)
    #expect(message.hasPrefix("n.cfg: ") && message.contains(words), "\(message)")
    #expect(message.hasSuffix("in line \(line)"), "\(message)")
    #expect(!message.contains("\n") && !message.contains("\u{1B}"))
  }

  @Test(arguments: [
    ("[net]\nheight=8\n", "[net] needs width", 1), ("[net]\nwidth=8\n", "[net] needs height", 1),
    ("[net]\nwidth=-8\nheight=8\n", "width of [net] is wrong", 2),
    ("[net]\nwidth=8\nheight=0\n", "height of [net] is wrong", 3),
    ("[net]\nwidth=100000\nheight=8\n", "width of [net] is wrong", 2),
    ("[net]\nwidth=8\nheight=8\nchannels=0\n", "channels of [net] is wrong", 4),
    ("[net]\nwidth=16384\nheight=16384\nchannels=1024\n", "is too large", 1),
    ("[net]\nwidth=8\nheight=8\n", "there are no sections after [net]", 1),
  ])
  func theNetworksOwnSettings(_ text: String, _ words: String, _ line: Int) {
    let message = DarknetFixtures.message(text)
    #expect(message.contains(words) && message.hasSuffix("in line \(line)"), "\(message)")
  }

  /// Products of allowed sizes stay within what can be computed and held.
  @Test func hugeNetworksAreRefused() {
    let doubling = Self.net + Self.conv + String(repeating: "[route]\nlayers=-1,-1\n", count: 100)
    #expect(
      DarknetFixtures.message(doubling).contains("is too large in line 45"), "\(DarknetFixtures.message(doubling))")
    let growing = Self.net + String(repeating: "[upsample]\nstride=64\n", count: 20)
    #expect(DarknetFixtures.message(growing).contains("is too large in line 7"), "\(DarknetFixtures.message(growing))")
    let padded = Self.net + String(repeating: "[convolutional]\nsize=1\npadding=1024\ndilation=1024\n", count: 9)
    #expect(DarknetFixtures.message(padded).contains("is too large in line 5"), "\(DarknetFixtures.message(padded))")
    let wide = Self.net + "[convolutional]\nfilters=65536\nsize=1\n[convolutional]\nfilters=65536\nsize=1\n"
    #expect(DarknetFixtures.message(wide).contains("more than 1073741824 weights in line 8"))
    let full = Self.net + "[upsample]\nstride=64\n[connected]\noutput=1048576\n"
    #expect(DarknetFixtures.message(full).contains("weights in line 7"), "\(DarknetFixtures.message(full))")
  }

  @Test func harmlessOptionsPass() {
    let text = """
      [convolutional]
      filters=4
      stride=2
      stride_x=2
      stride_y=2
      xnor=0
      antialiasing=0
      activation=linear
      [convolutional]
      filters=4
      size=1
      activation=linear
      [shortcut]
      from=-2
      alpha=1
      beta=1.0
      weights_type=none
      activation=linear
      [cost]
      type=sse
      """
    #expect(DarknetFixtures.message(Self.net + text) == "")
  }
}
