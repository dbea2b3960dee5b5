import Foundation
import NeuralNetwork
import Testing

@Suite struct ScheduleTests {
  private struct Golden: Decodable {
    let rates: [String: [Double?]]
  }

  private func golden() throws -> [String: [Double?]] {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
      "Goldens/schedules.json")
    return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file)).rates
  }

  @Test func ratesEqualPyTorchs() throws {
    let golden = try golden()
    typealias Schedule = LearningRateSchedule
    let three = Schedule.OneCycle(
      rise: 0.4, startDivisor: 10, endDivisor: 100, annealing: .linear, isThreePhase: true)
    let schedules: [String: Schedule] = [
      "constant": Schedule(.constant), "step": Schedule(.step(every: 3, factor: 0.2)),
      "multiStep": Schedule(.multiStep(at: [2, 5, 6], factor: 0.3)), "exponential": Schedule(.exponential(factor: 0.9)),
      "cosine": Schedule(.cosine(floor: 0.1)), "polynomial": Schedule(.polynomial(power: 0.9)),
      "oneCycle": Schedule(.oneCycle(.init())), "oneCycleThree": Schedule(.oneCycle(three)),
      "warmCosine": Schedule(.cosine(floor: 0.1), warmup: .init(epochs: 3, startFactor: 0.1)),
      "warmStep": Schedule(.step(every: 4, factor: 0.5), warmup: .init(epochs: 2, startFactor: 0.1)),
    ]
    for (name, schedule) in schedules {
      let rates = try #require(golden[name]).compactMap { $0 }
      for (unit, expected) in rates.enumerated() {
        // By epochs, in the middle of each; and by steps, four an epoch.
        let epoch = schedule.rate(base: 0.5, step: 7 * unit + 3, stepsPerEpoch: 7, epochs: rates.count)
        #expect(abs(epoch - expected) < 1e-9, "\(name), epoch \(unit): \(epoch), \(expected)")
        var perStep = schedule
        perStep.isPerStep = true
        perStep.warmup?.epochs /= 4
        if rates.count % 4 == 0 {
          let step = perStep.rate(base: 0.5, step: unit, stepsPerEpoch: 4, epochs: rates.count / 4)
          #expect(abs(step - expected) < 1e-9, "\(name), step \(unit): \(step), \(expected)")
        }
      }
    }
  }

  @Test func momentumCyclesAsPyTorchs() throws {
    let schedule = LearningRateSchedule(.oneCycle(.init(momentum: .init())), isPerStep: true)
    for (step, expected) in try #require(golden()["oneCycleMomentum"]).compactMap({ $0 }).enumerated() {
      let found = try #require(schedule.momentum(step: step, stepsPerEpoch: 20, epochs: 1))
      #expect(abs(found - expected) < 1e-9, "step \(step)")
    }
    #expect(LearningRateSchedule(.constant).momentum(step: 0, stepsPerEpoch: 1, epochs: 1) == nil)
  }

  @Test func plateausEqualPyTorchs() throws {
    let golden = try golden()
    let plateaus = [
      "plateau": PlateauSchedule(factor: 0.5, patience: 2),
      "plateauCooldown": PlateauSchedule(factor: 0.1, patience: 1, cooldown: 2, floor: 0.02),
      "plateauHigher": PlateauSchedule(
        goal: .higher, factor: 0.5, patience: 2, threshold: 0.02, isThresholdRelative: false),
    ]
    for (name, plateau) in plateaus {
      var state = PlateauSchedule.State()
      for (metric, rate) in zip(try #require(golden["metrics"]), try #require(golden[name])) {
        plateau.update(&state, metric: metric ?? .nan)
        state = try JSONDecoder().decode(PlateauSchedule.State.self, from: JSONEncoder().encode(state))
        #expect(abs(0.5 * state.factor - (rate ?? .nan)) < 1e-12, "\(name)")
      }
    }
  }

  @Test func extremeRunsGiveNumbers() {
    let courses: [LearningRateSchedule.Course] = [
      .step(every: 0, factor: 0.1), .cosine(floor: 0), .polynomial(power: 2), .oneCycle(.init()),
    ]
    for course in courses {
      let schedule = LearningRateSchedule(course, warmup: .init(epochs: 1e300), isPerStep: true)
      for (step, perEpoch, epochs) in [(0, 0, 0), (.max, 1, 1), (5, .max, .max), (-3, 2, 2)] {
        #expect(schedule.factor(step: step, stepsPerEpoch: perEpoch, epochs: epochs).isFinite)
      }
    }
  }
}
