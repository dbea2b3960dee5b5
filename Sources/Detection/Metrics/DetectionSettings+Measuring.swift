extension DetectionSettings {
  /// What is kept of a network's candidates where it is measured: of torchvision's networks what they keep themselves; of dense ones
  /// what reaches a confidence of 0.001, and of two boxes that overlap by more than 0.65 one, as the YOLO family is measured.
  public static func measuring(_ network: any DetectionNetwork) -> DetectionSettings {
    if let own = (network as? any TorchvisionDetector)?.thresholds {
      return DetectionSettings(confidence: own.score.nextUp, iou: own.iou, maximumDetections: own.detections)
    }
    return DetectionSettings(confidence: 0.001, iou: 0.65, maximumDetections: 300)
  }
}
