import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

/// Tests that do not give the same twice: found at the head, named, and counted for nothing.
@Suite("flaky tests")
struct FlakyEndToEndTests {
    /// Reads the name of the home folder, which a varied run changes.
    private static let isVaried = #"os.environ["HOME"].endswith("-1")"#

    enum Runner: String, CaseIterable, Sendable {
        case pytest, unittest

        var command: String {
            switch self {
            case .pytest: "python3 -m pytest -q -p no:cacheprovider"
            case .unittest: "python3 -m unittest discover -t . -s tests"
            }
        }

        func id(_ name: String, class type: String = "MoodyTests", file: String = "test_moody") -> String {
            self == .pytest ? "tests/\(file).py::\(type)::\(name)" : "tests.\(file).\(type).\(name)"
        }
    }

    private static func withRepository(
        _ runner: Runner = .unittest,
        moody: String,
        broken: Bool = true,
        policy: String = "",
        _ body: (TestRepository) async throws -> Void
    ) async throws {
        try await Calculator.withRepository(broken: false) { repository in
            try repository.write(
                ".gatekeeper/config",
                "[gatekeeper]\n\(policy)\n[gatekeeper \"check.test\"]\n\tcommand = \(runner.command)\n"
            )
            try repository.write(
                "tests/test_moody.py",
                "import os\nimport unittest\n\nfrom calc import core\n\n\nclass MoodyTests(unittest.TestCase):\n\(moody)\n"
            )
            try await repository.commitAll("a moody test")
            if broken { try repository.write("calc/core.py", Calculator.broken) }
            try await body(repository)
        }
    }

    private static func fix(_ text: String = Calculator.healthy) -> String { JudgeTests.edit(text) }

    @Test(
        "an unrelated flaky test is named, and counts for nothing",
        arguments: Runner.allCases,
        [true, false]
    )
    func unrelated(_ runner: Runner, passesFirst: Bool) async throws {
        let condition = passesFirst ? "assertFalse" : "assertTrue"
        let moody = "    def test_moody(self):\n        self.\(condition)(\(Self.isVaried))\n"
        try await Self.withRepository(runner, moody: moody) { repository in
            let flaky = runner.id("test_moody")
            let record = try await repository.record("judge", "-", input: Self.fix(), status: 0)
            #expect(record.flaky == [flaky])
            #expect(record.targets == [runner.id("test_sub", class: "CalcTests", file: "test_core")])
            #expect(record.result?.verdict == "accepted", "\(record.result?.reasons ?? [])")
            #expect(!record.attempts.flatMap(\.transitions).contains { $0.test == flaky })
            let varied = try #require(record.steps.first { $0.phase == "head/varied-1" })
            #expect(varied.variation?.contains("order reversed") == true, "\(varied.variation ?? [])")
            #expect(record.steps.first { $0.phase == "head" }?.variation == nil)
            let again = try #require(record.steps.first { $0.phase == "attempt-1/confirm-2" })
            #expect(again.variation?.first == varied.variation?.first)
            let shown = try await repository.gatekeeper("show").standardOutput.text
            #expect(shown.contains("flaky, counts for nothing: \(flaky)"), "\(shown)")
            #expect(!shown.contains("red: 2"), "\(shown)")
        }
    }

    @Test("a candidate may not break a flaky test's neighbours, and may leave the flaky one red")
    func misbehaving() async throws {
        let moody = """
                def test_moody(self):
                    self.assertTrue(\(Self.isVaried))

                def test_steady(self):
                    self.assertEqual(core.div(9, 3), 3)

            """
        try await Self.withRepository(moody: moody) { repository in
            let wrong = Calculator.healthy.replacing("a / b", with: "a / b if b != 3 or a != 9 else 0")
            let record = try await repository.record("judge", "-", input: Self.fix(wrong), status: 1)
            #expect(record.result?.reasons.map(\.code) == ["p2p.regressed"])
            #expect(record.result?.reasons.first?.subject == Runner.unittest.id("test_steady"))
        }
    }

    @Test("where nothing is red but flaky tests the run is undecided, and nobody is asked", arguments: Runner.allCases)
    func onlyFlaky(_ runner: Runner) async throws {
        let moody = "    def test_moody(self):\n        self.assertTrue(\(Self.isVaried))\n"
        try await Self.withRepository(runner, moody: moody, broken: false) { repository in
            let asked = "\(repository.scratch)/asked"
            let program = try repository.install("backend.sh", "#!/bin/sh\ntouch '\(asked)'\nexit 1\n")
            let before = try await repository.state()
            for command in [["run", "--backend-command", program], ["test"]] {
                let result = try await repository.gatekeeper(arguments: command + ["--format", "json"])
                #expect(result.exitCode == 125, "\(result.standardError.text)")
                let record = try JSON.decode(RunRecord.self, from: result.standardOutput.bytes)
                #expect(record.result?.reasons.map(\.code) == ["baseline.flaky"])
                #expect(record.result?.reasons.first?.subject == runner.id("test_moody"))
                #expect(record.result?.stopReason == "flaky")
                #expect(record.result?.next.isEmpty == false)
                #expect(record.attempts.isEmpty)
            }
            #expect(!FileManager.default.fileExists(atPath: asked))
            #expect(try await repository.state() == before)
        }
    }

