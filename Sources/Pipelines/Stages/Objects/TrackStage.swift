import Configuration
import Detection
import Imaging
import Synchronization

/// Follows objects from picture to picture by the overlap of their boxes: the inputs are frames, in order.
public final class TrackStage: RecallingStage {
  static let overlap = Setting<Double>.number(
    "iou", 0.3, in: 0.01...1, "Least overlap (intersection over union) of an object with itself a frame before.")
  static let patience = Setting<Int>.integer(
    "patience", 5, in: 0...100_000, "Frames that an object may be away and keep its number.")

  /// Its declaration.
  public static let declaration = StageDeclaration(
    "track", "Follows objects from frame to frame by overlap.",
    settings: [overlap.declaration, patience.declaration], needs: [.detections], gives: [.tracks])

  private struct Track {
    let number: Int
    let classIndex: Int
    var box: Box
    var missed = 0
  }
  private struct State {
    var tracks: [Track] = []
    var next = 1
  }
  private let state = Mutex(State())
  private let overlap: Float
  private let patience: Int

  /// With bounds.
  public init(_ settings: SettingValues, _ context: StageContext) throws {
    overlap = Float(settings[Self.overlap])
    patience = settings[Self.patience]
  }

  /// The sample whose objects have numbers: pairs of the largest overlap first, within a class.
  public func callAsFunction(_ item: Item) throws -> [Item] {
    var item = item
    let numbers = numbers(of: (item.objects ?? []).map(\.detection).map(Seen.init))
    for (index, number) in numbers.enumerated() { item.objects?[index].track = number }
    return [item]
  }

  /// An object as far as it is followed.
  public struct Seen: Codable, Sendable {
    let classIndex: Int
    let box: Box

    init(_ detection: Detection) { (classIndex, box) = (detection.classIndex, detection.box) }
  }

  /// Its objects.
  public func memory(of item: Item) -> [Seen]? { (item.objects ?? []).map(\.detection).map(Seen.init) }

  /// Follows objects through a frame again.
  public func recall(_ objects: [Seen]) { _ = numbers(of: objects) }

  private func numbers(of objects: [Seen]) -> [Int] {
    state.withLock { state in
      var numbers = [Int?](repeating: nil, count: objects.count)
      var pairs: [(iou: Float, track: Int, object: Int)] = []
      for (t, track) in state.tracks.enumerated() {
        for (o, object) in objects.enumerated() where object.classIndex == track.classIndex {
          let iou = object.box.iou(track.box)
          if iou >= overlap { pairs.append((iou, t, o)) }
        }
      }
      pairs.sort { $0.iou != $1.iou ? $0.iou > $1.iou : ($0.track, $0.object) < ($1.track, $1.object) }
      var seen: Set<Int> = []
      for pair in pairs where !seen.contains(pair.track) && numbers[pair.object] == nil {
        seen.insert(pair.track)
        numbers[pair.object] = state.tracks[pair.track].number
        state.tracks[pair.track].box = objects[pair.object].box
        state.tracks[pair.track].missed = 0
      }
      for index in state.tracks.indices where !seen.contains(index) { state.tracks[index].missed += 1 }
      state.tracks.removeAll { $0.missed > patience }
      return numbers.enumerated().map { index, number in
        if let number { return number }
        state.tracks.append(Track(number: state.next, classIndex: objects[index].classIndex, box: objects[index].box))
        state.next += 1
        return state.next - 1
      }
    }
  }
}
