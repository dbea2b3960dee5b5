import Configuration
import Imaging
import Synchronization

/// Follows objects from picture to picture by the overlap of their boxes: the inputs are frames, in order.
public final class TrackStage: OrderedStage {
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
    var objects = item.objects ?? []
    objects = state.withLock { state in
      var numbered = objects
      var pairs: [(iou: Float, track: Int, object: Int)] = []
      for (t, track) in state.tracks.enumerated() {
        for (o, object) in objects.enumerated() where object.detection.classIndex == track.classIndex {
          let iou = object.detection.box.iou(track.box)
          if iou >= overlap { pairs.append((iou, t, o)) }
        }
      }
      pairs.sort { $0.iou != $1.iou ? $0.iou > $1.iou : ($0.track, $0.object) < ($1.track, $1.object) }
      var seen: Set<Int> = []
      for pair in pairs where !seen.contains(pair.track) && numbered[pair.object].track == nil {
        seen.insert(pair.track)
        numbered[pair.object].track = state.tracks[pair.track].number
        state.tracks[pair.track].box = objects[pair.object].detection.box
        state.tracks[pair.track].missed = 0
      }
      for index in state.tracks.indices where !seen.contains(index) { state.tracks[index].missed += 1 }
      state.tracks.removeAll { $0.missed > patience }
      for index in numbered.indices where numbered[index].track == nil {
        let detection = numbered[index].detection
        numbered[index].track = state.next
        state.tracks.append(Track(number: state.next, classIndex: detection.classIndex, box: detection.box))
        state.next += 1
      }
      return numbered
    }
    item.objects = objects
    return [item]
  }
}
