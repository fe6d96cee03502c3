import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("revert, end to end")
struct RevertEndToEndTests {
    /// A library of nine modules, each with four functions far enough apart to change in hunks of their own.
    private enum Library {
        static let modules = 9
        static let functions = 4

        /// One module; `new` has every function rewritten without changing what it gives.
        static func module(_ number: Int, new: Bool) -> String {
            var text = "\"\"\"Module \(number).\"\"\"\n"
            for function in 0..<functions {
                let body = new ? "sum((value, \(function)))" : "value + \(function)"
                text += "\n\ndef f\(function)(value):\n    # Adds \(function).\n    return \(body)\n"
                text += "    # End of function \(function) of module \(number).\n"
            }
            return text
        }

        static let tests = """
            import importlib
            import unittest

            from lib import pack, unpack


            class LibraryTests(unittest.TestCase):
            \((0..<modules).map { module in
                """
                    def test_module_\(module)(self):
                        module = importlib.import_module("lib.m\(module)")
                        for added in range(\(functions)):
                            self.assertEqual(getattr(module, f"f{added}")(10), 10 + added)
                """
            }.joined(separator: "\n\n"))

                def test_there_and_back(self):
                    self.assertEqual(unpack.unpack(pack.pack(7)), 7)

            """

        static let packOld = "def pack(value):\n    return value * 10\n"
        static let packNew = "def pack(value):\n    return value * 100\n"
        static let unpackOld = "def unpack(value):\n    return value // 10\n"
        static let unpackNew = "def unpack(value):\n    return value // 1000\n"

        /// The head's content of every module, all of it healthy.
        static var healthy: [String: String] {
            Dictionary(uniqueKeysWithValues: (0..<modules).map { ("lib/m\($0).py", module($0, new: true)) })
        }

        /// Runs `body` in a repository with the old library committed and the new one in the working tree.
        static func withRepository(_ body: (TestRepository) async throws -> Void) async throws {
            try await withTestRepository("revert") { repository in
                try repository.write("lib/__init__.py", "")
                for number in 0..<modules { try repository.write("lib/m\(number).py", module(number, new: false)) }
                try repository.write("lib/pack.py", packOld)
                try repository.write("lib/unpack.py", unpackOld)
                try repository.write("tests/__init__.py", "")
                try repository.write("tests/test_library.py", tests)
                try repository.write(
                    ".gatekeeper/config",
                    "[gatekeeper \"check.test\"]\n\tcommand = python3 -m unittest discover -t . -s tests\n"
                )
                try await repository.commitAll("the old library")
                for (path, content) in healthy { try repository.write(path, content) }
                try await body(repository)
            }
        }

        /// How many hunks git sees between HEAD and the working tree.
        static func hunks(_ repository: TestRepository) async throws -> Int {
            try await repository.git("diff", "-U0").split(separator: "\n").filter { $0.hasPrefix("@@") }.count
        }
    }

