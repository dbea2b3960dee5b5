import Support

extension ObjectAnnotation {
  /// The members of one of COCO's annotations, but for those that link it to a picture and a category. Those that only other formats
  /// know (`difficult`, `truncated`, `occluded`, `pose`) are there where they say something.
  var cocoMembers: [(String, JSONValue)] {
    var members: [(String, JSONValue)] = []
    if let id { members.append(("id", .int(id))) }
    members += [
      ("bbox", .array([x, y, width, height].map(JSONValue.shortest))),
      ("area", .shortest(details?.area ?? width * height)), ("iscrowd", .int(isCrowd ? 1 : 0)),
      ("segmentation", details?.segmentation?.json ?? .array([])),
    ]
    if let keypoints = details?.keypoints {
      let visible = stride(from: 2, to: keypoints.count, by: 3).count { keypoints[$0] > 0 }
      members += [("num_keypoints", .int(visible)), ("keypoints", .array(keypoints.map(JSONValue.shortest)))]
    }
    if isDifficult { members.append(("difficult", .int(1))) }
    if isTruncated { members.append(("truncated", .int(1))) }
    if details?.isOccluded == true { members.append(("occluded", .int(1))) }
    if let pose = details?.pose { members.append(("pose", .string(pose))) }
    return members
  }

  /// Whether its numbers can stand in a file.
  var isWritable: Bool { x.isFinite && y.isFinite && width.isFinite && height.isFinite }
}
