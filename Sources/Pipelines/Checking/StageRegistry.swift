import Augmentation

/// The kinds of stages that pipelines may name.
public struct StageRegistry: Sendable {
  /// A kind of stage.
  struct Kind: Sendable {
    let declaration: StageDeclaration
    let type: any Stage.Type
  }
  private(set) var kinds: [String: Kind] = [:]

  /// No kinds.
  public init() {}

  /// All that come with the toolkit.
  public static let standard: StageRegistry = {
    var registry = StageRegistry()
    let types: [any Stage.Type] = [
      ReadStage.self, DatasetStage.self, DecodeStage.self, ScaleStage.self, AugmentStage.self, ClassifyStage.self,
      DetectStage.self, SegmentStage.self, StyleStage.self, PaintInStyleStage.self, ExplainStage.self, EmbedStage.self,
      ThresholdStage.self, SuppressStage.self,
      FilterStage.self, CropStage.self, GatherStage.self, CountStage.self, TrackStage.self, DeduplicateStage.self,
      DrawStage.self, BlurStage.self, ContactSheetStage.self, WriteImagesStage.self, WriteMasksStage.self,
      WriteRecordsStage.self, WriteCSVStage.self, WriteCOCOStage.self, WriteVOCStage.self, WriteYOLOStage.self,
      SortIntoFoldersStage.self, MetricsStage.self, TensorStage.self, WriteTensorsStage.self, EmitStage.self,
      BenchmarkStage.self,
    ]
    for type in types { registry.add(type) }
    for name in Recipe.augmentationNames {
      registry.kinds[name] = Kind(declaration: TransformStage.declaration(of: name), type: TransformStage.self)
    }
    return registry
  }()

  /// Adds a kind; one of the same name is replaced.
  public mutating func add(_ type: any Stage.Type) {
    kinds[type.declaration.name] = Kind(declaration: type.declaration, type: type)
  }

  /// All declarations by name.
  public var declarations: [StageDeclaration] { kinds.keys.sorted().compactMap { kinds[$0]?.declaration } }
}
