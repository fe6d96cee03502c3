import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("new tests of a fixer's")
struct SignoffNewTestsTests {
    private typealias Fixture = SignoffFixture

    private static let proving = """
        import unittest

        from calc import core


        class DocTests(unittest.TestCase):
            def test_mul_says_what_it_does(self):
                self.assertIsNotNone(core.mul.__doc__)

        """

    /// Runs `body` with a fixer that writes a docstring and a file beside it.
    private static func with(
        _ path: String = "tests/test_doc.py",
        _ content: String = proving,
        _ body: (TestRepository) async throws -> Void
    ) async throws {
        try await Fixture.withWork { repository in
            let one = """
                if "'''The product.'''" in prompt:
                    say("COMPREHENSIVELY_SATISFIED", '''\(Fixture.reasons)
                resolved_findings: docstring''')
                else:
                    \(Fixture.objects)
                """
            let two = """
                say("COMPREHENSIVELY_SATISFIED", '''\(Fixture.reasons)''' + ("\\nresolved_findings: docstring" if "finding_id: docstring" in prompt else ""))
                """
            try await Fixture.review(repository, one: one, two: two)
            try Data(content.utf8).write(to: URL(fileURLWithPath: "\(repository.scratch)/new-test"))
            let fixer = #"""
                #!/usr/bin/env python3
                import json, os, sys
                request = json.load(sys.stdin)
                here = os.path.dirname(os.path.abspath(sys.argv[0]))
                if request.get("purpose") == "probe":
                    print("GATEKEEPER-READY")
                elif request.get("purpose") == "fix-report":
                    print(json.dumps({"fixes": [{"finding_id": "docstring", "done": "mul says what it does", "proof": "a test"}]}))
                else:
                    print(json.dumps({"edits": [
                        {"path": "calc/core.py", "edits": [{"search": "def mul(a, b):\n", "replace": "def mul(a, b):\n    '''The product.'''\n"}]},
                        {"path": "PATH", "content": open(here + "/new-test").read()}]}))

                """#
            try await Fixture.install(repository, "mender", fixer.replacing("PATH", with: path))
            try await repository.git("config", "gatekeeper.signoff.fixer", "mender")
            try await body(repository)
        }
    }

    @Test("tests that fail without the repair and pass with it wait for a person, who brings them in")
    func proven() async throws {
        try await Self.with { repository in
            let record = try await repository.signoff(status: 0)
            let new = try #require(record.iterations.first?.fix?.newTests)
            #expect(new.isProven && new.reasons == [] && new.paths == ["tests/test_doc.py"])
            #expect(new.tests == ["tests.test_doc.DocTests.test_mul_says_what_it_does"])
            // The repair is in, they are not; nobody has to take them for the repair to hold.
            #expect(repository.read("calc/core.py")?.contains("'''The product.'''") == true)
            #expect(repository.read("tests/test_doc.py") == nil)
            #expect(repository.kept(record, "iteration-1/fixer-mender/candidate.patch")?.contains("test_doc") == false)
            #expect(repository.kept(record, "iteration-1/fixer-mender/new-tests.patch")?.contains("test_doc") == true)
            let reference = try #require(new.reference)
            #expect(try await repository.git("rev-parse", "\(reference)^{tree}") == new.tree)
            let report = try #require(repository.kept(record, "SIGNOFF.md"))
            #expect(report.contains("git gatekeeper signoff --approve-tests \(record.id)"))

            let place = ".git/gatekeeper/signoffs/\(record.id)/signoff.json"
            let text = try #require(repository.read(place))
            try repository.write(place, text.replacing("tests/test_doc.py", with: "tests/test_core.py"))
            let altered = try await repository.gatekeeper("signoff", "--approve-tests", record.id)
            #expect(altered.exitCode == 128 && altered.standardError.text.contains("[signoff.record-altered]"))
            try repository.write(place, text)

            let index = try await repository.git("ls-files", "--stage")
            let approved = try await repository.gatekeeper("signoff", "--approve-tests", record.id, "--format", "json")
            #expect(approved.exitCode == 0, "\(approved.standardError.text)")
            let taken = try JSON.decode(TestApproval.Approved.self, from: approved.standardOutput.bytes)
            #expect(taken.signoff == record.id && taken.paths == ["tests/test_doc.py"] && taken.tests == new.tests)
            #expect(repository.read("tests/test_doc.py") == Self.proving)
            #expect(try await repository.git("ls-files", "--stage") == index)
            #expect(repository.kept(record, "approved-tests.json")?.contains("\"by\"") == true)
            #expect(try await repository.gatekeeper("test").exitCode == 0)
            let twice = try await repository.gatekeeper("signoff", "--approve-tests", record.id)
            #expect(twice.exitCode == 128 && twice.standardError.text.contains("[signoff.test-exists]"))
            #expect(try await repository.gatekeeper("undo").exitCode == 0)
            #expect(repository.read("tests/test_doc.py") == nil)
            #expect(repository.read("calc/core.py")?.contains("'''The product.'''") == true)
        }
    }

    @Test("tests that hold anyway, do not hold, or bear on others are kept aside with the reason; the repair stands")
    func unproven() async throws {
        let case1 = Self.proving.replacing("assertIsNotNone(core.mul.__doc__)", with: "assertEqual(core.mul(2, 3), 6)")
        let case2 = Self.proving.replacing("assertIsNotNone", with: "assertIsNone")
        let case3 = Self.proving.replacing("class DocTests", with: "core.sub = core.add\n\n\nclass DocTests")
        for (content, why) in [
            (case1, "they hold without the repair as well"), (case2, "they do not pass with the repair"),
            (case3, "they change what other tests give"), ("# nothing\n", "no test came with them"),
        ] {
            try await Self.with("tests/test_a.py", content) { repository in
                let record = try await repository.signoff(status: 0)
                let new = try #require(record.iterations.first?.fix?.newTests)
                #expect(!new.isProven && new.reasons.contains { $0.hasPrefix(why) }, "\(why): \(new.reasons)")
                #expect(new.reference == nil && repository.read("tests/test_a.py") == nil)
                let refused = try await repository.gatekeeper("signoff", "--approve-tests", record.id)
                #expect(refused.exitCode == 128 && refused.standardError.text.contains("[signoff.no-tests]"))
            }
        }
    }

    @Test(
        "what exists, configures tests or is no test stays closed to the fixer",
        arguments: [
            "tests/test_core.py", "tests/conftest.py", ".gatekeeper/test_a.py", "tests/data.json",
        ]
    )
    func closed(_ path: String) async throws {
        try await Self.with(path, "import unittest\n") { repository in
            let before = try await repository.state()
            let record = try await repository.signoff(status: 1)
            #expect(record.iterations.first?.fix?.newTests == nil)
            #expect(record.iterations.first?.fix?.failure?.contains("contract.") == true)
            #expect(try await repository.state() == before)
        }
    }
}
