#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What time it is, and on which machine: for logs, never for results.
package enum WallClock {
  /// Seconds since 1970.
  package static var seconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  /// The machine's name.
  package static var host: String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
      guard let start = buffer.baseAddress, gethostname(start, 255) == 0 else { return "localhost" }
      buffer[255] = 0
      let name = String(cString: start)
      return name.isEmpty || name.contains("/") ? "localhost" : name
    }
  }

  /// This process's number.
  package static var process: Int { Int(getpid()) }
}
