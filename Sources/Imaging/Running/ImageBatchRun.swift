import Support

/// Runs a network over many pictures: decoding and preparing, the network, and writing overlap; memory does not grow with
/// their number; results come in the order of the inputs; a picture that fails is reported and the others are done.
///
/// `Found` is what the network says of one picture, `Written` what is reported of it.
public struct ImageBatchRun<Found: Sendable, Written: Sendable>: Sendable {
  /// What came of one input.
  public struct Outcome: Sendable {
    /// The input's name.
    public let image: String
    /// What was made of it, or what went wrong.
    public let result: Result<Written, any Error>
  }

  /// A picture on its way through a run.
  public struct Item: Sendable {
    /// Its place among the inputs.
    public let index: Int
    /// Where it comes from.
    public let input: ImageInput
    /// The decoded picture.
    public let image: Image
    /// The network's input made of it.
    public let prepared: PreparedImage
  }

  /// Makes a picture the network's input; called from several threads.
  public typealias Prepare = @Sendable (Image) throws -> PreparedImage
  /// The network on a batch of pictures whose inputs have one size; called on the caller's thread.
  public typealias Compute = ([Item]) throws -> [Found]
  /// Writes the results of one picture; called for one at a time, in order, on a thread of its own.
  public typealias Write = @Sendable (Item, Found) throws -> Written

  private let batch: Int
  private let limits: ImageLimits
  private let prepare: Prepare
  private let write: Write

  /// A run that gives the network `batch` pictures at a time.
  public init(batch: Int = 1, limits: ImageLimits = .standard, prepare: @escaping Prepare, write: @escaping Write) {
    self.batch = max(batch, 1)
    self.limits = limits
    self.prepare = prepare
    self.write = write
  }

  /// Runs. `report` is called for every input, in order, on one thread that is not the caller's. Stops after what is under
  /// way when `isCancelled`; returns whether every input was done.
  public func callAsFunction(
    _ inputs: [Result<ImageInput, InputExpansion.Fault>], isCancelled: @escaping @Sendable () -> Bool = { false },
    compute: Compute, report: @escaping @Sendable (Outcome) -> Void
  ) -> Bool {
    let loader = ReadAhead(
      count: inputs.count, window: max(2 * batch, 3), workers: min(ThreadPool.shared.threadCount, 4)
    ) { [limits, prepare] index in
      Result<Item, any Error> {
        let input = try inputs[index].get()
        let image = try input.decode(limits: limits)
        return Item(index: index, input: input, image: image, prepared: try prepare(image))
      }
    }
    defer { loader.stop() }
    let queue = WorkQueue(capacity: 2 * batch)
    defer { queue.finish() }
    var group: [Item] = []
    func flush() {
      guard !group.isEmpty else { return }
      let members = group
      group = []
      let found = Result { try compute(members) }
      for (position, item) in members.enumerated() {
        let own = found.map { $0[position] }
        queue.add { [write] in
          report(Outcome(image: item.input.name, result: Result { try write(item, own.get()) }))
        }
      }
    }
    var index = 0
    while !isCancelled(), let loaded = loader.next() {
      switch loaded {
      case .success(let item):
        if let first = group.first?.prepared,
          first.width != item.prepared.width || first.height != item.prepared.height
        {
          flush()
        }
        group.append(item)
        if group.count == batch { flush() }
      case .failure(let error):
        flush()
        let name = InputExpansion.name(of: inputs[index])
        queue.add { report(Outcome(image: name, result: .failure(error))) }
      }
      index += 1
    }
    flush()
    queue.finish()
    return index == inputs.count
  }
}

extension InputExpansion {
  /// How an input is named in results and errors: its path, or the argument that gave none.
  public static func name(of input: Result<ImageInput, Fault>) -> String {
    switch input {
    case .success(let input): input.name
    case .failure(let fault): fault.argument
    }
  }
}
