import Detection
import Foundation
import Imaging
import Models
import NeuralNetwork
import TensorCore
import TestSupport
import Testing
import Training

/// One step of YOLOX's training equals the official code's. `Scripts/golden/yolox_loss.py`.
@Suite struct YOLOXObjectiveTests {
  private struct Case: Decodable {
    var name: String
    var distance: Bool
    var norms: [String: Double]
  }

  @Test func partsAndGradientsEqualTheOfficialCodes() throws {
    let golden = try Golden("yolox_loss"), decoder = JSONDecoder()
    func note<T: Decodable>(_ type: T.Type, _ name: String) throws -> T {
      try decoder.decode(type, from: Data((golden.metadata[name] ?? "").utf8))
    }
    let classes = try note(Int.self, "classes"), shape = try note([Int].self, "shape")
    let objects = try note([[[Float]]].self, "objects").map { list in
      list.map {
        TrainingObject(box: Box(centerX: $0[1], centerY: $0[2], width: $0[3], height: $0[4]), label: Int($0[0]))
      }
    }
    for item in try golden.cases(Case.self) {
      var configuration = YOLOX.Configuration.nano
      configuration.classes = classes
      let store = ParameterStore()
      let objective = YOLOXObjective(YOLOX(store.root, configuration), classes: classes)
      try FormulaWeights.fill(store, gain: note(Float.self, "gain"))
      let pictures = try Formula.tensor(shape, seed: 11, scale: 127.5, offset: 127.5)
      let targets = try objective.targets(
        for: objects, inputSize: ImageSize(width: shape[3], height: shape[2]),
        BatchContext(random: RandomStream(seed: 0, purpose: "test"), isClosing: item.distance))
      let step = StepRunner(
        ObjectiveTask(objective, store), seed: 0,
        trained: Set(store.parameters.filter { $0.kind == .trainable }.map(\.path)))
      let results = try step([pictures] + targets, step: 0)
      let parts = try golden[item.name].floats(),
        found = try ([results.loss] + results.outputs).map { try $0.floats()[0] }
      for (a, b) in zip(found, parts) {
        #expect(abs(a - b) <= 2e-4 * max(abs(b), 1), "\(item.name): \(found), \(parts)")
      }
      for (path, norm) in item.norms {
        let gradient = try #require(results.gradients[path]).floats()
        let own = gradient.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
        #expect(abs(own - norm) <= 2e-3 * norm + 1e-5, "\(item.name) \(path): \(own), \(norm)")
      }
      for (name, expected) in golden.tensors where name.hasPrefix(item.name + "/") && !name.hasSuffix("/mean") {
        let path = String(name.dropFirst(item.name.count + 1)), values = try expected.floats()
        let own = try #require(results.gradients[path]).floats(), most = values.reduce(0) { max($0, abs($1)) }
        #expect(own.count == values.count)
        for (a, b) in zip(own, values) { #expect(abs(a - b) <= 2e-3 * most, "\(name)") }
      }
      let mean = try #require(results.updates["backbone.backbone.stem.conv.bn.running_mean"]).floats()
      for (a, b) in zip(mean, try golden[item.name + "/mean"].floats()) { #expect(abs(a - b) <= 1e-4 * max(abs(b), 1)) }
    }
  }

  @Test func predictionsAreAssignedAsInTheOfficialCode() throws {
    let golden = try Golden("yolox_loss"), cells = YOLOXCell.all(width: 128, height: 96)
    let rows = try golden["simota/truth"].floats()
    let truth = stride(from: 0, to: rows.count, by: 5).map {
      SimOTA.Truth(x: rows[$0 + 1], y: rows[$0 + 2], width: rows[$0 + 3], height: rows[$0 + 4], label: Int(rows[$0]))
    }
    let boxes = try golden["simota/boxes"].floats(), scores = try golden["simota/scores"].floats()
    let objectness = try golden["simota/objectness"].floats()
    let matches = SimOTA(cells: cells, classes: 4).matches(
      boxes: boxes, objectness: objectness, scores: scores, truth: truth)
    let chosen = try golden["simota/chosen"].withUnsafeBytes { Array($0.bindMemory(to: Int64.self)) }
    #expect(matches.map(\.row) == chosen.indices.filter { chosen[$0] != 0 })
    let objects = try golden["simota/objects"].withUnsafeBytes { Array($0.bindMemory(to: Int64.self)) }
    #expect(matches.map { Int64($0.object) } == objects)
    for (match, overlap) in zip(matches, try golden["simota/overlaps"].floats()) {
      #expect(abs(match.overlap - overlap) <= 1e-5)
    }
  }

  @Test func picturesWithoutObjectsAndWithManyTrain() throws {
    var configuration = YOLOX.Configuration.nano
    configuration.classes = 2
    let store = ParameterStore(seed: 3), objective = YOLOXObjective(YOLOX(store.root, configuration), classes: 2)
    let many = (0..<500).map { place in
      TrainingObject(
        box: Box(centerX: Float(place % 25) * 5, centerY: Float(place / 25) * 4, width: 9, height: 9), label: place % 2)
    }
    for objects in [[[], []], [many, []]] as [[[TrainingObject]]] {
      let targets = try objective.targets(
        for: objects, inputSize: ImageSize(width: 128, height: 96),
        BatchContext(random: RandomStream(seed: 0, purpose: "test")))
      let losses = try objective.losses(for: Formula.tensor([2, 3, 96, 128], seed: 1, scale: 100), targets)
      #expect(try losses[0].floats()[0].isFinite && losses[2].floats()[0] > 0)
      #expect(try (losses[1].floats()[0] > 0) == !objects[0].isEmpty)
    }
  }
}
