import GateCore
import Testing

@Suite("Steps")
struct StepTests {
    private func step(wall: Duration, idle: Duration) -> Step {
        Step(
            id: "check:test",
            kind: .test,
            isRequired: true,
            command: ["true"],
            commandSource: .builtIn,
            format: "auto",
            reports: [],
            wallTime: wall,
            idleTime: idle,
            outputLimit: 1
        )
    }

    @Test("a known run bounds the next ones by ten times as long, at least a minute, and never loosens a limit")
    func bounded() {
        let usual = step(wall: .seconds(600), idle: .seconds(300))
        #expect(usual.bounded(byRunOf: .seconds(1)).wallTime == .seconds(60))
        #expect(usual.bounded(byRunOf: .seconds(1)).idleTime == .seconds(60))
        #expect(usual.bounded(byRunOf: .seconds(20)).wallTime == .seconds(200))
        #expect(usual.bounded(byRunOf: .seconds(20)).idleTime == .seconds(200))
        #expect(usual.bounded(byRunOf: .seconds(500)).wallTime == .seconds(600))
        #expect(usual.bounded(byRunOf: .seconds(500)).idleTime == .seconds(300))
        let strict = step(wall: .seconds(5), idle: .seconds(2))
        #expect(strict.bounded(byRunOf: .seconds(100)).wallTime == .seconds(5))
        #expect(strict.bounded(byRunOf: .seconds(100)).idleTime == .seconds(2))
    }
}
