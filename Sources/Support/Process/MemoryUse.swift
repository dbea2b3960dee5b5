#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The memory of this process.
public enum MemoryUse {
  /// The most bytes that were resident at a time so far.
  public static var peakBytes: Int {
    #if os(Linux)
      // What getrusage says includes the process that started this one, up to the moment when it did.
      if let text = SystemField.value("VmHWM", in: "/proc/self/status"), let size = text.split(separator: " ").first,
        let kilobytes = Int(size)
      {
        return kilobytes * 1024
      }
    #endif
    var usage = rusage()
    // Glibc declares the constant as an enum of its own.
    #if canImport(Glibc)
      let own = Int32(RUSAGE_SELF.rawValue)
    #else
      let own = RUSAGE_SELF
    #endif
    guard getrusage(own, &usage) == 0 else { return 0 }
    #if canImport(Darwin)
      return Int(usage.ru_maxrss)
    #else
      return Int(usage.ru_maxrss) * 1024
    #endif
  }
}
