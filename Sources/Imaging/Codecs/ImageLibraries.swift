import CImageCodecs

/// The libraries that decode and encode.
public enum ImageLibraries {
  /// Name and version of each.
  public static var versions: [(name: String, version: String)] {
    [("jpeg", String(cString: ic_jpeg_version())), ("zlib", String(cString: ic_zlib_version()))]
  }
}
