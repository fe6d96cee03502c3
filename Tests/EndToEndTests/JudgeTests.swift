import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("judge")
struct JudgeTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let reply: String
        let status: Int32
        let code: String?
        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case(name: "the fix", reply: edit(Calculator.healthy), status: 0, code: nil),
        Case(
            name: "a fix that is none",
            reply: edit(Calculator.broken.replacing("return a + b\n\n\ndef div", with: "return a * b\n\n\ndef div")),
            status: 1,
            code: "f2p.not-fixed"
        ),
        Case(
            name: "a fix that breaks another test",
            reply: edit(Calculator.healthy.replacing("a / b", with: "a // (b + 1)")),
            status: 1,
            code: "p2p.regressed"
        ),
        Case(
            name: "a fix that skips another test",
            reply: edit(
                "import unittest\n"
                    + Calculator.healthy.replacing("return a / b", with: "raise unittest.SkipTest('no')")
            ),
            status: 1,
            code: "p2p.skipped"
        ),
        Case(
            name: "a target that is skipped",
            reply: edit(
                "import unittest\n"
                    + Calculator.broken.replacing(
                        "def sub(a, b):\n    return a + b",
                        with: "def sub(a, b):\n    raise unittest.SkipTest('no')"
                    )
            ),
            status: 1,
            code: "f2p.skipped"
        ),
        Case(name: "no change", reply: edit(Calculator.broken), status: 1, code: "admission.refused"),
        Case(
            name: "a change of the tests",
            reply: #"{"edits":[{"path":"tests/test_core.py","content":"import unittest\n"}]}"#,
            status: 1,
            code: "admission.refused"
        ),
        Case(
            name: "a change of the policy",
            reply: #"{"edits":[{"path":".gatekeeper/config","content":""}]}"#,
            status: 1,
            code: "admission.refused"
        ),
        Case(
            name: "a program that ends before its tests",
            reply: edit("import os\nos._exit(0)\n"),
            status: 125,
            code: "evidence.report-malformed"
        ),
        Case(
            name: "a file that cannot be imported",
            reply: edit("def sub(:\n"),
            status: 1,
            code: "p2p.missing"
        ),
    ]

    @Test("each candidate gets the verdict it deserves, and nothing of the user's is touched", arguments: cases)
    func verdicts(_ candidate: Case) async throws {
        try await Calculator.withRepository { repository in
            let before = try await repository.state()
            let result = try await repository.gatekeeper("judge", "-", "--format", "json", input: candidate.reply)
            #expect(result.exitCode == candidate.status, "\(result.standardError.text)")
            let record = try JSON.decode(RunRecord.self, from: result.standardOutput.bytes)
            if let code = candidate.code {
                #expect(record.result?.reasons.contains { $0.code == code } == true, "\(record.result?.reasons ?? [])")
            }
            #expect(try await repository.state() == before)
        }
    }

    @Test("a branch is judged as its tree, and --apply writes it into the working tree")
    func branchAndApply() async throws {
        try await Calculator.withRepository(broken: false) { repository in
            try repository.write("calc/core.py", Calculator.broken)
            try await repository.commitAll("break it")
            try await repository.git("checkout", "-q", "-b", "fix")
            try repository.write("calc/core.py", Calculator.healthy)
            try repository.write("calc/helper.py", "VALUE = 1\n")
            try await repository.commitAll("fix it")
            try await repository.git("checkout", "-q", "main")
            let index = try await repository.git("ls-files", "-s")
            let dry = try await repository.gatekeeper("judge", "fix")
            #expect(dry.exitCode == 0, "\(dry.standardError.text)")
            #expect(repository.read("calc/core.py") == Calculator.broken)
            let result = try await repository.gatekeeper("judge", "fix", "--apply")
            #expect(result.exitCode == 0, "\(result.standardError.text)")
            #expect(repository.read("calc/core.py") == Calculator.healthy)
            #expect(repository.read("calc/helper.py") == "VALUE = 1\n")
            #expect(try await repository.git("ls-files", "-s") == index)
            let undone = try await repository.gatekeeper("undo")
            #expect(undone.exitCode == 0, "\(undone.standardError.text)")
            #expect(repository.read("calc/core.py") == Calculator.broken)
            #expect(repository.read("calc/helper.py") == nil)
        }
    }

    @Test("carried dependencies are visible, may be written to, and are as before afterwards")
    func carried() async throws {
        try await Calculator.withRepository(broken: false) { repository in
            try repository.write(".gitignore", "deps/\n")
            try await repository.commitAll("ignore dependencies")
            try repository.write("deps/value.txt", "from the machine\n")
            try await repository.git("config", "gatekeeper.carry", "deps")
            let command = "sh -c 'cat deps/value.txt && echo changed >deps/value.txt; echo new >deps/new.txt; true'"
            let result = try await repository.gatekeeper("test", "--test-command", command)
            #expect(result.exitCode == 0, "\(result.standardError.text)")
            let output = try await repository.gatekeeper("show", "steps/head/check-test/stdout")
            #expect(output.standardOutput.text == "from the machine\n")
            #expect(repository.read("deps/value.txt") == "from the machine\n")
            #expect(repository.read("deps/new.txt") == nil)
        }
    }

    static func edit(_ content: String) -> String {
        let bytes = try? JSONEncoder().encode(["edits": [["path": "calc/core.py", "content": content]]])
        return bytes.map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
}
