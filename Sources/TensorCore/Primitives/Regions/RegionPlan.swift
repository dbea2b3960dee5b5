import CKernels

/// Which pixels every bin of every region reads and what they weigh, worked out once for all channels; and the loop over
/// regions and channels, cut so that a block of planes stays in the cache while all regions read it.
struct RegionPlan {
  /// What a bin takes of its pixels.
  enum Kind { case align, pool, averagePool }

  let kind: Kind
  let how: vk_regions
  let images: Int
  let isa: vk_isa

  /// Regions that are planned at a time: bounds the memory.
  private static let block = 1024
  /// Floats of features that stay in the second-level cache.
  private static let cached = 1 << 17
  /// Fewest and most channels of a block: fewer read the plans too often, more leave threads without work.
  private static let channelBlocks = 4...64

  init(_ kind: Kind, _ how: vk_regions, images: Int, isa: vk_isa = KernelISA.current) {
    self.kind = kind
    self.how = how
    self.images = images
    self.isa = isa
  }

  /// One planned region: its number, its plan, its weights where it has some.
  struct Region {
    let index: Int
    let plan: UnsafePointer<Int32>
    let weights: UnsafePointer<Float>?
  }

  /// Calls `body` with each region and ranges of `channels` that cover them all, `planes` input planes a channel, on
  /// several threads. With `inOrder`, all regions of a channel come one after the other, for what adds to planes.
  func run(
    boxes: UnsafePointer<Float>, count: Int, channels: Int, inOrder: Bool = false,
    _ body: (Region, Range<Int>) -> Void
  ) {
    var how = how
    let size = vk_regions_plan_count(&how)
    let channelBlock = min(
      max(Self.cached / (how.in_h * how.in_w), Self.channelBlocks.lowerBound), Self.channelBlocks.upperBound)
    let channelBlocks = (channels + channelBlock - 1) / channelBlock
    let work = max(how.out_h * how.out_w * 4 * channelBlock, 1)
    for first in stride(from: 0, to: count, by: Self.block) {
      let regions = min(count - first, Self.block)
      var offsets = [0]
      for index in 0..<regions {
        let more = kind == .align ? vk_roi_align_weight_count(&how, boxes + (first + index) * 5) : 0
        offsets.append(offsets[index] + more)
      }
      var plans = [Int32](repeating: 0, count: regions * size)
      plans.withUnsafeMutableBufferPointer { plans in
        guard let plans = plans.baseAddress else { return }
        Workspace.withFloats(offsets[regions]) { weights in
          Parallel.ranges(regions, grain: 64) { range in
            for index in range {
              plan(
                boxes + (first + index) * 5, plans + index * size, weights + offsets[index],
                offsets[index + 1] - offsets[index])
            }
          }
          // Channels outside, regions inside: the regions of one block of planes follow each other.
          let atOnce = inOrder ? regions : min(regions, 128), regionBlocks = (regions + atOnce - 1) / atOnce
          Parallel.ranges(channelBlocks * regionBlocks, grain: (1 << 18) / (work * atOnce) + 1) { chunk in
            for cell in chunk {
              let channel = cell / regionBlocks * channelBlock, region = cell % regionBlocks * atOnce
              for index in region..<min(region + atOnce, regions) {
                let weights = kind == .align ? UnsafePointer(weights + offsets[index]) : nil
                body(
                  Region(index: first + index, plan: plans + index * size, weights: weights),
                  channel..<min(channel + channelBlock, channels))
              }
            }
          }
        }
      }
    }
  }

  private func plan(
    _ box: UnsafePointer<Float>, _ plan: UnsafeMutablePointer<Int32>, _ weights: UnsafeMutablePointer<Float>,
    _ capacity: Int
  ) {
    var how = how
    switch kind {
    case .align: vk_roi_align_plan(&how, images, box, plan, weights, capacity)
    case .pool: vk_roi_pool_plan(&how, images, box, plan)
    case .averagePool: vk_ps_roi_pool_plan(&how, images, box, plan)
    }
  }
}
