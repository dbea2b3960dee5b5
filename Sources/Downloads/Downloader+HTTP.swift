import Checkpoints

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

extension Downloader {
  /// Fills `partial` from a URL: goes on where it ends if the server still has the same file, tries again when the
  /// connection breaks.
  func download(
    _ file: WeightFile, _ url: String, into partial: PartialFile, progress: ProgressHandler
  ) throws(DownloadError) {
    guard let curl else { throw .noLibrary }
    // A part of something else is of no use; only a hash could tell afterwards.
    if partial.count > 0, partial.origin?.url != url { try partial.restart() }
    var idle = 0, tries = 0
    while true {
      let before = partial.count
      let failure: DownloadError
      do {
        try withoutActuallyEscaping(progress) { progress throws(DownloadError) in
          let sink = PartialSink(file: file, url: url, partial: partial, progress: progress)
          try get(url, with: curl, into: sink)
          if sink.mustRestart {
            throw DownloadError.protocolFault(url: url, reason: "the server's range does not fit the part that is here")
          }
          if let total = sink.total ?? file.bytes, partial.count < total {
            throw DownloadError.connection(
              url: url, reason: "it ended after \(partial.count) of \(total) bytes", canRetry: true)
          }
        }
        return
      } catch {
        if case .cancelled = error { throw .cancelled(file: file.name) }
        failure = error
      }
      idle = partial.count > before ? 0 : idle + 1
      tries += 1
      guard failure.canRetry, idle < settings.attempts, tries < settings.maximumAttempts else { throw failure }
      try pause(file, after: failure, idle: idle, partial: partial, progress: progress)
    }
  }

  /// Follows redirects to the file itself.
  private func get(_ start: String, with curl: Curl, into sink: PartialSink) throws(DownloadError) {
    var url = start
    for _ in 0...settings.maximumRedirects {
      var transfer = HTTPTransfer(url: url)
      transfer.connectTimeout = settings.connectTimeout
      transfer.stallTimeout = settings.stallTimeout
      transfer.offset = sink.offset
      transfer.validator = sink.validator
      let (response, redirect) = try transfer.perform(with: curl, into: sink)
      guard let target = redirect else {
        if (300..<400).contains(response.status) {
          throw .status(url: url, code: response.status, retryAfter: nil)
        }
        return
      }
      let isSecure = target.lowercased().hasPrefix("https://"), isPlain = target.lowercased().hasPrefix("http://")
      guard isSecure || (isPlain && !url.lowercased().hasPrefix("https://")) else {
        throw .refusedRedirect(url: url, target: target)
      }
      url = target
    }
    throw .tooManyRedirects(url: start, limit: settings.maximumRedirects)
  }

  /// Waits before the next try: the back-off, or what the server asks for up to half a minute.
  private func pause(
    _ file: WeightFile, after failure: DownloadError, idle: Int, partial: PartialFile, progress: ProgressHandler
  ) throws(DownloadError) {
    var milliseconds = settings.backoffMilliseconds << min(max(idle - 1, 0), 6)
    if case .status(_, _, let seconds?) = failure { milliseconds = max(milliseconds, min(seconds, 30) * 1_000) }
    var left = milliseconds
    while left > 0 {
      let now = DownloadProgress(name: file.name, phase: .retrying, received: partial.count, total: file.bytes)
      guard progress(now) else { throw .cancelled(file: file.name) }
      usleep(UInt32(min(left, 100)) * 1_000)
      left -= 100
    }
  }
}

/// Writes an answer's body to a partial file, once the head shows that it belongs there.
private final class PartialSink: HTTPSink {
  let file: WeightFile
  let url: String
  let partial: PartialFile
  let progress: Downloader.ProgressHandler
  /// The file's whole length, once the server has said it.
  private(set) var total: Int?
  /// Whether the part that is here was found not to fit; it is gone then.
  private(set) var mustRestart = false
  /// Where this request begins.
  var offset: Int { partial.count }
  /// What the part that is here was of.
  let validator: String?
  private let known: PartialFile.Origin?

  init(file: WeightFile, url: String, partial: PartialFile, progress: @escaping Downloader.ProgressHandler) {
    self.file = file
    self.url = url
    self.partial = partial
    self.progress = progress
    known = partial.count > 0 ? partial.origin : nil
    validator = known?.validator
  }

  func begin(_ response: HTTPResponse) throws(DownloadError) -> Bool {
    switch response.status {
    case 200:
      // The whole file: the server has no ranges, or its file has changed.
      try partial.restart()
      try accept(total: response.contentLength, of: response)
      return true
    case 206:
      let range = response.contentRange
      let isSame = known?.total == nil || range?.total == nil || known?.total == range?.total
      guard offset > 0, range?.first == offset, isSame else { return try refuse() }
      try accept(total: range?.total, of: response)
      return true
    case 416:
      // Nothing is left to send: the part may be the whole.
      guard offset > 0, response.contentRange?.total == offset else { return try refuse() }
      total = offset
      return false
    case 300..<400:
      return false
    default:
      throw .status(url: url, code: response.status, retryAfter: response.retryAfter)
    }
  }

  func receive(_ bytes: UnsafeRawBufferPointer) throws(DownloadError) {
    guard bytes.count <= file.maximumBytes - partial.count else {
      try partial.restart()
      throw .tooLong(source: url, limit: file.maximumBytes)
    }
    try partial.write(bytes)
  }

  func shouldContinue() -> Bool {
    progress(
      DownloadProgress(name: file.name, phase: .downloading, received: partial.count, total: total ?? file.bytes))
  }

  private func refuse() throws(DownloadError) -> Bool {
    try partial.restart()
    mustRestart = true
    return false
  }

  private func accept(total: Int?, of response: HTTPResponse) throws(DownloadError) {
    self.total = total
    if let total {
      guard total <= file.maximumBytes else {
        try partial.restart()
        throw .tooLong(source: url, limit: file.maximumBytes)
      }
      try partial.requireRoom(for: total - partial.count)
    }
    try partial.setOrigin(.init(url: url, validator: response.validator, total: total))
  }
}
