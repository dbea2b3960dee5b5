import Support

/// A bounded queue between stages: elements are put by their place, by whoever has them first, and taken in order.
final class OrderedQueue<Element: Sendable>: Sendable {
  private struct State {
    var ready: [Int: Element] = [:]
    var nextToTake = 0
    var end: Int?
  }
  private let state = Monitor(State())
  private let window: Int

  /// A queue that holds elements of at most `window` places.
  init(window: Int) { self.window = max(window, 1) }

  /// Puts an element at its place, waiting for room.
  func put(_ element: Element, at place: Int) {
    state.wait { [window] state -> Void? in
      guard place < state.nextToTake + window else { return nil }
      state.ready[place] = element
      return ()
    }
  }

  /// The next element in order with its place; nil at the end. Several threads may take.
  func take() -> (place: Int, element: Element)? {
    let taken: (place: Int, element: Element)?? = state.wait { state in
      if let element = state.ready.removeValue(forKey: state.nextToTake) {
        state.nextToTake += 1
        return .some((state.nextToTake - 1, element))
      }
      if let end = state.end, state.nextToTake >= end { return .some(nil) }
      return nil
    }
    return taken ?? nil
  }

  /// Says how many places there are.
  func close(at end: Int) { state.change { $0.end = end } }
}
