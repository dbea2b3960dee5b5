import Foundation
import TensorCore

/// A golden file: the tensors and notes that a script of `Scripts/golden/` wrote, as safetensors.
///
/// Read by this small reader of its own, so that no test of storey 1 leans on the code of storey 2.
package struct Golden {
  /// The tensors by name.
  package let tensors: [String: Tensor]
  /// The file's `__metadata__`: at least `script`, `versions` and `seed`; lists of cases as JSON text under `cases`.
  package let metadata: [String: String]

  /// Reads `Goldens/NAME.safetensors` beside the test file that calls.
  package init(_ name: String, beside file: String = #filePath) throws {
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
    let data = try Data(contentsOf: folder.appendingPathComponent("Goldens/\(name).safetensors"))
    try self.init(data: data)
  }

  /// Reads the bytes of a safetensors file.
  package init(data: Data) throws {
    let size = Int(data.prefix(8).enumerated().reduce(UInt64(0)) { $0 | UInt64($1.element) << (8 * UInt64($1.offset)) })
    guard let header = try JSONSerialization.jsonObject(with: data[8..<8 + size]) as? [String: [String: Any]] else {
      throw CocoaError(.fileReadCorruptFile)
    }
    var tensors: [String: Tensor] = [:]
    for (name, entry) in header where name != "__metadata__" {
      guard let dtype = (entry["dtype"] as? String).flatMap({ Self.dtypes[$0] }), let shape = entry["shape"] as? [Int],
        let range = entry["data_offsets"] as? [Int]
      else { throw CocoaError(.fileReadCorruptFile) }
      tensors[name] = try Tensor(
        elements: [UInt8](data[8 + size + range[0]..<8 + size + range[1]]), bytesOf: TensorSpec(shape, dtype))
    }
    self.tensors = tensors
    metadata = header["__metadata__"] as? [String: String] ?? [:]
  }

  /// The cases listed in the metadata, decoded.
  package func cases<Case: Decodable>(_ type: Case.Type) throws -> [Case] {
    try JSONDecoder().decode([Case].self, from: Data((metadata["cases"] ?? "[]").utf8))
  }

  /// A tensor by name; throws where the file has none.
  package subscript(name: String) -> Tensor {
    get throws {
      guard let tensor = tensors[name] else {
        throw CocoaError(.keyValueValidation, userInfo: [NSLocalizedDescriptionKey: "no \(name)"])
      }
      return tensor
    }
  }

  private static let dtypes: [String: DType] = [
    "F32": .float32, "BF16": .bfloat16, "F16": .float16, "I8": .int8, "U8": .uint8, "I32": .int32, "I64": .int64,
    "BOOL": .bool,
  ]
}

extension Tensor {
  fileprivate init(elements bytes: [UInt8], bytesOf spec: TensorSpec) throws {
    try self.init(uninitialized: spec)
    let target = mutableView.pointer
    bytes.withUnsafeBytes {
      if let base = $0.baseAddress { target.copyMemory(from: base, byteCount: Swift.min($0.count, spec.byteCount)) }
    }
  }
}
