import CCurl

/// What becomes of an answer while it comes in.
protocol HTTPSink: AnyObject {
  /// The head is complete. Returns whether the body is wanted.
  func begin(_ response: HTTPResponse) throws(DownloadError) -> Bool
  /// A piece of the body.
  func receive(_ bytes: UnsafeRawBufferPointer) throws(DownloadError)
  /// Asked several times a second; false stops the transfer.
  func shouldContinue() -> Bool
}

/// One GET of one URL. Redirects are reported, not followed.
struct HTTPTransfer {
  /// What to get: http or https.
  let url: String
  /// The first byte wanted.
  var offset = 0
  /// What the part that is already here was of: the server sends the whole where it has changed.
  var validator: String?
  /// Seconds for the connection to be made.
  var connectTimeout = 15
  /// Seconds without bytes after which the connection counts as broken.
  var stallTimeout = 30

  /// Runs it; returns the head and, for a redirect, where it leads.
  func perform(
    with curl: Curl, into sink: any HTTPSink
  ) throws(DownloadError) -> (response: HTTPResponse, redirect: String?) {
    guard let handle = curl.api.easy_init() else {
      throw .connection(url: url, reason: "libcurl gives no handle", canRetry: false)
    }
    defer { curl.api.easy_cleanup(handle) }
    let state = TransferState(sink: sink, stallTimeout: stallTimeout)
    var api = curl.api
    var headers: UnsafeMutablePointer<curl_slist>?
    if offset > 0, let validator { headers = api.slist_append(nil, "If-Range: \(validator)") }
    defer { api.slist_free_all(headers) }
    let context = Unmanaged.passUnretained(state).toOpaque()
    let httpOnly = Int(CURLPROTO_HTTP) | Int(CURLPROTO_HTTPS)
    let options: [(CURLoption, Int)] = [
      (CURLOPT_NOSIGNAL, 1), (CURLOPT_FOLLOWLOCATION, 0), (CURLOPT_PROTOCOLS, httpOnly), (CURLOPT_NOPROGRESS, 0),
      (CURLOPT_SUPPRESS_CONNECT_HEADERS, 1), (CURLOPT_CONNECTTIMEOUT, connectTimeout),
      (CURLOPT_BUFFERSIZE, 256 << 10),
    ]
    for (option, value) in options { _ = ccurl_set_long(&api, handle, option, value) }
    _ = ccurl_set_text(&api, handle, CURLOPT_URL, url)
    _ = ccurl_set_text(&api, handle, CURLOPT_USERAGENT, "vision")
    if offset > 0 { _ = ccurl_set_text(&api, handle, CURLOPT_RANGE, "\(offset)-") }
    if let headers { _ = ccurl_set_pointer(&api, handle, CURLOPT_HTTPHEADER, headers) }
    _ = ccurl_set_data_callback(&api, handle, CURLOPT_HEADERFUNCTION, headerCallback)
    _ = ccurl_set_pointer(&api, handle, CURLOPT_HEADERDATA, context)
    _ = ccurl_set_data_callback(&api, handle, CURLOPT_WRITEFUNCTION, bodyCallback)
    _ = ccurl_set_pointer(&api, handle, CURLOPT_WRITEDATA, context)
    _ = ccurl_set_progress_callback(&api, handle, progressCallback)
    _ = ccurl_set_pointer(&api, handle, CURLOPT_XFERINFODATA, context)
    let code = withExtendedLifetime(state) { api.easy_perform(handle) }
    if let failure = state.failure { throw failure }
    if state.isCancelled { throw .cancelled(file: url) }
    let began = state.response.status != 0
    if state.hasStalled {
      throw .connection(url: url, reason: "no byte came for \(stallTimeout) seconds", canRetry: began)
    }
    guard code == CURLE_OK || state.isUnwanted else {
      throw .connection(
        url: url, reason: api.easy_strerror(code).map { String(cString: $0) } ?? "it failed",
        canRetry: Self.canRetry(code, began: began))
    }
    guard state.hasBegun else { throw .protocolFault(url: url, reason: "the server's answer is not HTTP") }
    let target = ccurl_redirect_url(&api, handle).map { String(cString: $0) }
    return (state.response, (300..<400).contains(state.response.status) ? target : nil)
  }

  /// Nobody there, no such name, no trust: the same again would only cost time.
  private static func canRetry(_ code: CURLcode, began: Bool) -> Bool {
    let hopeless = [
      CURLE_UNSUPPORTED_PROTOCOL, CURLE_URL_MALFORMAT, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_RESOLVE_HOST,
      CURLE_COULDNT_CONNECT, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM,
    ]
    return !hopeless.contains(code) && (code != CURLE_OPERATION_TIMEDOUT || began)
  }
}

/// What the callbacks share while a transfer runs. Touched only by the thread that performs it.
private final class TransferState {
  let sink: any HTTPSink
  var response = HTTPResponse()
  var failure: DownloadError?
  var isCancelled = false
  var hasStalled = false
  /// Whether the sink wants no body. A short one is swallowed (libcurl tells where a redirect leads only at its end), a long
  /// one cuts the transfer short, which is no fault.
  var isUnwanted = false
  private var swallowed = 0
  private(set) var hasBegun = false
  // libcurl's own low-speed limit averages over five seconds, which lets the last bytes before a stall hide it.
  private var lastSign = ContinuousClock.now
  private let patience: Duration

  init(sink: any HTTPSink, stallTimeout: Int) {
    self.sink = sink
    patience = .seconds(stallTimeout)
  }

  /// Takes in one line of the head; the empty one ends it.
  func receiveHead(_ line: String) -> Bool {
    lastSign = .now
    response.take(line)
    // Past the first whole head that is an answer (not a 100) there are only trailers.
    guard !hasBegun, line.allSatisfy(\.isNewline), response.status >= 200 else { return true }
    hasBegun = true
    do {
      isUnwanted = try !sink.begin(response)
      return true
    } catch {
      failure = error
      return false
    }
  }

  func receive(_ bytes: UnsafeRawBufferPointer) -> Bool {
    lastSign = .now
    guard hasBegun, !isUnwanted else {
      swallowed += bytes.count
      return swallowed <= 64 << 10
    }
    do {
      try sink.receive(bytes)
      return true
    } catch {
      failure = error
      return false
    }
  }

  /// Whether to go on; asked by libcurl about once a second, oftener while bytes come in.
  func shouldContinue() -> Bool {
    isCancelled = !sink.shouldContinue()
    hasStalled = lastSign.duration(to: .now) > patience
    return !isCancelled && !hasStalled
  }
}

private func state(_ context: UnsafeMutableRawPointer) -> TransferState {
  Unmanaged<TransferState>.fromOpaque(context).takeUnretainedValue()
}

private let headerCallback: ccurl_data_callback = { data, size, count, context in
  guard let data, let context else { return 0 }
  let line = UnsafeRawBufferPointer(start: data, count: size * count)
  return state(context).receiveHead(String(decoding: line, as: UTF8.self)) ? size * count : 0
}

private let bodyCallback: ccurl_data_callback = { data, size, count, context in
  guard let data, let context else { return 0 }
  return state(context).receive(UnsafeRawBufferPointer(start: data, count: size * count)) ? size * count : 0
}

private let progressCallback: ccurl_progress_callback = { context, _, _, _, _ in
  guard let context else { return 1 }
  return state(context).shouldContinue() ? 0 : 1
}
