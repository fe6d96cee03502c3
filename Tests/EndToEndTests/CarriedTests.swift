import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("installed dependencies without a sandbox")
struct CarriedTests {
    private func withProject(_ body: (TestRepository) async throws -> Void) async throws {
        try await withTestRepository("carried") { repository in
            try repository.write(".gitignore", "node_modules\n")
            try repository.write("package.json", "{\"name\": \"shop\", \"scripts\": {\"test\": \"node --test\"}}\n")
            try repository.write(
                "test/price.test.js",
                """
                const test = require('node:test');
                const assert = require('node:assert');
                const round = require('round');
                test('a price is rounded', () => assert.strictEqual(round(1.4), 1));

                """
            )
            try repository.write(
                ".gatekeeper/config",
                "[gatekeeper \"check.test\"]\n\tcommand = node --test test/price.test.js\n"
            )
            try await repository.commitAll("a shop")
            try await repository.git("config", "gatekeeper.trust.commands", "always")
            try await body(repository)
        }
    }

    private func run(_ repository: TestRepository) async throws -> RunRecord {
        let path = try await repository.path(with: ["git", "node", "sh"])
        let result = try await repository.gatekeeper("test", "--format", "json", environment: ["PATH": path])
        return try JSON.decode(RunRecord.self, from: result.standardOutput.bytes)
    }

    @Test("tests find a module that only the user's folder has, and the folder stays as it was")
    func found() async throws {
        try await withProject { repository in
            try repository.write("node_modules/round/index.js", "module.exports = Math.round;\n")
            let before = try await repository.state()
            let record = try await run(repository)
            #expect(record.sandbox.level == "process")
            #expect(record.result?.verdict == "green", "\(record.steps)")
            #expect(try await repository.state() == before)
            let cache = "\(repository.scratch)/home/.cache/git-gatekeeper"
            let left = try #require(FileManager.default.enumerator(atPath: cache)).compactMap { $0 as? String }
            #expect(left.contains { $0.hasSuffix("files/package.json") })
            #expect(!left.contains { $0.hasSuffix("/node_modules") })
        }
    }

    @Test("a workspace's link to the user's own code is not lent: what ran would not be what is judged")
    func workspace() async throws {
        try await withProject { repository in
            try repository.write("packages/round/index.js", "module.exports = Math.round;\n")
            try await repository.commitAll("a package of the workspace")
            try FileManager.default.createDirectory(
                atPath: "\(repository.path)/node_modules",
                withIntermediateDirectories: true
            )
            try FileManager.default.createSymbolicLink(
                atPath: "\(repository.path)/node_modules/round",
                withDestinationPath: "../packages/round"
            )
            #expect(Carried.leadsBack("\(repository.path)/node_modules", to: repository.path))
            let record = try await run(repository)
            #expect(record.result?.verdict != "green")
        }
    }
}
