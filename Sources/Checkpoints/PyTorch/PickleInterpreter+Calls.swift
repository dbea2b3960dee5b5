/// Globals and calls: where a real pickle machine would run code, and this one writes down what is meant.
extension PickleInterpreter {
  mutating func call(_ opcode: PickleOpcode) throws(CheckpointError) {
    switch opcode {
    case .global:
      let module = try line(), name = try line()
      try push(try global(module, name))
    case .stackGlobal:
      guard case .string(let name) = try pop(), case .string(let module) = try pop() else {
        throw fault("a global whose name is no text")
      }
      try push(try global(module, name))
    case .reduce, .newObj:
      let arguments = try pop()
      try push(try apply(try pop(), arguments))
    case .newObjEx:
      _ = try pop()
      let arguments = try pop()
      try push(try apply(try pop(), arguments))
    case .build:
      // State of a parameter, a dictionary's attributes (`_metadata`), a placeholder's: of no use here.
      _ = try pop()
      _ = try top()
    case .inst:
      let module = try line(), name = try line()
      let callee = try global(module, name)
      let arguments = try popToMark()
      try push(try apply(callee, .tuple(try container(arguments))))
    case .obj:
      let values = try popToMark()
      guard let callee = values.first else { throw fault("an object without a class") }
      try push(try apply(callee, .tuple(try container(Array(values.dropFirst())))))
    case .binPersistentID: try push(try storage(try pop()))
    default: throw file.unsupported("a persistent id as text, which PyTorch does not write", at: position)
    }
  }

  private mutating func global(_ module: String, _ name: String) throws(CheckpointError) -> PickleValue {
    kept += 1
    guard kept <= Self.valueLimit else { throw tooLarge() }
    guard module.utf8.count + name.utf8.count <= 1000 else { throw fault("a global with a very long name") }
    tree.globals.append(PickleTree.Global(name: module + "." + name, known: TorchGlobal(module: module, name: name)))
    return .global(tree.globals.count - 1)
  }

  /// What a call means: only known globals mean anything.
  private mutating func apply(_ callee: PickleValue, _ argumentTuple: PickleValue) throws(CheckpointError)
    -> PickleValue
  {
    let index: Int
    switch callee {
    case .global(let global): index = global
    case .placeholder(let global): return .placeholder(global)
    default: throw fault("a call of something that is no function")
    }
    guard let arguments = tree.elements(argumentTuple) else { throw fault("a call without a tuple of arguments") }
    switch tree.globals[index].known {
    case .orderedDictionary: return .dictionary(try container(try pairs(arguments)))
    case .rebuildTensor: return try tensor(arguments, hasType: false)
    case .rebuildTensorV2: return try tensor(arguments, hasType: false)
    case .rebuildTensorV3: return try tensor(arguments, hasType: true)
    case .rebuildParameter:
      // The tensor that is the parameter, or the placeholder for one.
      guard let first = arguments.first else { throw fault("a parameter without a tensor") }
      return first
    case .rebuildFromType:
      // (function, type, arguments, state): a plain tensor or parameter is what the function gives.
      guard arguments.count >= 3, case .global(let function) = arguments[0], case .global(let type) = arguments[1],
        tree.globals[type].known == .tensorType, tree.globals[function].known != .rebuildFromType
      else { return .placeholder(index) }
      return try apply(arguments[0], arguments[2])
    case .size:
      guard let first = arguments.first, let sizes = tree.elements(first) else {
        throw fault("torch.Size without sizes")
      }
      return .tuple(try container(sizes))
    case .device: return arguments.first ?? .none
    case .bytes: return .bytes
    case .storage, .dtype, .tensorType, nil: return .placeholder(index)
    }
  }

  /// Keys and values in turn of `OrderedDict()` or `OrderedDict([[key, value], ...])`.
  private func pairs(_ arguments: [PickleValue]) throws(CheckpointError) -> [PickleValue] {
    guard let first = arguments.first else { return [] }
    if case .dictionary(let index) = first { return tree.containers[index] }
    guard let list = tree.elements(first) else { throw fault("an OrderedDict of something else than pairs") }
    var flat: [PickleValue] = []
    for item in list {
      guard let pair = tree.elements(item), pair.count == 2 else {
        throw fault("an OrderedDict of something else than pairs")
      }
      flat += pair
    }
    return flat
  }

  /// `(storage, offset, sizes, strides, ...)`, with the element type as the seventh in version 3.
  private mutating func tensor(_ arguments: [PickleValue], hasType: Bool) throws(CheckpointError) -> PickleValue {
    guard arguments.count >= 4, case .storage(let storage) = arguments[0], case .integer(let offset) = arguments[1]
    else {
      throw fault("a tensor is not built from a storage, an offset, sizes and strides")
    }
    let shape = try sizes(arguments[2]), strides = try sizes(arguments[3])
    var type = tree.storages[storage].type
    if hasType {
      guard arguments.count >= 7, case .global(let index) = arguments[6],
        case .dtype(let given)? = tree.globals[index].known
      else {
        throw fault("a tensor without a known element type")
      }
      type = given
    }
    kept += 1 + shape.count
    guard kept <= Self.valueLimit else { throw tooLarge() }
    tree.tensors.append(
      PickleTree.TensorReference(
        storage: storage, type: type, storageOffset: offset, shape: shape, strides: strides, pickleOffset: position))
    return .tensor(tree.tensors.count - 1)
  }

  private func sizes(_ value: PickleValue) throws(CheckpointError) -> [Int] {
    guard let elements = tree.elements(value), elements.count <= StoredTensor.rankLimit else {
      throw fault("a tensor without sizes and strides, or with more than \(StoredTensor.rankLimit)")
    }
    var sizes: [Int] = []
    for element in elements {
      guard case .integer(let size) = element else { throw fault("a size or stride that is no integer") }
      sizes.append(size)
    }
    return sizes
  }

  /// `('storage', class, key, device, elements[, (view key, offset, elements)])`. The device does not matter.
  private mutating func storage(_ id: PickleValue) throws(CheckpointError) -> PickleValue {
    guard let parts = tree.elements(id), parts.count >= 5, case .string("storage") = parts[0],
      case .global(let type) = parts[1],
      case .string(let key) = parts[2], case .integer(let count) = parts[4], count >= 0
    else { throw fault("a persistent id that names no storage") }
    var view: (Int, Int)?
    if parts.count >= 6, let fields = tree.elements(parts[5]) {
      guard fields.count == 3, case .integer(let offset) = fields[1], case .integer(let length) = fields[2] else {
        throw fault("a storage view without offset and length")
      }
      view = (offset, length)
    }
    kept += 1
    guard kept <= Self.valueLimit else { throw tooLarge() }
    var stored: StoredType?
    if case .storage(let known)? = tree.globals[type].known { stored = known ?? .uint8 }
    tree.storages.append(
      PickleTree.StorageReference(type: stored, typeName: tree.globals[type].name, key: key, count: count, view: view))
    return .storage(tree.storages.count - 1)
  }
}
