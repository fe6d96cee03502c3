import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("sign-off with a fixer, end to end")
struct SignoffFixTests {
    private typealias Fixture = SignoffFixture

    /// A fixer's program: it answers with an edit that is a Python expression, where `turn` counts its repairs.
    private static func fixer(_ edit: String, report: String = reports) -> String {
        """
        #!/usr/bin/env python3
        import json, os, sys
        request = json.load(sys.stdin)
        here = os.path.dirname(os.path.abspath(sys.argv[0]))
        if request.get("purpose") == "probe":
            print("GATEKEEPER-READY")
        elif request.get("purpose") == "fix-report":
            open(here + "/reported", "w").write(request["prompt"])
            \(report)
        else:
            turn = 1
            while os.path.exists(here + "/repair-%d" % turn):
                turn += 1
            open(here + "/repair-%d" % turn, "w").write(json.dumps(request))
            print(json.dumps({"edits": [\(edit)]}))

        """
    }

    private static let reports = #"""
        print(json.dumps({"fixes": [{"finding_id": "docstring", "done": "mul says what it does", "proof": "help(mul)"}]}))
        """#
    private static let documents = #"""
        {"path": "calc/core.py", "edits": [{"search": "def mul(a, b):\n", "replace": "def mul(a, b):\n    '''The product.'''\n"}]}
        """#
    /// Finds that the docstring is missing, and is satisfied when it is there.
    private static let exacting = """
        if "'''The product.'''" in prompt:
            say("COMPREHENSIVELY_SATISFIED", '''\(Fixture.reasons)
        resolved_findings: docstring''')
        else:
            \(Fixture.objects)
        """
    /// Satisfied at once, and later about what the other one found.
    private static let easy = """
        say("COMPREHENSIVELY_SATISFIED", '''\(Fixture.reasons)''' + ("\\nresolved_findings: docstring" if "finding_id: docstring" in prompt else ""))
        """

    private static func with(
        fixer edit: String,
        report: String = reports,
        one: String = exacting,
        two: String = easy,
        _ body: (TestRepository) async throws -> Void
    ) async throws {
        try await Fixture.withWork { repository in
            try await Fixture.review(repository, one: one, two: two)
            try await Fixture.install(repository, "mender", fixer(edit, report: report))
            try await repository.git("config", "gatekeeper.signoff.fixer", "mender m-3")
            try await body(repository)
        }
    }

    private static func asked(_ repository: TestRepository, _ name: String) -> String? {
        FileManager.default.contents(atPath: "\(repository.scratch)/\(name)").map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    @Test("one finding, repaired, tested, reviewed anew and agreed on")
    func repaired() async throws {
        try await Self.with(fixer: Self.documents) { repository in
            let record = try await repository.signoff(status: 0)
            #expect(record.result?.state == .signedOff && record.iterations.count == 2 && record.open.isEmpty)
            let first = try #require(record.iterations.first)
            #expect(first.open == ["docstring"] && first.fix?.verdict == "accepted" && first.fix?.tries == 1)
            #expect(first.fix?.candidate == record.head.tree && first.fix?.commit == nil)
            #expect(record.iterations.last?.reviews.first?.verdict?.resolved == ["docstring"])
            #expect(record.iterations.last?.acceptance?.tree == record.head.tree)
            #expect(repository.read("calc/core.py")?.contains("'''The product.'''") == true)
            for name in [
                "iteration-1/fixer-mender/fix-report.md", "iteration-1/fixer-mender/candidate.patch",
                "iteration-2/one/verdict.json", "iteration-2/preflight.md",
            ] { #expect(repository.kept(record, name) != nil, "\(name)") }
            let report = try #require(repository.kept(record, "SIGNOFF.md"))
            #expect(
                report.contains("iterations: 2") && report.contains("iteration 1, mender on docstring: accepted by run")
            )
            let asked = try #require(Self.asked(repository, "repair-1"))
            #expect(asked.contains("nothing says what mul does") && asked.contains("m-3"))
            #expect(Self.asked(repository, "reported")?.contains("+    '''The product.'''") == true)
            // It is an acceptance like any other.
            #expect(try await repository.gatekeeper("undo").exitCode == 0)
            #expect(repository.read("calc/core.py")?.contains("'''The product.'''") == false)
        }
    }

    @Test("a repair that breaks a test is refused by the gate, and its maker is told")
    func breaks() async throws {
        let edit = #"""
            {"path": "calc/core.py", "edits": [{"search": "return a - b", "replace": "return a + b # %d" % turn}]}
            """#
        try await Self.with(fixer: edit) { repository in
            let before = try await repository.state()
            let record = try await repository.signoff(status: 1)
            #expect(record.result?.state == .findings && record.open.map(\.id) == ["docstring"])
            #expect(record.iterations.count == 1 && record.iterations.first?.fix?.tries == 3)
            #expect(record.iterations.first?.fix?.verdict == "rejected")
            #expect(Self.asked(repository, "repair-2")?.contains("the gate rejects it") == true)
            #expect(try await repository.state() == before)
        }
    }

    @Test("a repair may not touch the tests, and needs a report on every finding")
    func refused() async throws {
        try await Self.with(fixer: #"{"path": "tests/test_core.py", "content": ""}"#) { repository in
            let record = try await repository.signoff(status: 1)
            #expect(record.iterations.first?.fix?.failure?.contains("contract.") == true)
        }
        try await Self.with(fixer: Self.documents, report: "print('done')") { repository in
            let before = try await repository.state()
            let record = try await repository.signoff(status: 1)
            #expect(record.iterations.first?.fix?.failure?.contains("left no report") == true)
            #expect(record.iterations.first?.fix?.run == nil)
            #expect(try await repository.state() == before)
        }
    }

    @Test("who is never satisfied is not asked for ever")
    func bound() async throws {
        let endless = #"""
            {"path": "calc/core.py", "edits": [{"search": "def mul(a, b):\n", "replace": "def mul(a, b):\n    # %d\n" % turn}]}
            """#
        try await Self.with(fixer: endless, one: Fixture.objects) { repository in
            let record = try await repository.signoff("--iterations", "2", status: 1)
            #expect(record.iterations.count == 2 && record.open.map(\.id) == ["docstring"])
            #expect(record.result?.reasons.last?.contains("2 iterations are the most") == true)
            try await repository.git("config", "gatekeeper.escalation.repeats", "2")
            let stuck = try await repository.signoff(status: 1)
            #expect(stuck.iterations.count == 2)
            #expect(stuck.result?.reasons.last?.contains("a person has to look") == true)
        }
    }

    @Test("a finding does not vanish because nobody speaks of it any more")
    func vanishing() async throws {
        let forgets = Self.exacting.replacing("\nresolved_findings: docstring", with: "")
        try await Self.with(fixer: Self.documents, one: forgets) { repository in
            let record = try await repository.signoff(status: 125)
            #expect(record.iterations.count == 2)
            #expect(record.iterations.last?.reviews.first?.fault?.code == .vanished)
            #expect(record.result?.state == .undecided)
        }
    }

    @Test("a commit's repair waits as a commit, is what gets signed off, and is not where the work is")
    func ofCommit() async throws {
        try await Self.with(fixer: Self.documents) { repository in
            let head = try await repository.commitAll("mul")
            let record = try await repository.signoff("--head", "HEAD", "--base", "HEAD~1", status: 1)
            #expect(record.result?.state == .signedOff && record.iterations.count == 2)
            let commit = try #require(record.iterations.first?.fix?.commit)
            #expect(record.head.commit == commit)
            #expect(try await repository.git("rev-parse", "\(commit)^", "HEAD") == "\(head)\n\(head)")
            #expect(record.result?.next.first?.contains("git merge --ff-only \(commit)") == true)
        }
    }

    @Test("red tests are the fixer's first, and the reviews are about what is there then")
    func red() async throws {
        let edit = #"""
            {"path": "calc/core.py", "edits": [{"search": "def sub(a, b):\n    return a + b", "replace": "def sub(a, b):\n    return a - b"}]}
            """#
        try await Self.with(fixer: edit, one: Self.easy) { repository in
            try repository.write("calc/core.py", Calculator.broken + "\n\ndef mul(a, b):\n    return a * b\n")
            let record = try await repository.signoff(status: 0)
            #expect(record.iterations.map(\.gate.verdict) == ["accepted", "green"])
            #expect(record.iterations.first?.reviews.isEmpty == true)
            #expect(repository.read("calc/core.py")?.contains("return a - b") == true)
        }
    }
}
