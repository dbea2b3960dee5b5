#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What the system says of its processor and memory.
public enum Processor {
  /// The maker's name for it.
  public static var name: String { field("model name") ?? "unknown" }

  /// The vector and matrix extensions that matter to kernels, as Linux names them.
  public static var features: [String] {
    let wanted = [
      "sse4_2", "avx", "f16c", "fma", "avx2", "avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512_vnni",
      "avx512_bf16",
      "avx512_fp16", "avx_vnni", "amx_tile", "amx_bf16", "amx_int8", "asimd", "asimddp", "bf16", "i8mm", "sve",
    ]
    let present = Set((field("flags") ?? field("Features") ?? "").split(separator: " "))
    return wanted.filter { present.contains(Substring($0)) }
  }

  /// Bytes of main memory.
  public static var memoryBytes: Int { sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)) }

  private static func field(_ name: String) -> String? { SystemField.value(name, in: "/proc/cpuinfo") }
}

/// What Linux tells in lines of a name, a colon and a value.
enum SystemField {
  /// The value of the first line of that name.
  static func value(_ name: String, in path: String) -> String? {
    // Such a file has no size of its own, so it is read, not mapped.
    guard let file = fopen(path, "r") else { return nil }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 8192)
    while fgets(&line, Int32(line.count), file) != nil {
      let text = line.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
      guard let colon = text.firstIndex(of: ":") else { continue }
      let key = text[..<colon].filter { $0 != "\t" }
      guard key == name else { continue }
      return String(text[text.index(after: colon)...].drop(while: \.isWhitespace).filter { !$0.isNewline })
    }
    return nil
  }
}
