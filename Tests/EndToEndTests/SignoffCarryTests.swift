import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("findings from one sign-off to the next")
struct SignoffCarryTests {
    private typealias Fixture = SignoffFixture

    private static let resolving =
        "say(\"COMPREHENSIVELY_SATISFIED\", '''\(Fixture.reasons)\nresolved_findings: docstring''')"

    @Test("what was found stays open until a reviewer resolves it by its id, on the same branch and on no other")
    func open() async throws {
        try await Fixture.withWork { repository in
            try await Fixture.review(repository, one: Fixture.objects)
            let first = try await repository.signoff(status: 1)
            #expect(first.carried == nil && first.open.map(\.id) == ["docstring"])

            try await Fixture.review(repository)
            let silent = try await repository.signoff(status: 125)
            #expect(silent.carried?.from == first.id && silent.carried?.findings == ["docstring"])
            #expect(silent.result?.state == .undecided && silent.open.map(\.id) == ["docstring"])
            #expect(silent.iterations.first?.reviews.allSatisfy { $0.fault?.code == .vanished } == true)
            #expect(repository.shown("one", 2)?.contains("finding_id: docstring") == true)

            let branch = try await repository.git("branch", "--show-current")
            try await repository.git("checkout", "-q", "-b", "other")
            let other = try await repository.signoff(status: 0)
            #expect(other.carried == nil && other.branch == "refs/heads/other")
            try await repository.git("checkout", "-q", branch)

            // A sign-off that ends before any review keeps what it began with.
            try repository.write("calc/core.py", Calculator.broken)
            let red = try await repository.signoff(status: 1)
            #expect(red.result?.state == .red && red.open.map(\.id) == ["docstring"])
            try repository.write("calc/core.py", Calculator.healthy + "\n\ndef mul(a, b):\n    return b * a\n")

            try await Fixture.review(repository, one: Self.resolving, two: Self.resolving)
            let agreed = try await repository.signoff(status: 0)
            #expect(agreed.carried?.findings == ["docstring"] && agreed.open.isEmpty)
            #expect(repository.kept(agreed, "SIGNOFF.md")?.contains("carried over from \(red.id): docstring") == true)
            try await Fixture.review(repository)
            #expect(try await repository.signoff(status: 0).carried == nil)
        }
    }

    @Test("a person lets go of findings with a reason, which is recorded; an altered record is passed over and named")
    func forgotten() async throws {
        try await Fixture.withWork { repository in
            try await Fixture.review(repository, one: Fixture.objects)
            let first = try await repository.signoff(status: 1)
            try await Fixture.review(repository)
            for reason in ["", "  "] {
                #expect(try await repository.gatekeeper("signoff", "--forget-findings", reason).exitCode == 129)
            }
            let record = try await repository.signoff("--forget-findings", "the team writes no docstrings", status: 0)
            #expect(record.carried == nil && record.forgotten?.from == first.id)
            #expect(record.forgotten?.findings.map(\.id) == ["docstring"])
            #expect(record.forgotten?.reason == "the team writes no docstrings")
            #expect(record.forgotten?.by.contains("@") == true)
            #expect(repository.kept(record, "SIGNOFF.md")?.contains("let go of by") == true)
            let again = try await repository.gatekeeper("signoff", "--forget-findings", "the team writes none")
            #expect(again.exitCode == 128 && again.standardError.text.contains("[signoff.nothing-to-forget]"))

            try await Fixture.review(repository, one: Fixture.objects)
            let last = try await repository.signoff(status: 1)
            let place = ".git/gatekeeper/signoffs/\(last.id)/signoff.json"
            let text = try #require(repository.read(place))
            try repository.write(place, text.replacing("\"docstring\"", with: "\"nothing\""))
            try await Fixture.review(repository)
            #expect(try await repository.signoff(status: 0).passedOver == [last.id])
        }
    }
}
