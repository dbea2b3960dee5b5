import Imaging
import Testing

@Suite struct ColorTests {
  @Test func luminanceByHand() {
    #expect(Color.white.luminance > 0.999 && Color.black.luminance == 0)
    // 0.2126 of pure red; (188 / 255) is about half the light.
    #expect(abs(Color(red: 255, green: 0, blue: 0).luminance - 0.2126) < 1e-6)
    #expect(abs(Color(red: 188, green: 188, blue: 188).luminance - 0.5029) < 1e-3)
    #expect(Color(red: 255, green: 255, blue: 0).readableText == .black)
    #expect(Color(red: 0, green: 0, blue: 200).readableText == .white)
  }

  @Test func textIsReadableOnEveryClass() {
    for index in 0..<200 {
      let color = Color.ofClass(index)
      let lights = [color.luminance, color.readableText.luminance].sorted()
      #expect((lights[1] + 0.05) / (lights[0] + 0.05) >= 3, "class \(index)")
    }
  }

  @Test func neighboursDiffer() {
    for index in 0..<100 {
      for other in index + 1..<index + 5 {
        let (a, b) = (Color.ofClass(index), Color.ofClass(other))
        let red = abs(Int(a.red) - Int(b.red)), green = abs(Int(a.green) - Int(b.green))
        let distance = red + green + abs(Int(a.blue) - Int(b.blue))
        #expect(distance > 60, "\(index) and \(other)")
      }
    }
  }

  @Test func namesKeepTheirColor() {
    #expect(Color.ofClass(named: "dog") == Color.ofClass(named: "dog"))
    #expect(Color.ofClass(named: "dog") != Color.ofClass(named: "cat"))
    #expect(Color.ofClass(Int.min) == Color.ofClass(Int.min))
  }
}
