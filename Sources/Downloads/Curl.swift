import CCurl

/// A loaded libcurl. Loaded at the first pull, so that the program starts without it.
struct Curl: @unchecked Sendable {
  /// Function pointers: constant once filled, and libcurl's easy interface may be used from any thread.
  let api: ccurl_api

  /// The library of this machine; nil where it has none.
  static let shared = Curl(names: ["libcurl.so.4", "libcurl-gnutls.so.4", "libcurl.4.dylib"])

  /// Loads the first of `names` that is there.
  init?(names: [String]) {
    var api = ccurl_api()
    guard names.contains(where: { ccurl_load(&api, $0) == 1 }) else { return nil }
    self.api = api
  }

  /// Its version and what it was built with.
  var version: String { api.version().map { String(cString: $0) } ?? "unknown" }
}

/// The version of this machine's libcurl, for `vision doctor`; nil where it has none.
public func libcurlVersion() -> String? { Curl.shared?.version }
