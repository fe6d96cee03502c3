import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

/// `contract.from = base`, and what is said of a head that changes tests and code together.
@Suite("the base's contract")
struct BaseContractEndToEndTests {
    /// The tests, made to fit broken code.
    private static let weakened = Calculator.tests.replacing("core.sub(5, 3), 2", with: "core.sub(5, 3), 8")
    private static let withoutSub = Calculator.tests.replacing(
        "    def test_sub(self):\n        self.assertEqual(core.sub(5, 3), 2)\n\n",
        with: ""
    )

    private static func withRepository(
        _ policy: String,
        command: String = "python3 -m unittest discover -t . -s tests",
        _ body: (TestRepository) async throws -> Void
    ) async throws {
        try await Calculator.withRepository(broken: false) { repository in
            try repository.write(
                ".gatekeeper/config",
                "[gatekeeper \"contract\"]\n\t\(policy)\n[gatekeeper \"check.test\"]\n\tcommand = \(command)\n"
            )
            try await repository.commitAll("a policy")
            try await body(repository)
        }
    }

    @Test("tests that were made to fit broken code are found out, at a green head too")
    func weakenedTests() async throws {
        try await Self.withRepository("from = base") { repository in
            try repository.write("calc/core.py", Calculator.broken)
            try repository.write("tests/test_core.py", Self.weakened)
            let before = try await repository.state()
            for command in ["test", "run"] {
                let record = try await repository.record(command, status: 1)
                #expect(record.result?.reasons.map(\.code) == ["contract.base-fails"])
                #expect(record.result?.reasons.map(\.subject) == [Calculator.target])
                #expect(record.result?.verdict == "rejected")
                #expect(record.attempts.isEmpty)
                #expect(record.steps.contains { $0.phase == "head/base-contract" })
            }
            let shown = try await repository.gatekeeper("show").standardOutput.text
            #expect(shown.contains("the tests of the base do not hold"), "\(shown)")
            let off = try await repository.record(
                "test",
                environment: ["GIT_GATEKEEPER_WITHOUT": "base-contract"],
                status: 0
            )
            #expect(!off.steps.contains { $0.phase.hasSuffix("base-contract") })
            let own = try await repository.gatekeeper("test", "--format", "json")
            #expect(own.exitCode == 1)
            #expect(try await repository.state() == before)
        }
    }

    @Test("by default a person's tests are the ones that count")
    func fromHead() async throws {
        try await Self.withRepository("from = head") { repository in
            try repository.write("calc/core.py", Calculator.broken)
            try repository.write("tests/test_core.py", Self.weakened)
            let record = try await repository.record("test", status: 0)
            #expect(record.steps.count == 1)
        }
    }

    @Test("a candidate has to hold under the base's tests, where the head's would let it pass")
    func candidate() async throws {
        try await Self.withRepository("from = base") { repository in
            try repository.write("tests/test_core.py", Self.withoutSub)
            let reply = JudgeTests.edit(Calculator.broken)
            let record = try await repository.record("judge", "-", input: reply, status: 1)
            #expect(record.result?.reasons.map(\.code) == ["contract.base-fails"])
            #expect(record.result?.reasons.map(\.subject) == [Calculator.target])
            #expect(record.steps.contains { $0.phase == "attempt-1/base-contract" })
            let off = ["GIT_GATEKEEPER_WITHOUT": "base-contract"]
            _ = try await repository.record("judge", "-", input: reply, environment: off, status: 0)
            let fine = JudgeTests.edit(Calculator.healthy + "\n# as it was\n")
            _ = try await repository.record("judge", "-", input: fine, status: 0)
        }
    }

    @Test("a red head is repaired by a candidate that holds under both contracts")
    func repaired() async throws {
        try await Self.withRepository("from = base") { repository in
            try repository.write("calc/core.py", Calculator.broken)
            try repository.write(
                "tests/test_more.py",
                "import unittest\n\n\nclass More(unittest.TestCase):\n    pass\n"
            )
            let red = try await repository.record("test", status: 1)
            #expect(red.result?.reasons.map(\.code) == ["baseline.red"])
            try repository.write("tests/test_core.py", Calculator.tests + "\n# touched\n")
            let both = try await repository.record("test", status: 1)
            #expect(both.result?.reasons.map(\.code) == ["baseline.red", "contract.base-fails"])
            let program = try repository.install("backend.sh", AcceptanceEndToEndTests.backend())
            let record = try await repository.record("run", "--backend-command", program, status: 0)
            #expect(record.steps.contains { $0.phase == "attempt-1/base-contract" && $0.exitCode == 0 })
        }
    }

