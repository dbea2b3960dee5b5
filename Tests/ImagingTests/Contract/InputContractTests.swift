import Foundation
import Imaging
import TestSupport
import Testing

@Suite struct InputContractTests {
  struct Case: Decodable {
    let key: String, kind: String, source: [Int], channels: Int, seed: UInt32, contract: InputContract
  }

  @Test func preparedInputsAreThoseOfTheOriginals() throws {
    let golden = try Golden("contract")
    for item in try golden.cases(Case.self) {
      let format: PixelFormat = item.channels == 1 ? .gray : .rgb
      let image = try FormulaImage.make(item.source[0], item.source[1], format, seed: item.seed)
      let prepared = try item.contract.prepare(image)
      let expected = try golden[item.key]
      #expect([prepared.channels, prepared.height, prepared.width] == expected.shape, "\(item)")
      // torchvision and OpenCV to the bit; darknet's samples are reckoned in double precision.
      let allowed: Float = item.kind == "darknet" ? 3e-7 : 0
      let wrong = zip(prepared.values, try expected.floats()).enumerated().first {
        abs($0.element.0 - $0.element.1) > allowed
      }
      #expect(wrong == nil, "\(item)")
    }
  }

  @Test func alphaIsDroppedAndBatchesAreFilled() throws {
    let rgb = try FormulaImage.make(9, 7, .rgb, seed: 8)
    let contract = try InputContract.yolox(ImageSize(width: 16, height: 16))
    let expected = try contract.prepare(rgb)
    #expect(try contract.prepare(rgb.converted(to: .rgba)) == expected)
    var slot = [Float](repeating: .nan, count: 3 * 256)
    #expect(try contract.prepare(rgb, into: &slot) == expected.placement)
    #expect(slot == expected.values)
  }

  @Test func greyInputs() throws {
    let image = try Image(width: 2, height: 1, format: .rgb, pixels: [255, 0, 0, 10, 20, 30])
    let contract = try InputContract(size: nil, fit: .none, channels: .gray, scale: 1)
    // Rec. 601: 0.299 * 255 = 76.2; 0.299 * 10 + 0.587 * 20 + 0.114 * 30 = 18.15.
    #expect(try contract.prepare(image).values == [76, 18])
  }

  @Test func sidesArePaddedToAMultiple() throws {
    let image = try Image(width: 3, height: 2, format: .gray, pixels: [1, 2, 3, 4, 5, 6])
    let contract = try InputContract(size: nil, fit: .none, multipleOf: 4, padding: [9], channels: .gray, scale: 1)
    let prepared = try contract.prepare(image)
    #expect(prepared.width == 4 && prepared.height == 4)
    #expect(prepared.values == [1, 2, 3, 9, 4, 5, 6, 9, 9, 9, 9, 9, 9, 9, 9, 9])
  }

  @Test func smallPicturesNeedNotGrow() throws {
    let image = try Image(width: 2, height: 1, format: .gray, pixels: [1, 2])
    let contract = try InputContract(
      size: ImageSize(width: 4, height: 3), fit: .letterbox(anchor: .center, allowsUpscaling: false), channels: .gray,
      scale: 1)
    #expect(try contract.prepare(image).values == [0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0])
  }

  @Test func theJSONOfAManifest() throws {
    let text = """
      {"size": [416, 320], "fit": "letterbox", "anchor": "topLeft", "padding": 114, "filter": "opencv-bilinear",
       "channels": "bgr", "scale": 1, "mean": [0, 0, 0], "std": [1, 1, 1]}
      """
    let contract = try JSONDecoder().decode(InputContract.self, from: Data(text.utf8))
    #expect(try contract == .yolox(ImageSize(width: 416, height: 320)))
    for other in [contract, try .darknet(ImageSize(width: 96, height: 64)), try .imageNet()] {
      #expect(try JSONDecoder().decode(InputContract.self, from: JSONEncoder().encode(other)) == other)
    }
  }

  @Test(arguments: [
    #"{"fit": "stretch"}"#, #"{"fit": "stretch", "size": [0, 5]}"#, #"{"fit": "stretch", "size": [5, 100000]}"#,
    #"{"fit": "none", "std": [1, 0, 1]}"#, #"{"fit": "none", "mean": [1]}"#, #"{"fit": "none", "scale": 0}"#,
    #"{"fit": "none", "padding": [1, 2]}"#, #"{"fit": "none", "padding": -1}"#, #"{"fit": "none", "multipleOf": 0}"#,
    #"{"fit": "shortestSide", "shortestSide": 100, "longestSide": 50}"#,
    #"{"fit": "shortestSide", "shortestSide": -3}"#,
    #"{"fit": "stretch", "size": [30, 32], "multipleOf": 32}"#,
  ])
  func impossibleValuesAreNamed(text: String) {
    #expect(throws: ImageError.self) { try JSONDecoder().decode(InputContract.self, from: Data(text.utf8)) }
  }

  @Test(arguments: [#"{}"#, #"{"fit": "squeeze"}"#, #"{"fit": "none", "size": [1]}"#, #"{"fit": "shortestSide"}"#])
  func otherShapesAreRefused(text: String) {
    #expect(throws: DecodingError.self) { try JSONDecoder().decode(InputContract.self, from: Data(text.utf8)) }
  }

  @Test func theFaultIsSaid() {
    #expect {
      try InputContract(size: ImageSize(width: 8, height: 8), fit: .stretch, standardDeviation: [1, -1, 1])
    } throws: { error in
      (error as? ImageError)?.description.contains("`std`") == true
    }
  }
}
