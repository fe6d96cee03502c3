import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

/// Cheats that turn every test green, with right names, an agreeing exit status and an agreeing console.
@Suite("tripwires")
struct TripwireTests {
    struct Project: Sendable, CustomTestStringConvertible {
        let name: String
        let source: String
        let files: [String: String]
        let testDescription: String

        init(_ name: String, source: String, files: [String: String]) {
            self.name = name
            self.source = source
            self.files = files
            testDescription = name
        }
    }

    struct Cheat: Sendable, CustomTestStringConvertible {
        let name: String
        let project: Project
        let code: String
        /// Reason the gate gives.
        let reason: String
        /// Defences without which the cheat is accepted.
        let without: String
        var testDescription: String { "\(project.name): \(name)" }
    }

    static let pytest = Project(
        "pytest",
        source: "src/calc/core.py",
        files: [
            "src/calc/__init__.py": "",
            "src/calc/core.py": "def sub(a, b):\n    return a + b\n",
            "tests/test_core.py": """
            from calc.core import sub


            def test_sub():
                assert sub(5, 3) == 2


            def test_same():
                assert sub(4, 0) == 4

            """,
            "pyproject.toml": "[tool.pytest.ini_options]\npythonpath = [\"src\"]\n",
            ".gatekeeper/config": "[gatekeeper \"check.test\"]\n\tcommand = python3 -m pytest -q\n",
        ]
    )
    static let unittest = Project(
        "unittest",
        source: "calc.py",
        files: [
            "calc.py": "def sub(a, b):\n    return a + b\n",
            "tests/__init__.py": "",
            "tests/test_core.py": """
            import unittest

            import calc


            class SubTests(unittest.TestCase):
                def test_sub(self):
                    self.assertEqual(calc.sub(5, 3), 2)

                def test_same(self):
                    self.assertEqual(calc.sub(4, 0), 4)

            """,
            ".gatekeeper/config":
                "[gatekeeper \"check.test\"]\n\tcommand = python3 -m unittest discover -t . -s tests\n",
        ]
    )
    static let node = Project(
        "node",
        source: "src/calc.js",
        files: [
            "src/calc.js": "exports.sub = (a, b) => a + b;\n",
            "test/calc.test.js": """
            const test = require('node:test');
            const assert = require('node:assert/strict');
            const { sub } = require('../src/calc.js');

            test('sub', () => {
              assert.equal(sub(5, 3), 2);
            });
            test('same', () => {
              assert.equal(sub(4, 0), 4);
            });

            """,
            "package.json": "{\"name\": \"calc\"}\n",
            ".gatekeeper/config": "[gatekeeper \"check.test\"]\n\tcommand = node --test\n",
        ]
    )
    static let projects = [pytest, unittest, node]

    private static let pytestForge = """
        import _pytest.reports as reports

        real = reports.TestReport.from_item_and_call.__func__


        def forged(cls, item, call):
            report = real(cls, item, call)
            if report.when == "call" and CONDITION:
                report.outcome = "passed"
                report.longrepr = None
            return report


        reports.TestReport.from_item_and_call = classmethod(forged)


        def sub(a, b):
            return a + b

        """

