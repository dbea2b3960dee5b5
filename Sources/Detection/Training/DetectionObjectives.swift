import Models

/// What detectors learn by.
package enum DetectionObjectives {
  /// The objective of a network that scores so many classes; nil where there is none.
  package static func objective(of network: any DetectionNetwork, classes: Int) -> (any DetectionObjective)? {
    switch network {
    case let network as YOLOX: YOLOXObjective(network, classes: classes)
    case let network as SSD: SSDObjective(network)
    case let network as RetinaNet: RetinaNetObjective(network)
    case let network as FCOS: FCOSObjective(network)
    case let network as FasterRCNN where network.regions.classifier.keypointHead == nil: RegionObjective(network)
    default: nil
    }
  }
}
