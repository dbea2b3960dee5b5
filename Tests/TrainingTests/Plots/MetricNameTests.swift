import Testing
import Training

@Suite struct MetricNameTests {
  @Test(
    arguments: [
      ("train_loss", "loss", "train", MetricDirection.lower), ("val_top1", "top1", "val", .higher),
      ("validation/mIoU", "mIoU", "val", .higher), ("learning_rate", "learning_rate", nil, nil),
      ("images_per_second", "images_per_second", nil, nil), ("test.ap50", "ap50", "test", .higher),
      ("val_gradient_norm", "gradient_norm", "val", nil), ("top1", "top1", nil, .higher),
    ] as [(String, String, String?, MetricDirection?)])
  func columnsAreTakenApart(_ column: String, _ metric: String, _ part: String?, _ direction: MetricDirection?) {
    let name = MetricName(column)
    #expect(name.metric == metric && name.part == part && name.direction == direction)
  }
}
