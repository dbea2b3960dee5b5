/// How a stage that works long on one sample says how far it is, and hears that it should come to an end.
public struct WorkMonitor: Sendable {
  /// Whether to stop: what is done so far is kept.
  public var isCancelled: @Sendable () -> Bool
  /// Hears of steps done, of how many, and a few words about them.
  public var report: @Sendable (_ done: Int, _ total: Int, _ note: String) -> Void

  /// A monitor; by default nobody listens.
  public init(
    isCancelled: @escaping @Sendable () -> Bool = { false },
    report: @escaping @Sendable (_ done: Int, _ total: Int, _ note: String) -> Void = { _, _, _ in }
  ) {
    self.isCancelled = isCancelled
    self.report = report
  }
}