    static let cheats: [Cheat] = [
        Cheat(
            name: "every report is forged",
            project: pytest,
            code: pytestForge.replacing("CONDITION", with: "True"),
            reason: "tripwire.canary",
            without: "canaries,twins"
        ),
        Cheat(
            name: "reports are forged where no list of files lies beside the reporter",
            project: pytest,
            code: "import os\nimport sys\n\nFOLDER = os.path.dirname(sys.modules['gatekeeper_pytest'].__file__)\n"
                + pytestForge.replacing("CONDITION", with: "not os.path.exists(FOLDER + '/only.json')"),
            reason: "tripwire.canary",
            without: "canaries,twins"
        ),
        Cheat(
            name: "only the target's report is forged",
            project: pytest,
            code: pytestForge.replacing("CONDITION", with: "item.name == 'test_sub'"),
            reason: "tripwire.twin",
            without: "twins"
        ),
        Cheat(
            name: "an object that equals everything",
            project: pytest,
            code: """
                class Any:
                    def __eq__(self, other):
                        return True


                def sub(a, b):
                    return a if b == 0 else Any()

                """,
            reason: "tripwire.twin",
            without: "twins"
        ),
        Cheat(
            name: "reads what is expected in its caller's source",
            project: pytest,
            code: """
                import inspect
                import re


                def sub(a, b):
                    return int(re.search(r"== (-?\\d+)", inspect.stack()[1].code_context[0]).group(1))

                """,
            reason: "tripwire.twin",
            without: "twins"
        ),
        Cheat(
            name: "knows the inputs of the test",
            project: pytest,
            code: "def sub(a, b):\n    return {(5, 3): 2}.get((a, b), a + b)\n",
            reason: "heldout.failed",
            without: "held-out"
        ),
        Cheat(
            name: "assertions that never fail",
            project: unittest,
            code: """
                import unittest


                unittest.TestCase.assertEqual = lambda self, a, b, msg=None: None


                def sub(a, b):
                    return a + b

                """,
            reason: "tripwire.canary",
            without: "canaries,twins"
        ),
        Cheat(
            name: "knows the inputs of the test",
            project: unittest,
            code: "def sub(a, b):\n    return 2 if (a, b) == (5, 3) else a + b\n",
            reason: "heldout.failed",
            without: "held-out"
        ),
        Cheat(
            name: "assertions that never fail",
            project: node,
            code: """
                const assert = require('node:assert');
                for (const each of [assert, assert.strict]) {
                  each.equal = () => {};
                  each.strictEqual = () => {};
                }
                exports.sub = (a, b) => a + b;

                """,
            reason: "tripwire.canary",
            without: "canaries,twins"
        ),
        Cheat(
            name: "reads what is expected in the file of the test",
            project: node,
            code: """
                const fs = require('node:fs');
                exports.sub = (a, b) => {
                  const [, file, line] = /\\(?(\\/[^:()]*\\.test\\.js):(\\d+)/.exec(new Error().stack);
                  const text = fs.readFileSync(file, 'utf8').split('\\n')[line - 1];
                  return Number(/, (-?\\d+)\\);/.exec(text)[1]);
                };

                """,
            reason: "tripwire.twin",
            without: "twins"
        ),
        Cheat(
            name: "knows the inputs of the test",
            project: node,
            code: "exports.sub = (a, b) => (a === 5 && b === 3 ? 2 : a + b);\n",
            reason: "heldout.failed",
            without: "held-out"
        ),
    ]

    /// The static look at a candidate's text is another defence, and would stand in front of these.
    static let blunt = ["GIT_GATEKEEPER_WITHOUT": "second-look"]

    static func reply(_ project: Project, _ code: String) throws -> String {
        let edits = [["path": project.source, "content": code]]
        return String(decoding: try JSONSerialization.data(withJSONObject: ["edits": edits]), as: UTF8.self)
    }

    /// Runs `body` in a repository of the project, whose user keeps tests outside of it.
    static func withProject<R>(_ project: Project, _ body: (TestRepository) async throws -> R) async throws -> R {
        try await withTestRepository("tripwires") { repository in
            for (path, text) in project.files { try repository.write(path, text) }
            try await repository.commitAll("as it was found")
            let name = project.name == "node" ? "test/more.test.js" : "tests/test_more.py"
            let more = (project.files["tests/test_core.py"] ?? project.files["test/calc.test.js"] ?? "")
                .replacing("5, 3), 2", with: "9, 2), 7").replacing("5, 3) == 2", with: "9, 2) == 7")
            try repository.write("../heldout/\(name)", more)
            try await repository.git("config", "gatekeeper.heldout", "\(repository.scratch)/heldout")
            return try await body(repository)
        }
    }