    @Test("one bad hunk among 36 good ones in nine files is taken back, and only that one")
    func onePlanted() async throws {
        try await Library.withRepository { repository in
            let good = "# Adds 2.\n    return sum((value, 2))"
            let planted = Library.module(4, new: true).replacing(good, with: "# Adds 2.\n    return sum((value, 3))")
            #expect(planted != Library.module(4, new: true))
            // The function itself is the planted hunk, so its healthy rewriting is in another file.
            try repository.write("lib/m4.py", planted)
            try repository.write("lib/m8.py", Library.module(8, new: true) + "\n\nEXTRA = 1\n")
            #expect(try await Library.hunks(repository) == 37)
            let record = try await repository.record("run", "--backend", "revert", status: 0)
            #expect(record.result?.applied == true)
            var expected = Library.healthy
            expected["lib/m8.py"] = Library.module(8, new: true) + "\n\nEXTRA = 1\n"
            expected["lib/m4.py"] = Library.module(4, new: true)
                .replacing(good, with: "# Adds 2.\n    return value + 2")
            for (path, content) in expected { #expect(repository.read(path) == content, "\(path)") }
            #expect(repository.read("lib/pack.py") == Library.packOld)
            #expect(try await Library.hunks(repository) == 36)
            #expect(record.attempts.last?.paths == ["lib/m4.py"])
            let suspected = record.attempts.last?.notes.filter { $0.hasPrefix("suspected: ") } ?? []
            #expect(suspected.count == 1)
            #expect(suspected.first?.hasPrefix("suspected: lib/m4.py:") == true, "\(suspected)")
        }
    }

    @Test("two hunks of different files that only work together are taken back together")
    func interacting() async throws {
        try await Library.withRepository { repository in
            try repository.write("lib/pack.py", Library.packNew)
            try repository.write("lib/unpack.py", Library.unpackNew)
            #expect(try await Library.hunks(repository) == 38)
            let record = try await repository.record("run", "--backend", "revert", status: 0)
            #expect(record.attempts.last?.paths == ["lib/pack.py", "lib/unpack.py"])
            #expect(repository.read("lib/pack.py") == Library.packOld)
            #expect(repository.read("lib/unpack.py") == Library.unpackOld)
            for (path, content) in Library.healthy { #expect(repository.read(path) == content, "\(path)") }
            #expect(try await Library.hunks(repository) == 36)
        }
    }

    @Test("where base and head are the same tree there is nothing to take back, and the reason says so")
    func sameTree() async throws {
        try await Calculator.withRepository { repository in
            try await repository.commitAll("break it")
            let before = try await repository.state()
            let record = try await repository.record("run", "--backend", "revert", status: 1)
            #expect(record.result?.verdict == "rejected")
            #expect(record.result?.stopReason == "cannot-fix")
            #expect(record.attempts.count == 1)
            let reason = try #require(record.result?.reasons.first)
            #expect(reason.code == "backend.cannot-fix")
            #expect(reason.message.contains("base and head are the same tree"), "\(reason.message)")
            #expect(record.targets == [Calculator.target])
            #expect(try await repository.state() == before)
        }
    }

    @Test("a culprit that may not be taken back is counted in the notes, and nothing is written")
    func protectedCulprit() async throws {
        try await Calculator.withRepository(broken: false) { repository in
            let config = repository.read(".gatekeeper/config") ?? ""
            try repository.write(".gatekeeper/config", config + "[gatekeeper \"contract\"]\n\tprotect = calc/core.py\n")
            try await repository.commitAll("protect it")
            try repository.write("calc/core.py", Calculator.broken)
            try repository.write("notes.txt", "another change\n")
            let before = try await repository.state()
            let record = try await repository.record("run", "--backend", "revert", status: 1)
            #expect(record.result?.stopReason == "cannot-fix")
            #expect(record.attempts.last?.notes == ["1 of 2 changes may not be taken back"])
            #expect(try await repository.state() == before)
        }
    }

    @Test("the culprit is named even where its reversal is not accepted")
    func namedThoughRefused() async throws {
        try await Calculator.withRepository(broken: false) { repository in
            // Healthy code is green once, in the search, and red ever after: confirmation refuses it.
            let counter = "\(repository.scratch)/healthy-runs"
            try repository.write(
                "tests/test_moody.py",
                """
                import os
                import unittest

                from calc import core


                class MoodyTests(unittest.TestCase):
                    def test_once(self):
                        if core.sub(5, 3) != 2:
                            return
                        self.assertFalse(os.path.exists("\(counter)-3"))
                        for name in ["-1", "-2", "-3"]:
                            if not os.path.exists("\(counter)" + name):
                                open("\(counter)" + name, "w").close()
                                return

                """
            )
            try await repository.commitAll("a moody test")
            try repository.write("calc/core.py", Calculator.broken)
            let before = try await repository.state()
            let result = try await repository.gatekeeper("run", "--backend", "revert", "--sandbox", "off")
            #expect(result.exitCode == 1 || result.exitCode == 125, "\(result.standardOutput.text)")
            let shown = try await repository.gatekeeper("show", "--format", "json")
            let record = try JSON.decode(RunRecord.self, from: shown.standardOutput.bytes)
            #expect(record.attempts.first?.verdict != "accepted")
            let notes = record.attempts.flatMap(\.notes)
            #expect(notes.contains { $0.hasPrefix("suspected: calc/core.py:6") }, "\(notes)")
            #expect(result.standardError.text.contains("suspected: calc/core.py:6"), "\(result.standardError.text)")
            #expect(try await repository.state() == before)
        }
    }
}
