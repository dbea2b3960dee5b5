import Models

/// What detectors learn by.
package enum DetectionObjectives {
  /// The objective of a network that scores so many classes; nil where there is none.
  package static func objective(of network: any DetectionNetwork, classes: Int) -> (any DetectionObjective)? {
    if let network = network as? YOLOX { return YOLOXObjective(network, classes: classes) }
    return nil
  }
}
