/// How far each pixel of a class map is from the nearest pixel of another class, in steps to the four neighbours: 1 at a
/// border between two classes. The picture's own edge is no border.
struct RegionDistance {
  let values: [UInt16]

  init(_ map: ClassMap) {
    let (width, height) = (map.width, map.height)
    values = [UInt16](unsafeUninitializedCapacity: width * height) { values, count in
      count = width * height
      map.classes.withUnsafeBufferPointer { classes in
        for place in 0..<count {
          let x = place % width, own = classes[place]
          var nearest = UInt16.max - 1
          if x > 0 { nearest = min(nearest, classes[place - 1] == own ? values[place - 1] : 0) }
          if place >= width { nearest = min(nearest, classes[place - width] == own ? values[place - width] : 0) }
          values[place] = min(nearest, .max - 1) + 1
        }
        for place in stride(from: count - 1, through: 0, by: -1) {
          let x = place % width, own = classes[place]
          var nearest = values[place] - 1
          if x < width - 1 { nearest = min(nearest, classes[place + 1] == own ? values[place + 1] : 0) }
          if place + width < count {
            nearest = min(nearest, classes[place + width] == own ? values[place + width] : 0)
          }
          values[place] = min(nearest, .max - 1) + 1
        }
      }
    }
  }
}
