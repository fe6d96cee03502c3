import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("tests mean what they meant before they were run")
struct ContractWatchTests {
    /// A repository whose suite also writes: into a file that is tracked, and into one that is not.
    private func withProject(_ body: (TestRepository) async throws -> Void) async throws {
        try await Calculator.withRepository { repository in
            try repository.write("tests/data/seen.txt", "")
            try repository.write(
                "tests/test_a_first.py",
                """
                import os
                import unittest

                from calc import core

                HERE = os.path.dirname(os.path.abspath(__file__))


                class FirstTests(unittest.TestCase):
                    def test_writes(self):
                        with open(HERE + "/data/seen.txt", "a") as file:
                            file.write("seen\\n")
                        os.makedirs(HERE + "/cache", exist_ok=True)
                        with open(HERE + "/cache/sum.txt", "w") as file:
                            file.write(str(core.add(1, 2)))

                """
            )
            try await repository.git("add", "tests")
            try await repository.git("commit", "-q", "-m", "a suite that writes", "tests")
            try await body(repository)
        }
    }

    private func judge(
        _ repository: TestRepository,
        _ content: String,
        level: String,
        without: String? = nil
    ) async throws -> RunRecord {
        var environment = ["GIT_GATEKEEPER_SANDBOX_LEVEL": level]
        environment["GIT_GATEKEEPER_WITHOUT"] = without
        try await repository.git("config", "gatekeeper.trust.commands", "always")
        let edit: [String: Any] = ["edits": [["path": "calc/core.py", "content": content]]]
        let result = try await repository.gatekeeper(
            arguments: ["judge", "-", "--format", "json"],
            input: String(decoding: try JSONSerialization.data(withJSONObject: edit), as: UTF8.self),
            environment: environment
        )
        return try JSON.decode(RunRecord.self, from: result.standardOutput.bytes)
    }

    /// Rewrites the failing test before it is loaded, and puts it back at the end.
    private static let rewriting =
        Calculator.broken + """


            import atexit
            import os

            _path = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "tests", "test_core.py")


            def _write(text):
                with open(_path, "w") as file:
                    file.write(text)


            with open(_path) as _file:
                _before = _file.read()
            _write(_before.replace("self.assertEqual(core.sub(5, 3), 2)", "pass"))
            atexit.register(_write, _before)

            """

    /// Replaces the whole folder by one that looks like it, less what the tests ask.
    private static let replacing =
        Calculator.broken + """


            import os
            import shutil

            _root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
            _texts = {}
            for _name in ["__init__.py", "test_core.py", "test_a_first.py", "data/seen.txt"]:
                with open(os.path.join(_root, "tests", _name)) as _file:
                    _texts[_name] = _file.read().replace("self.assertEqual(core.sub(5, 3), 2)", "pass")
            shutil.rmtree(os.path.join(_root, "tests"))
            for _name, _text in _texts.items():
                os.makedirs(os.path.dirname(os.path.join(_root, "tests", _name)), exist_ok=True)
                with open(os.path.join(_root, "tests", _name), "w") as _file:
                    _file.write(_text)

            """

    @Test("a candidate whose run rewrites a test is not accepted", arguments: OwnCodeTests.levels)
    func rewritten(level: String) async throws {
        try await withProject { repository in
            for content in [Self.rewriting, Self.replacing] {
                let record = try await judge(repository, content, level: level)
                #expect(record.sandbox.level == level)
                #expect(record.result?.verdict == "undecided", "\(record.result.debugDescription)")
                let reason = record.result?.reasons.first { $0.code == "evidence.contract-changed" }
                #expect(reason?.message.contains("'tests/") == true, "\(record.result.debugDescription)")
            }
            let fooled = try await judge(repository, Self.rewriting, level: level, without: "contract,second-look")
            #expect(fooled.result?.verdict == "accepted", "the case shows nothing: \(fooled.result.debugDescription)")
        }
    }

    @Test("a suite that writes beside its tests, as it did at the head, is believed", arguments: OwnCodeTests.levels)
    func honest(level: String) async throws {
        try await withProject { repository in
            let record = try await judge(repository, Calculator.healthy, level: level)
            #expect(record.result?.verdict == "accepted", "\(record.result.debugDescription)")
        }
    }
}
