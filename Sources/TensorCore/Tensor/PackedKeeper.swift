/// Keeps packed weights from one start of the program to the next.
///
/// What it gives depends on nothing but the bytes of `weights` and on `form`, which says how they are packed.
package protocol PackedKeeper: Sendable {
  /// What an earlier start packed: storage, and from which byte on; nil where nothing is kept.
  func kept(_ weights: Tensor, form: String, byteCount: Int) -> (storage: Storage, offset: Int)?
  /// Takes what was packed of `weights`: these bytes of `storage`.
  func add(_ storage: Storage, _ bytes: Range<Int>, of weights: Tensor, form: String)
}
