import Imaging
import Support

extension Mask {
  /// COCO's run lengths: `{"size": [height, width], "counts": TEXT}`.
  package var json: JSONValue {
    .object([("size", .array([.int(height), .int(width)])), ("counts", .string(compressedCounts))])
  }
}
