import Checkpoints
import Configuration
import Support
import TensorCore

/// What a run was: the resolved pipeline with the hashes of its weights and the versions that results depend on, as a
/// pipeline file. Running that file on a machine of the same tier gives the same bytes.
public struct RunRecord: Sendable {
  private let pipeline: Pipeline
  private let version: String

  /// The record of a pipeline in a version of the program.
  public init(_ pipeline: Pipeline, version: String) {
    self.pipeline = pipeline
    self.version = version
  }

  /// The file's text.
  public var text: String {
    let place = SourcePosition("record")
    var digest = FileDigest()
    for index in 0..<pipeline.inputs.count {
      Array(((index > 0 ? "\n" : "") + pipeline.inputs.name(at: index)).utf8).withUnsafeBytes { digest.update($0) }
    }
    var facts: [(String, YAMLNode)] = [
      ("version", .text(version, at: place)), ("kernels", .text(KernelISA.name, at: place)),
      ("inputs", .plain("\(pipeline.inputs.count)", at: place)),
      ("names_sha256", .text(digest.hexadecimal(), at: place)),
    ]
    if let shard = pipeline.shard { facts.append(("shard", .text("\(shard.number)/\(shard.count)", at: place))) }
    let settings = Dictionary(uniqueKeysWithValues: zip(pipeline.plan.nodes.map(\.name), pipeline.stages.map(\.record)))
    let document = pipeline.plan.document(
      facts: [
        YAMLNode.Entry(
          "record", YAMLNode(.mapping(facts.map { YAMLNode.Entry($0.0, $0.1) }), at: place))
      ], settings: settings)
    return YAMLWriter.text(document)
  }

  /// What differs between a record and this program: results may differ too.
  public static func differences(_ record: YAMLNode, version: String) -> [String] {
    var found: [String] = []
    if let recorded = record["version"]?.text, recorded != version {
      found.append("it was recorded by version \(recorded), and this is \(version)")
    }
    if let kernels = record["kernels"]?.text, kernels != KernelISA.name {
      found.append("it was recorded with \(kernels) kernels, and this machine runs \(KernelISA.name)")
    }
    return found
  }
}