    @Test("nothing more is run where the contract is as it was, and new tests with their helpers stay")
    func untouched() async throws {
        try await Self.withRepository("from = base") { repository in
            try repository.write("calc/core.py", Calculator.healthy + "\n# better explained\n")
            let record = try await repository.record("test", status: 0)
            #expect(record.steps.map(\.phase) == ["head"])
            #expect(record.contractDrift == nil)
            try repository.write("tests/helper.py", "TWO = 2\n")
            try repository.write(
                "tests/test_new.py",
                "import unittest\n\nfrom tests.helper import TWO\n\n\nclass New(unittest.TestCase):\n"
                    + "    def test_two(self):\n        self.assertEqual(TWO, 2)\n"
            )
            let grown = try await repository.record("test", status: 0)
            #expect(grown.steps.map(\.phase) == ["head"])
        }
    }

    @Test("what configures the runner at the head only does not decide how the base's tests are run")
    func runnerConfiguration() async throws {
        try await Self.withRepository("from = base", command: "python3 -m pytest -q -p no:cacheprovider") {
            repository in
            try repository.write("calc/core.py", Calculator.broken)
            try repository.write("pytest.ini", "[pytest]\naddopts = -k 'not sub'\n")
            let record = try await repository.record("test", status: 1)
            #expect(record.result?.reasons.map(\.code) == ["contract.base-fails"])
            #expect(record.result?.reasons.first?.subject == "tests/test_core.py::CalcTests::test_sub")
        }
    }

    @Test("tests and code changed together are reported, each alone is not")
    func drift() async throws {
        try await Self.withRepository("drift = report") { repository in
            try repository.write("tests/test_core.py", Self.withoutSub)
            try repository.write("tests/test_more.py", "")
            #expect(try await repository.record("test", status: 0).contractDrift == nil)
            try repository.write("calc/core.py", Calculator.healthy + "\n# changed\n")
            let record = try await repository.record("test", status: 0)
            #expect(record.contractDrift?.changed == ["tests/test_core.py"])
            #expect(record.contractDrift?.added == ["tests/test_more.py"])
            #expect(record.contractDrift?.removed == [])
            #expect(record.contractDrift?.others == 1)
            let text = try await repository.gatekeeper("show").standardOutput.text
            let line =
                "contract drift: added tests/test_more.py; changed tests/test_core.py; together with 1 other file"
            #expect(text.contains(line), "\(text)")
        }
    }

    @Test("where policy wants it, a person looks first: a green head is undecided until they say that they did")
    func blockedGreen() async throws {
        try await Self.withRepository("drift = block") { repository in
            try repository.write("tests/test_core.py", Self.weakened)
            try repository.write("calc/core.py", Calculator.broken)
            let record = try await repository.record("test", status: 125)
            #expect(record.result?.reasons.map(\.code) == ["contract.drift"])
            let base = try await repository.git("rev-parse", "HEAD")
            #expect(record.result?.next.first == "review the contract: git diff \(base) -- tests/test_core.py")
            let typed = try #require(
                record.result?.next.first { $0.contains("git -c gatekeeper.contract.drift=report gatekeeper test") }
            )
            #expect(typed.hasSuffix("gatekeeper test"))
            let global = "\(repository.scratch)/global"
            try Data("[gatekeeper \"contract\"]\n\tdrift = report\n".utf8).write(to: URL(fileURLWithPath: global))
            _ = try await repository.record("test", environment: ["GIT_CONFIG_GLOBAL": global], status: 0)
        }
    }

    @Test("a proven candidate is kept aside while a person has to look at the tests")
    func blockedCandidate() async throws {
        try await Self.withRepository("drift = block") { repository in
            try repository.write("calc/core.py", Calculator.broken)
            try repository.write("tests/test_core.py", Calculator.tests + "\n# touched\n")
            let before = try await repository.state()
            let program = try repository.install("backend.sh", AcceptanceEndToEndTests.backend())
            let record = try await repository.record("run", "--backend-command", program, status: 125)
            #expect(record.result?.reasons.map(\.code) == ["contract.drift"])
            #expect(record.result?.verdict == "undecided")
            #expect(record.result?.applied == false)
            #expect(record.attempts.map(\.verdict) == ["accepted"])
            #expect(record.result?.keptAt?.hasPrefix("refs/gatekeeper/") == true)
            #expect(record.result?.next.contains { $0.hasSuffix("gatekeeper apply \(record.id)") } == true)
            #expect(try await repository.state() == before)
            try await repository.git("config", "gatekeeper.contract.drift", "report")
            let applied = try await repository.gatekeeper("apply", record.id)
            #expect(applied.exitCode == 0, "\(applied.standardError.text)\(applied.standardOutput.text)")
            #expect(repository.read("calc/core.py") == Calculator.healthy)
        }
    }
}
