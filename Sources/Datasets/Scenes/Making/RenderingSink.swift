import Imaging
import Support

/// Makes pictures on threads and writes them in order.
protocol RenderingSink {
  func render(_ picture: Int, _ pool: ThreadPool) throws(ImageError) -> MadePicture
  func add(_ picture: MadePicture) throws(FileError)
  func finish() throws(FileError) -> DatasetRendering.Report
}

/// A rendered picture, encoded.
struct MadePicture: Sendable {
  var name: String
  var part: String?
  var bytes: [UInt8]
  /// Its class, of a picture that has one.
  var label: Int?
  var objects: [ObjectAnnotation] = []
  /// PNGs of classes and of objects.
  var classMask: [UInt8] = [], objectMask: [UInt8] = []
  /// Distances as a safetensors file.
  var depth: [UInt8] = []
}

extension RenderingSink {
  /// The pictures of a batch. Large batches go a picture a thread, what is left over by rows.
  func make(_ batch: Range<Int>, _ pool: ThreadPool) throws(DatasetError) -> [MadePicture] {
    var results = [Result<MadePicture, ImageError>?](repeating: nil, count: batch.count)
    if batch.count < pool.threadCount {
      for index in results.indices { results[index] = made(batch.lowerBound + index, pool) }
    } else {
      results.withUnsafeMutableBufferPointer { results in
        pool.run(chunks: batch.count) { results[$0] = made(batch.lowerBound + $0, pool) }
      }
    }
    var pictures: [MadePicture] = []
    for (index, result) in results.enumerated() {
      do throws(ImageError) { if let picture = try result?.get() { pictures.append(picture) } } catch {
        throw .image(file: "picture \(batch.lowerBound + index + 1)", error)
      }
    }
    return pictures
  }

  private func made(_ picture: Int, _ pool: ThreadPool) -> Result<MadePicture, ImageError> {
    Result { () throws(ImageError) in try render(picture, pool) }
  }
}
