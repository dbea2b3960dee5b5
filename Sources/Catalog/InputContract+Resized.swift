import Imaging

extension InputContract {
  /// The same feeding at another size.
  package func resized(to size: ImageSize) -> InputContract {
    var contract = self
    if case .shortestSide(let side, let longest) = fit, self.size == nil {
      // A size that depends on the picture goes on doing so.
      let short = min(size.width, size.height)
      contract.fit = .shortestSide(
        short, longestSide: longest.map { max(Int(Double($0) * Double(short) / Double(max(side, 1))), short + 1) })
      return contract
    }
    if case .shortestSide(let side, let longest) = fit, let old = self.size {
      let factor = Double(min(size.width, size.height)) / Double(max(min(old.width, old.height), 1))
      contract.fit = .shortestSide(
        max(Int((Double(side) * factor).rounded()), min(size.width, size.height)),
        longestSide: longest.map { Int((Double($0) * factor).rounded()) })
    }
    contract.size = size
    return contract
  }
}
