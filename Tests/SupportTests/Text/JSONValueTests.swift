import Foundation
import Support
import Testing

@Suite struct JSONValueTests {
  @Test func keysKeepTheirOrder() {
    let value = JSONValue.object([("b", 1), ("a", .array([.float(0.5), .null, true])), ("", "x")])
    #expect(value.text == #"{"b": 1, "a": [0.5, null, true], "": "x"}"#)
  }

  @Test func everyTextComesBack() throws {
    let text = String(String.UnicodeScalarView((0..<0x250).compactMap(Unicode.Scalar.init))) + "\"\\/😀\u{2028}"
    let data = Data(JSONValue.array([.string(text)]).text.utf8)
    #expect(try JSONDecoder().decode([String].self, from: data) == [text])
  }

  @Test func numbersThatJSONLacksBecomeNull() {
    #expect(JSONValue.array([.float(.nan), .double(.infinity), .float(1e-30)]).text == "[null, null, 1e-30]")
  }
}
