/// Makes values of events: resolves aliases, refuses what is ambiguous, counts what it makes.
struct YAMLComposer {
  private let events: YAMLEvents
  private let name: String
  private let limits: YAMLLimits
  private var anchors: [String: (node: YAMLNode, count: Int)] = [:]
  private var open: Set<String> = []

  init(_ events: YAMLEvents, name: String, limits: YAMLLimits) {
    self.events = events
    self.name = name
    self.limits = limits
  }

  /// The one document. An empty text is nothing.
  mutating func document() throws(ConfigurationError) -> YAMLNode {
    let start = SourcePosition(file: name, line: 1, column: 1)
    guard case .documentStart = try events.next().event else { return .plain("", at: start) }
    let (node, _) = try value(try events.next(), depth: 0)
    _ = try events.next()
    let (event, position) = try events.next()
    guard case .streamEnd = event else {
      throw ConfigurationError(position, "a second document begins here; expected one")
    }
    return node
  }

  /// A value and how many values it is made of, itself among them.
  private mutating func value(
    _ found: (event: YAMLEvents.Event, position: SourcePosition), depth: Int
  ) throws(ConfigurationError) -> (YAMLNode, Int) {
    let position = found.position
    guard depth <= limits.depth else {
      throw ConfigurationError(position, "lists and mappings lie more than \(limits.depth) deep in each other")
    }
    switch found.event {
    case .alias(let anchor):
      guard let known = anchors[anchor] else {
        throw ConfigurationError(
          position,
          open.contains(anchor) ? "*\(anchor) stands inside itself" : "there is no anchor &\(anchor) before this")
      }
      // What is wrong with a copy is wrong where it was written: it keeps its own place.
      return known
    case .scalar(let text, let isPlain, let anchor, let tag):
      try check(tag, position)
      let isText = tag.map { $0.hasSuffix(":str") } ?? false
      let node = YAMLNode(.scalar(text, isPlain: isPlain && !isText), at: position)
      if let anchor { anchors[anchor] = (node, 1) }
      return (node, 1)
    case .sequenceStart(let anchor, let tag):
      try begin(anchor, tag, position)
      var elements: [YAMLNode] = [], count = 1
      while true {
        let next = try events.next()
        if case .sequenceEnd = next.event { break }
        let (element, size) = try value(next, depth: depth + 1)
        elements.append(element)
        count = try sum(count, size, next.position)
      }
      return end(YAMLNode(.sequence(elements), at: position), count, anchor)
    case .mappingStart(let anchor, let tag):
      try begin(anchor, tag, position)
      let (entries, count) = try entries(depth: depth)
      return end(YAMLNode(.mapping(entries), at: position), count, anchor)
    case .streamEnd, .documentStart, .documentEnd, .sequenceEnd, .mappingEnd:
      throw ConfigurationError(position, "not YAML: a value is missing")
    }
  }

  private mutating func entries(depth: Int) throws(ConfigurationError) -> ([YAMLNode.Entry], Int) {
    var entries: [YAMLNode.Entry] = [], count = 1
    var places: [String: SourcePosition] = [:]
    var merged: [YAMLNode] = []
    while true {
      let next = try events.next()
      if case .mappingEnd = next.event { break }
      let (key, keySize) = try value(next, depth: depth + 1)
      guard case .scalar(let name, let isPlain) = key.content else {
        throw ConfigurationError(next.position, "a key is \(key.kind); expected a word")
      }
      let (value, size) = try value(try events.next(), depth: depth + 1)
      count = try sum(count, keySize + size, next.position)
      if name == "<<", isPlain {
        merged += value.elements ?? [value]
        continue
      }
      if let first = places[name] {
        throw ConfigurationError(
          next.position, "'\(name.prefix(60))' is given twice; it stands in line \(first.line) already")
      }
      places[name] = next.position
      entries.append(YAMLNode.Entry(name, value, at: next.position))
    }
    for source in merged {
      guard let others = source.entries else {
        throw ConfigurationError(source.position, "'<<' merges mappings, and this is \(source.kind)")
      }
      for entry in others where places[entry.key] == nil {
        places[entry.key] = entry.keyPosition
        entries.append(entry)
      }
    }
    return (entries, count)
  }

  private mutating func begin(
    _ anchor: String?, _ tag: String?, _ position: SourcePosition
  ) throws(ConfigurationError) {
    try check(tag, position)
    guard let anchor else { return }
    anchors[anchor] = nil
    open.insert(anchor)
  }

  private mutating func end(_ node: YAMLNode, _ count: Int, _ anchor: String?) -> (YAMLNode, Int) {
    if let anchor {
      open.remove(anchor)
      anchors[anchor] = (node, count)
    }
    return (node, count)
  }

  private func sum(_ a: Int, _ b: Int, _ position: SourcePosition) throws(ConfigurationError) -> Int {
    guard a + b <= limits.values else {
      throw ConfigurationError(
        position, "more than \(limits.values) values, those that aliases stand for counted each time")
    }
    return a + b
  }

  private func check(_ tag: String?, _ position: SourcePosition) throws(ConfigurationError) {
    guard let tag, tag != "!", tag != "tag:yaml.org,2002:str" else { return }
    throw ConfigurationError(position, "tags such as '\(tag.prefix(60))' are not used here")
  }
}
