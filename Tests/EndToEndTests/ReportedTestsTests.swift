import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

/// Files of tests whose names say nothing: they belong to the contract because a runner ran them.
@Suite("reported tests")
struct ReportedTestsTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let command: String
        let file: String
        let tests: String
        /// Another file that the runner would take for tests; `nil` where it goes by no pattern.
        var another: String?
        var files: [String: String] = [:]
    }

    private static let python = """
        import unittest

        from calc import core


        class Checks(unittest.TestCase):
            def test_sub(self):
                self.assertEqual(core.sub(5, 3), 2)

        """

    static let cases: [Case] = [
        Case(
            testDescription: "pytest with a pattern of its own",
            command: "python3 -m pytest -q -p no:cacheprovider checks",
            file: "checks/check_core.py",
            tests: python,
            another: "checks/deep/check_more.py",
            files: ["pytest.ini": "[pytest]\npython_files = check_*.py\n"]
        ),
        Case(
            testDescription: "pytest that takes every file for tests",
            command: "python3 -m pytest -q -p no:cacheprovider checks",
            file: "checks/arithmetic.py",
            tests: python,
            files: ["pytest.ini": "[pytest]\npython_files = *.py\n"]
        ),
        Case(
            testDescription: "unittest with a pattern of its own",
            command: "python3 -m unittest discover -t . -s checks -p check_*.py",
            file: "checks/check_core.py",
            tests: python,
            another: "checks/check_more.py",
            files: ["checks/__init__.py": ""]
        ),
        Case(
            testDescription: "node with names of its own",
            command: "node --test",
            file: "checks/core-test.js",
            tests: """
                const test = require('node:test');
                const assert = require('node:assert');
                const { readFileSync } = require('node:fs');
                test('sub subtracts', () => assert.match(readFileSync('calc/core.py', 'utf8'), /a - b/));

                """,
            another: "checks/deep/more-test.js"
        ),
    ]

    @Test("a candidate may not touch what was run, nor add what would be", arguments: cases)
    func protected(_ row: Case) async throws {
        try await Calculator.withRepository(broken: false) { repository in
            try await repository.git("rm", "-rqf", "tests")
            try repository.write(row.file, row.tests)
            for (path, content) in row.files { try repository.write(path, content) }
            try repository.write(".gatekeeper/config", "[gatekeeper \"check.test\"]\n\tcommand = \(row.command)\n")
            try await repository.commitAll("checks")
            try repository.write("calc/core.py", Calculator.broken)
            let emptied = "{\"edits\":[{\"path\":\"\(row.file)\",\"content\":\"# nothing\\n\"}]}"
            let record = try await repository.record("judge", "-", input: emptied, status: 1)
            #expect(record.result?.reasons.map(\.code) == ["admission.refused"])
            #expect(record.result?.reasons.first?.message.contains("it holds tests that were run") == true)
            if let another = row.another {
                let added = "{\"edits\":[{\"path\":\"\(another)\",\"content\":\"# nothing\\n\"}]}"
                let refused = try await repository.record("judge", "-", input: added, status: 1)
                #expect(refused.result?.reasons.first?.message.contains("takes") == true)
            }
            let fix = JudgeTests.edit(Calculator.healthy)
            _ = try await repository.record("judge", "-", input: fix, status: 0)
        }
    }

    @Test("a file with doctests is code, and may be repaired")
    func doctests() async throws {
        try await Calculator.withRepository(broken: false) { repository in
            let command = "python3 -m pytest -q -p no:cacheprovider --doctest-modules calc tests"
            try repository.write(".gatekeeper/config", "[gatekeeper \"check.test\"]\n\tcommand = \(command)\n")
            let documented = Calculator.healthy.replacing(
                "def sub(a, b):\n",
                with: "def sub(a, b):\n    \"\"\"\n    >>> sub(5, 3)\n    2\n    \"\"\"\n"
            )
            try repository.write("calc/core.py", documented)
            try await repository.commitAll("documented")
            try repository.write("calc/core.py", documented.replacing("a - b", with: "a + b"))
            let record = try await repository.record("judge", "-", input: JudgeTests.edit(documented), status: 0)
            #expect(record.targets.count == 2, "\(record.targets)")
        }
    }
}
