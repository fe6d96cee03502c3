import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("the plan of a fleet")
struct PlanTests {
    @Test("one row for each part, or as many as there are machines; the same plan on every machine")
    func rows() async throws {
        try await CIJob.with { job in
            let commit = try await job.push("good", ["notes": "x\n"])
            let clone = try await job.clone("clone", at: "good")
            let environment = try job.github("good", commit)
            func document(_ arguments: String...) async throws -> JSONValue {
                let result = try await clone.gatekeeper(arguments: ["plan"] + arguments, environment: environment)
                #expect(result.exitCode == 0, "\(result.standardError.text)")
                return try #require(JSONValue.read(result.standardOutput.bytes))
            }
            let whole = try await document()
            let rows = whole["shards"].elements
            #expect(rows.map { $0["shard"].string } == ["1/3", "2/3", "3/3"])
            #expect(rows[0]["parts"].elements == ["scenario:sum"])
            #expect(rows[0]["name"].string == "scenario-sum")
            #expect(whole["head"].string == commit)
            #expect(whole["base"].string == job.main)
            let two = try await document("--shards", "2")
            #expect(two["shards"].elements.map { $0["parts"].elements.count } == [2, 1])
            #expect(two["plan"] == whole["plan"])
            #expect(two["matrix"] != whole["matrix"])
            // No machine is asked for that would have nothing to do.
            #expect(try await document("--shards", "9")["shards"].elements.count == 3)
            let github = try await document("--format", "github")
            #expect(github["include"].elements.count == 3)
            let line = try await clone.gatekeeper("plan", "--format", "github", environment: environment)
            #expect(line.standardOutput.text.split(separator: "\n").count == 1)
            #expect(try await clone.gatekeeper("plan", "--shards", "0").exitCode == 129)
        }
    }
}
