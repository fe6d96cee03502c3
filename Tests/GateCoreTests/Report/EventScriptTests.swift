import Foundation
import GateCore
import GateGit
import Testing

@Suite("events as lines")
struct EventScriptTests {
    /// What a list of events comes to, as documents.
    private static func told(_ events: [RunEvent], _ redactor: Redactor = .none) throws -> [JSONValue] {
        var script = EventScript()
        var bytes: [UInt8] = []
        for event in events {
            bytes += try script.lines(for: event, at: Date(timeIntervalSince1970: 1.25), redactor)
        }
        return try bytes.split(separator: UInt8(ascii: "\n")).map { try #require(JSONValue.read(Array($0))) }
    }

    @Test("waiting for another run is a decision and blocks, until something happens")
    func waiting() throws {
        let lines = try Self.told([.waiting(42), .note("still there"), .green, .green])
        #expect(lines.map { $0["event"].string } == ["resume", "blocked", "note", "unblocked", "green", "green"])
        #expect(lines[0]["decision"].string == "waits")
        #expect(lines[0]["process"].integer == 42)
        #expect(lines[1]["state"].string == "other-run")
        #expect(lines[3]["state"].string == "other-run")
        #expect(lines.map { $0["seq"].integer } == [1, 2, 3, 4, 5, 6])
        #expect(lines[0]["time"].string == "1970-01-01T00:00:01.250Z")
    }

    @Test("a backend that failed blocks, says more than once why, and no longer where the next attempt begins")
    func backend() throws {
        let failed = RunEvent.backendFailed(number: 1, message: "no answer", hints: ["start the server"])
        let lines = try Self.told([failed, failed, .attemptStarted(number: 2, of: 3, by: nil)])
        #expect(
            lines.map { $0["event"].string }
                == ["backend-failed", "blocked", "backend-failed", "blocked", "unblocked", "attempt-started"]
        )
        #expect(lines[1]["unblocks"].elements.map(\.string) == ["start the server"])
    }

    @Test("secrets are taken out of every text, whatever stands around them")
    func redaction() throws {
        let secret = "hunter2\"\\\n-and-more"
        let redactor = Redactor(secrets: [.init(kind: "key", value: Array(secret.utf8))])
        let lines = try Self.told(
            [.note("a \(secret) b"), .refused(number: 1, findings: [.init(code: "x", message: secret)], isLast: true)],
            redactor
        )
        #expect(lines[0]["message"].string?.hasPrefix("a ‹redacted:key:") == true)
        #expect(lines[1]["findings"].elements[0]["message"].string?.contains("hunter2") == false)
        #expect(lines[1]["findings"].elements[0]["code"].string == "x")
    }

    @Test("an event is one line however its words are broken, and is cut where they have no end")
    func lines() throws {
        var script = EventScript()
        let text = "one\ntwo\r\n\u{2028}" + String(repeating: "x", count: 100_000)
        let bytes = try script.lines(for: .note(text), at: Date(timeIntervalSince1970: 0), .none)
        #expect(bytes.count { $0 == UInt8(ascii: "\n") } == 1)
        #expect(bytes.count < 6000)
    }
}

@Suite("lines for scripts")
struct PorcelainTests {
    @Test("a path that was quoted is the same path again")
    func unquoting() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            let bytes = (0..<Int.random(in: 1...12)).map { _ -> UInt8 in
                Bool.random()
                    ? .random(in: 1...255, using: &generator) : Array("\"\\nt01 é".utf8).randomElement() ?? 0x61
            }
            let path = RepositoryPath(bytes: bytes)
            #expect(RepositoryPath(unquoting: path.description) == path, "\(bytes)")
        }
    }
}
