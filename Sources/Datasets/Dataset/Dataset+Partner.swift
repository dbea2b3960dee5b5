import Augmentation
import Imaging

extension Dataset {
  /// Gives other samples of this set to augmentations that mix several.
  public func partner(_ decode: DecodeOptions = DecodeOptions()) -> DrawContext.Partner {
    { (random: inout RandomDraws) throws(AugmentationError) in
      // A damaged picture is named when its own turn comes; here another takes its place.
      var fault = "there are no pictures"
      for _ in 0..<16 where count > 0 {
        do throws(DatasetError) {
          return try sample(at: random.integer(below: count), options: decode)
        } catch { fault = error.description }
      }
      throw .sample("a mixing augmentation", fault)
    }
  }
}
