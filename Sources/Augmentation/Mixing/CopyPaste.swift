import Imaging

/// Objects of another sample pasted by their masks; what they hide is taken from the others' masks and boxes. Ghiasi et
/// al. 2020, arXiv 2012.07177. As torchvision's `SimpleCopyPaste` reference.
public struct PastedObjects: FixedAugmentation {
  /// The other.
  public let other: Sample
  /// Which of its objects.
  public let chosen: [Int]
  /// Whether the edges are softened.
  public let blends: Bool

  /// Objects of another sample.
  public init(other: Sample, chosen: [Int], blends: Bool = true) {
    self.other = other
    self.chosen = chosen
    self.blends = blends
  }

  /// The sample with the objects pasted.
  public func apply(to sample: Sample) throws(AugmentationError) -> Sample {
    let other = try other.fitted(to: sample), objects = other.objects ?? []
    let pasted = chosen.filter { objects.indices.contains($0) }.map { objects[$0] }.filter { $0.mask != nil }
    guard !pasted.isEmpty else { return sample }
    var result = sample
    let hidden = try imaging { () throws(ImageError) -> Mask in
      var union = try Mask(
        width: sample.size.width, height: sample.size.height,
        counts: [
          sample.size.width * sample.size.height
        ])
      for mask in pasted.compactMap(\.mask) { union = try union.union(mask) }
      return union
    }
    result.image = try blended(sample.image, other.image, hidden)
    if let map = sample.classMap, let otherMap = other.classMap { result.classMap = try cut(map, otherMap, hidden) }
    var kept: [SampleObject] = []
    for object in sample.objects ?? [] {
      guard let mask = object.mask else {
        kept.append(object)
        continue
      }
      let seen = try imaging { () throws(ImageError) in try mask.subtracting(hidden) }
      guard let box = seen.boundingBox else { continue }
      var part = object
      part.mask = seen
      if seen != mask { part.box = box }
      kept.append(part)
    }
    result.objects = kept + pasted
    return result
  }

  private func blended(_ image: Image, _ other: Image, _ mask: Mask) throws(AugmentationError) -> Image {
    let channels = image.channels
    var shares = mask.pixels.map { Float($0) }
    if blends {
      let blur = try GaussianBlur(width: 5, height: 5, sigma: (2, 2))
      shares = blur.blurred(shares, width: image.width, height: image.height)
    }
    return try image.remade { source, target in
      for (pixel, share) in shares.enumerated() {
        for c in 0..<channels {
          let place = pixel * channels + c
          let value = Float(source[place]) * (1 - share) + Float(other.pixels[place]) * share
          target[place] = UInt8(min(max(value.rounded(), 0), 255))
        }
      }
    }
  }

  private func cut(_ map: ClassMap, _ other: ClassMap, _ mask: Mask) throws(AugmentationError) -> ClassMap {
    var classes = map.classes
    for (place, inside) in mask.pixels.enumerated() where inside != 0 { classes[place] = other.classes[place] }
    return try imaging { () throws(ImageError) in
      try ClassMap(width: map.width, height: map.height, classes: classes)
    }
  }
}

extension Mask {
  /// The pixels that are not in the other.
  fileprivate func subtracting(_ other: Mask) throws(ImageError) -> Mask {
    let taken = other.pixels
    return try Mask(width: width, height: height, pixels: zip(pixels, taken).map { $1 == 0 ? $0 : 0 })
  }
}

/// A random part of another sample's objects pasted.
public struct CopyPaste: Augmentation {
  private let blends: Bool

  /// Objects pasted, with softened edges or not.
  public init(blends: Bool = true) { self.blends = blends }

  /// The objects: each of the other sample's, or not, evenly; those without a mask never.
  public func draw(for sample: Sample, _ context: inout DrawContext) throws(AugmentationError) -> any Transform {
    let other = try context.drawPartner(for: "copy_paste")
    let candidates = (other.objects ?? []).indices.filter { other.objects?[$0].mask != nil }
    let chosen = candidates.filter { _ in context.random.happens(0.5) }
    return PastedObjects(other: other, chosen: chosen, blends: blends)
  }
}
