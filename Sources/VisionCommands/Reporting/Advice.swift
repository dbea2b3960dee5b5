/// What a user can do about an error whose own text does not say it.
enum Advice {
  /// The advice for an error's code; nil where there is none to give.
  static func text(for code: String) -> String? {
    switch code {
    case "file.unreadable": "check its name and permissions"
    case "file.unwritable": "name a place that can be written to"
    case "file.too_large", "image.too_large":
      "if you trust it, raise the limit (--max-pixels, --max-file-bytes, --max-scans)"
    case "image.empty", "image.size", "image.damaged", "checkpoint.damaged": "get an undamaged copy of it"
    case "image.not_an_image": "give a picture in its place"
    case "image.memory", "checkpoint.memory": "use a machine with more memory"
    case "input.empty": "name JPEG or PNG files, or a folder that holds some"
    case "input.tensor": "write it with a float32 tensor 'input' of shape [N, C, H, W]"
    case "checkpoint.unrecognized": "give a weights file in its place"
    case "checkpoint.missing", "checkpoint.mismatch": "give the weights of the model that --model names"
    case "download.connection", "download.status":
      "check the connection, or set VISION_MIRROR to a folder that holds the file"
    case "format.unrecognized": "give the data set's own annotations"
    default: nil
    }
  }
}