    @Test("a flaky test that is named as the target is said to be flaky")
    func namedTarget() async throws {
        let moody = "    def test_moody(self):\n        self.assertTrue(\(Self.isVaried))\n"
        try await Self.withRepository(moody: moody) { repository in
            let target = Runner.unittest.id("test_moody")
            let record = try await repository.record("judge", "-", "--target", target, input: Self.fix(), status: 125)
            #expect(record.result?.reasons.map(\.code) == ["baseline.flaky"])
            #expect(record.result?.reasons.map(\.subject) == [target])
        }
    }

    @Test("a candidate that holds only in runs it knows is not accepted, and would be without the repetition")
    func sometimes() async throws {
        let lucky = """
            import os


            def add(a, b):
                return a + b


            def sub(a, b):
                return a + b if \(Self.isVaried) else a - b


            def div(a, b):
                return a / b

            """
        try await Self.withRepository(moody: "    pass\n") { repository in
            let record = try await repository.record("judge", "-", input: Self.fix(lucky), status: 125)
            #expect(record.result?.reasons.map(\.code) == ["f2p.unstable"])
            let off = try await repository.record(
                "judge",
                "-",
                input: Self.fix(lucky),
                environment: ["GIT_GATEKEEPER_WITHOUT": "repetition"],
                status: 0
            )
            #expect(!off.steps.contains { $0.variation != nil })
        }
    }

    @Test("a candidate's own moods make no test flaky")
    func notLearntFromCandidates() async throws {
        let moody = "    def test_steady(self):\n        self.assertEqual(core.div(6, 3), 2)\n"
        try await Self.withRepository(moody: moody) { repository in
            let lucky = "import os\n" + Calculator.healthy.replacing("a / b", with: "a / b + (\(Self.isVaried))")
            let record = try await repository.record("judge", "-", input: Self.fix(lucky), status: 125)
            #expect(record.flaky == nil)
            #expect(Set(record.result?.reasons.map(\.code) ?? []) == ["evidence.unstable"])
        }
    }

    @Test("further runs can be switched off, and the evidence says so")
    func switchedOff() async throws {
        let moody = "    def test_moody(self):\n        self.assertFalse(\(Self.isVaried))\n"
        try await Self.withRepository(moody: moody, policy: "\tflakyRuns = 0") { repository in
            let record = try await repository.record("judge", "-", input: Self.fix(), status: 0)
            #expect(record.flaky == nil)
            #expect(record.notes.contains { $0.contains("gatekeeper.flakyRuns") }, "\(record.notes)")
            #expect(!record.steps.contains { $0.phase.hasPrefix("head/") || $0.variation != nil })
            #expect(record.steps.contains { $0.phase == "attempt-1/confirm-2" })
        }
    }

    @Test("tests that hold in their own order only still count", arguments: Runner.allCases)
    func orderBound(_ runner: Runner) async throws {
        let moody = """
                kept = []

                def test_1_put(self):
                    self.kept.append(core.div(8, 2))

                def test_2_get(self):
                    self.assertEqual(self.kept.pop(), 4)

            """
        try await Self.withRepository(runner, moody: moody) { repository in
            let right = try await repository.record("judge", "-", input: Self.fix(), status: 0)
            #expect(right.flaky == nil, "\(right.flaky ?? [])")
            #expect(right.notes.contains { $0.contains(runner.id("test_2_get")) }, "\(right.notes)")
            let again = try #require(right.steps.first { $0.phase == "attempt-1/confirm-2" })
            #expect(again.variation?.first == "order kept")
            let wrong = Calculator.healthy.replacing("a / b", with: "a / b if a != 8 else 0")
            let record = try await repository.record("judge", "-", input: Self.fix(wrong), status: 1)
            #expect(record.result?.reasons.map(\.subject) == [runner.id("test_2_get")])
        }
    }

    @Test("a test that fails after another only is flaky", arguments: Runner.allCases)
    func polluted(_ runner: Runner) async throws {
        let moody = """
                kept = []

                def test_1_put(self):
                    self.kept.append(1)

                def test_2_clean(self):
                    self.assertEqual(self.kept, [])

            """
        try await Self.withRepository(runner, moody: moody) { repository in
            let record = try await repository.record("judge", "-", input: Self.fix(), status: 0)
            #expect(record.flaky == [runner.id("test_2_clean")])
        }
    }

    @Test("a file that can be loaded only sometimes is flaky with all its tests", arguments: Runner.allCases)
    func collection(_ runner: Runner) async throws {
        let moody =
            "    if not \(Self.isVaried):\n        raise RuntimeError('not today')\n\n    def test_it(self):\n        pass\n"
        try await Self.withRepository(runner, moody: moody) { repository in
            let record = try await repository.record("judge", "-", input: Self.fix(), status: 0)
            let file = runner == .pytest ? "tests/test_moody.py" : "tests.test_moody"
            #expect(record.flaky?.contains(file) == true, "\(record.flaky ?? [])")
            #expect(record.targets == [runner.id("test_sub", class: "CalcTests", file: "test_core")])
        }
    }

    @Test("without a sandbox the varied run lies in another folder")
    func withoutSandbox() async throws {
        let moody = "    def test_moody(self):\n        self.assertIn('/1/files', os.getcwd())\n"
        try await Self.withRepository(moody: moody) { repository in
            let record = try await repository.record("judge", "-", "--sandbox", "off", input: Self.fix(), status: 0)
            #expect(record.flaky == [Runner.unittest.id("test_moody")])
        }
    }
}
