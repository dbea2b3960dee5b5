import Imaging
import Training

/// How well objects are found, picture by picture: COCO's twelve numbers as pycocotools computes them, Pascal VOC's average
/// precision, curves over the confidence and what classes are taken for.
/// Lin et al. 2014, arXiv 1405.0312; Everingham et al. 2010.
///
/// The order of the pictures does not matter: of equal scores the one of the lower picture number comes first.
public struct DetectionMetrics: Sendable {
  /// What is compared.
  public enum Kind: Sendable, Hashable {
    /// Boxes.
    case boxes
    /// Masks; objects and detections without one count as empty.
    case masks
  }

  /// Most detections of a class in a picture that count.
  static let limit = 100

  /// A detection that was compared.
  struct Entry {
    var score: Float
    var image: Int
    /// Its place among those of its class in the picture, the best first.
    var rank: Int
    /// By range of areas: bits of the bounds.
    var isRight: SIMD4<UInt16>
    var isIgnored: SIMD4<UInt16>
    /// 1 right, 0 wrong, -1 left out.
    var voc: Int8
  }

  /// All of one class.
  struct ClassRecord {
    var entries: [Entry] = []
    /// Objects that count, by range of areas.
    var objects = SIMD4<Int>(repeating: 0)
    var vocObjects = 0
  }

  /// What is compared.
  public let kind: Kind
  /// Pictures.
  public private(set) var images = 0
  private(set) var records: [Int: ClassRecord] = [:]
  private(set) var confusion = ObjectConfusion()

  /// Nothing compared yet.
  public init(_ kind: Kind = .boxes) { self.kind = kind }

  /// Adds a picture: what was found in it, `classIndex` in the truth's numbering (below 0 for classes that the truth does not know),
  /// and what is there. `areas` are COCO's areas of the objects in square pixels; without them those of masks, else boxes.
  ///
  /// Detections whose numbers are not finite do not count. Throws `TrainingError.inconsistent` for masks of different sizes.
  public mutating func add(
    _ found: [Detection], truth: [SampleObject], areas: [Double]? = nil, image: Int
  ) throws(TrainingError) {
    images += 1
    let found = found.filter { $0.box.isFinite && $0.score.isFinite }
    confusion.add(found, truth)
    var foundByClass: [Int: [Int]] = [:], knownByClass: [Int: [Int]] = [:]
    for (index, detection) in found.enumerated() where detection.classIndex >= 0 {
      foundByClass[detection.classIndex, default: []].append(index)
    }
    for (index, object) in truth.enumerated() { knownByClass[object.label, default: []].append(index) }
    for (label, own) in foundByClass {
      // The best first; equal ones in order.
      let sorted = own.sorted { found[$0].score != found[$1].score ? found[$0].score > found[$1].score : $0 < $1 }
      try add(
        sorted.prefix(Self.limit).map { found[$0] }, truth, knownByClass[label] ?? [], areas, label: label, image: image
      )
    }
    for (label, own) in knownByClass where foundByClass[label] == nil {
      try add([], truth, own, areas, label: label, image: image)
    }
  }

  private mutating func add(
    _ found: [Detection], _ truth: [SampleObject], _ own: [Int], _ areas: [Double]?, label: Int, image: Int
  ) throws(TrainingError) {
    let known = own.map { truth[$0] }
    let matching = ObjectMatching(
      overlaps: try overlaps(found, known), foundAreas: found.map { area($0.box, $0.mask) },
      knownAreas: zip(own, known).map { index, object in
        if let areas, areas.indices.contains(index) { return areas[index] }
        return object.mask.map { Double($0.area) } ?? area(object.box, object.mask)
      }, isCrowd: known.map(\.isCrowd), isDifficult: known.map(\.isDifficult))
    var record = records.removeValue(forKey: label) ?? ClassRecord()
    defer { records[label] = record }
    for range in 0..<4 { record.objects[range] += matching.count(in: range) }
    record.vocObjects += known.count { !$0.isCrowd && !$0.isDifficult }
    guard !found.isEmpty else { return }
    let voc = matching.vocFates(), start = record.entries.count
    for (rank, detection) in found.enumerated() {
      record.entries.append(
        Entry(score: detection.score, image: image, rank: rank, isRight: .zero, isIgnored: .zero, voc: voc[rank]))
    }
    for range in 0..<4 {
      for (rank, fate) in matching.fates(in: range).enumerated() {
        record.entries[start + rank].isRight[range] = fate.isRight
        record.entries[start + rank].isIgnored[range] = fate.isIgnored
      }
    }
  }

  private func area(_ box: Box, _ mask: Mask?) -> Double {
    kind == .boxes ? ObjectMatching.area(box) : Double(mask?.area ?? 0)
  }

  private func overlaps(_ found: [Detection], _ known: [SampleObject]) throws(TrainingError) -> [Double] {
    var overlaps: [Double] = []
    overlaps.reserveCapacity(found.count * known.count)
    let boxes = kind == .masks ? known.map { $0.mask?.boundingBox } : []
    for detection in found {
      let own = kind == .masks ? detection.mask?.boundingBox : nil
      for (index, object) in known.enumerated() {
        guard kind == .masks else {
          overlaps.append(ObjectMatching.overlap(detection.box, object.box, isCrowd: object.isCrowd))
          continue
        }
        // Masks whose boxes are apart share nothing.
        guard let mine = detection.mask, let its = object.mask, let own, let box = boxes[index],
          ObjectMatching.overlap(own, box, isCrowd: false) > 0
        else {
          overlaps.append(0)
          continue
        }
        do { overlaps.append(try mine.iou(its, isCrowd: object.isCrowd)) } catch { throw .inconsistent("\(error)") }
      }
    }
    return overlaps
  }

  /// Adds what was compared elsewhere.
  public mutating func add(_ other: DetectionMetrics) {
    images += other.images
    for (label, record) in other.records {
      records[label, default: ClassRecord()].entries += record.entries
      records[label, default: ClassRecord()].objects &+= record.objects
      records[label, default: ClassRecord()].vocObjects += record.vocObjects
    }
    confusion.add(other.confusion)
  }
}

extension DetectionMetrics.ClassRecord {
  /// The detections by falling score; equal ones by picture, then by place.
  var sorted: [DetectionMetrics.Entry] {
    entries.sorted {
      $0.score != $1.score ? $0.score > $1.score : $0.image != $1.image ? $0.image < $1.image : $0.rank < $1.rank
    }
  }
}