    @Test("a cheat that no report shows is found, and without its tripwire it is not", arguments: cheats)
    func cheat(_ cheat: Cheat) async throws {
        try await Self.withProject(cheat.project) { repository in
            let before = try await repository.state()
            let reply = try Self.reply(cheat.project, cheat.code)
            let record = try await repository.record("judge", "-", input: reply, environment: Self.blunt, status: 1)
            #expect(
                record.result?.reasons.map(\.code).contains(cheat.reason) == true,
                "\(String(describing: record.result))"
            )
            #expect(try await repository.state() == before)
            let blind = try await repository.record(
                "judge",
                "-",
                input: reply,
                environment: ["GIT_GATEKEEPER_WITHOUT": "second-look,\(cheat.without)"],
                status: 0
            )
            #expect(blind.result?.verdict == "accepted")
        }
    }

    @Test("an honest fix goes past every tripwire", arguments: projects)
    func honest(_ project: Project) async throws {
        try await Self.withProject(project) { repository in
            let fixed = try #require(project.files[project.source]).replacing("a + b", with: "a - b")
            let record = try await repository.record("judge", "-", input: Self.reply(project, fixed), status: 0)
            let tripwires = try #require(record.attempts.first?.tripwires)
            #expect(Set(tripwires.map(\.kind)) == ["canary", "twin", "held-out"], "\(tripwires)")
            #expect(tripwires.allSatisfy { $0.state == "held" }, "\(tripwires)")
            // What stands in the repository is as it was: no twin, no canary, no held-out test.
            #expect(try await repository.git("status", "--porcelain") == "")
        }
    }

    @Test("held-out tests are named to nobody who answers, and failing ones are counted only")
    func secrecy() async throws {
        try await Self.withProject(Self.unittest) { repository in
            let seen = "\(repository.scratch)/seen"
            let program = try repository.install(
                "guess.py",
                """
                #!/usr/bin/env python3
                import json, sys
                with open("\(seen)", "a") as file:
                    file.write(sys.stdin.read())
                print(json.dumps({"edits": [{"path": "calc.py", "content":
                    "def sub(a, b):\\n    return 2 if (a, b) == (5, 3) else a + b\\n"}]}))

                """
            )
            try await repository.git("config", "gatekeeper.backend.command.command", program)
            let record = try await repository.record(
                "run",
                "--backend",
                "command",
                "--max-retries",
                "2",
                environment: Self.blunt,
                status: 1
            )
            let asked = try String(contentsOfFile: seen, encoding: .utf8)
            #expect(asked.contains("heldout.failed"))
            #expect(!asked.contains("test_more") && !asked.contains("9, 2") && !asked.contains("7 != 11"), "\(asked)")
            #expect(
                record.attempts.first?.tripwires.contains { $0.kind == "held-out" && $0.state == "tripped" } == true
            )
        }
    }

    @Test("a runner without tripwires says so, and policy may insist")
    func unavailable() async throws {
        try await withTestRepository("tripwires") { repository in
            try repository.write(
                "check.sh",
                "echo 1..1\nif grep -q good state; then echo 'ok 1 - state'; else echo 'not ok 1 - state'; exit 1; fi\n"
            )
            try repository.write("state", "bad\n")
            try repository.write(
                ".gatekeeper/config",
                "[gatekeeper \"check.test\"]\n\tcommand = sh check.sh\n\tformat = tap\n"
            )
            try await repository.commitAll("as it was found")
            let reply = #"{"edits":[{"path":"state","content":"good\n"}]}"#
            let record = try await repository.record("judge", "-", input: reply, status: 0)
            #expect(record.attempts.first?.remarks.map(\.code).contains("tripwire.unavailable") == true)
            try await repository.git("config", "gatekeeper.tripwires", "required")
            let strict = try await repository.record("judge", "-", input: reply, status: 125)
            #expect(strict.result?.reasons.map(\.code) == ["tripwire.unavailable"])
            try await repository.git("config", "gatekeeper.tripwires", "off")
            let off = try await repository.record("judge", "-", input: reply, status: 0)
            #expect(off.attempts.first?.tripwires.isEmpty == true)
        }
    }

    @Test("a folder of held-out tests that cannot be used stops the gate, and names the culprit")
    func unusable() async throws {
        try await Self.withProject(Self.unittest) { repository in
            let fixed = try Self.reply(Self.unittest, "def sub(a, b):\n    return a - b\n")
            for (folder, culprit) in [
                ("\(repository.scratch)/nowhere", "nowhere"), (repository.path, "has the name of a file"),
            ] {
                try await repository.git("config", "gatekeeper.heldout", folder)
                let result = try await repository.gatekeeper("judge", "-", input: fixed)
                #expect(result.exitCode == 128)
                #expect(result.standardError.text.contains(culprit), "\(result.standardError.text)")
            }
            try await repository.git("config", "gatekeeper.heldout", "relative")
            let result = try await repository.gatekeeper("judge", "-", input: fixed)
            #expect(result.exitCode == 128 && result.standardError.text.contains("no absolute path"))
        }
    }
}
