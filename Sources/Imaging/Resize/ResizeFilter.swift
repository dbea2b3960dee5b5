/// How the pixels of a resized picture are made.
///
/// The first six are Pillow's `Image.resize`, byte for byte: except for `nearest` they widen with the scale when a picture
/// shrinks (antialiasing). The last two do not widen.
public enum ResizeFilter: String, Sendable, Hashable, CaseIterable, Codable {
  /// The pixel under the middle of the new one.
  case nearest
  /// The mean of the pixels covered.
  case box
  /// A triangle, 1 pixel to either side.
  case bilinear
  /// A Hamming-windowed sinc, 1 pixel to either side.
  case hamming
  /// Keys' cubic with a = -0.5, 2 pixels to either side.
  case bicubic
  /// A Lanczos-windowed sinc, 3 pixels to either side.
  case lanczos
  /// OpenCV's `cv2.resize` with `INTER_LINEAR`, byte for byte: no antialiasing, but for its mean of 2x2 at exactly one half.
  case opencvBilinear = "opencv-bilinear"
  /// Darknet's `resize_image`: corners aligned, no antialiasing, in float. As bytes, its result is rounded.
  case darknetBilinear = "darknet-bilinear"
}
