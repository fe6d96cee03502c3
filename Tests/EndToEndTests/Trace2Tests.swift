import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("git's trace2")
struct Trace2Tests {
    private func lines(_ file: String) throws -> [JSONValue] {
        let text = try String(contentsOfFile: file, encoding: .utf8)
        return try text.split(separator: "\n").map { try #require(JSONValue.read(Array($0.utf8)), "\($0)") }
    }

    @Test("a trace has our process below git's, steps as regions, and every child with its end, in all three forms")
    func trace() async throws {
        try await Calculator.withRepository { repository in
            let folder = repository.scratch
            let result = try await repository.gatekeeper(
                "test",
                environment: [
                    "GIT_TRACE2_EVENT": "\(folder)/event", "GIT_TRACE2_PERF": "\(folder)/perf",
                    "GIT_TRACE2": "\(folder)/normal",
                ]
            )
            #expect(result.exitCode == 1, "\(result.standardError.text)")
            let all = try lines("\(folder)/event")
            // The first is git itself, which started us.
            let outer = try #require(all.first?["sid"].string)
            let ours = try #require(
                all.first { $0["event"].string == "cmd_name" && $0["name"].string == "gatekeeper" }?["sid"].string
            )
            #expect(ours.hasPrefix("\(outer)/"))
            #expect(ours.split(separator: "/").count == 2)
            let own = all.filter { $0["sid"].string == ours }
            #expect(own.compactMap { $0["event"].string }.prefix(3) == ["version", "start", "cmd_name"])
            #expect(own.compactMap { $0["event"].string }.suffix(2) == ["exit", "atexit"])
            #expect(own.last?["code"].integer == 1)
            for line in own {
                for field in ["event", "sid", "thread", "time", "file"] {
                    #expect(line[field].string?.isEmpty == false, "\(field)")
                }
                #expect(line["line"].integer != nil)
            }
            let entered = own.filter { $0["event"].string == "region_enter" }.map { $0["label"].string }
            let left = own.filter { $0["event"].string == "region_leave" }.map { $0["label"].string }
            #expect(entered.contains("head/check:test"))
            #expect(Set(entered) == Set(left))
            let started = own.filter { $0["event"].string == "child_start" }
            let ended = own.filter { $0["event"].string == "child_exit" }
            #expect(!started.isEmpty)
            #expect(Set(started.map { $0["child_id"].integer }) == Set(ended.map { $0["child_id"].integer }))
            #expect(started.allSatisfy { !$0["argv"].elements.isEmpty })
            // Our own calls of git go on from our session.
            #expect(all.contains { $0["sid"].string?.hasPrefix("\(ours)/") == true })
            let perf = try String(contentsOfFile: "\(folder)/perf", encoding: .utf8)
            let forms = perf.split(separator: "\n").filter {
                $0.contains("| region_enter ") && $0.contains("gatekeeper")
            }
            #expect(forms.allSatisfy { $0.split(separator: "|").count == 9 } && !forms.isEmpty)
            #expect(perf.contains("| d1 | main                     | start        |     |"))
            let normal = try String(contentsOfFile: "\(folder)/normal", encoding: .utf8)
            #expect(normal.contains("cmd_name gatekeeper (_run_dashed_/gatekeeper)"))
            // What is not asked for is not there, and nothing else is another for it.
            let plain = try await repository.gatekeeper("test", "--fresh")
            #expect(plain.exitCode == 1)
            #expect(try lines("\(folder)/event").count == all.count)
        }
    }

    @Test(
        "the user's configuration and a folder are honoured, errors are told, and a trace that fails is nobody's affair"
    )
    func places() async throws {
        try await Calculator.withRepository(broken: false) { repository in
            let folder = "\(repository.scratch)/traces"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let config = "\(repository.scratch)/gitconfig"
            try Data("[trace2]\n\teventTarget = \(folder)\n\teventBrief = true\n".utf8)
                .write(to: URL(fileURLWithPath: config))
            let wrong = try await repository.gatekeeper(
                "test",
                "--base",
                "nowhere",
                environment: ["GIT_CONFIG_GLOBAL": config]
            )
            #expect(wrong.exitCode == 128)
            var ours: [JSONValue] = []
            for name in try FileManager.default.contentsOfDirectory(atPath: folder) {
                let found = try lines("\(folder)/\(name)")
                if found.contains(where: { $0["name"].string == "gatekeeper" }) { ours = found }
            }
            #expect(ours.first?["event"].string == "version")
            #expect(ours.first { $0["event"].string == "error" }?["fmt"].string == "proposal.unknown-base")
            #expect(ours.first?["file"] == .null)
            #expect(ours.last?["code"].integer == 128)
            for place in ["/nowhere/at/all", "relative", "7"] {
                let result = try await repository.gatekeeper("test", environment: ["GIT_TRACE2_EVENT": place])
                #expect(result.exitCode == 0, "\(place)")
            }
        }
    }
}
