import Foundation
import GateGit
import Synchronization
import Testing

@testable import GateCore

/// Says lines that were written down before, and keeps what it was told.
private final class ScriptedPerson: Person {
    private let lines: Mutex<[String]>
    private let told = Mutex<[String]>([])

    init(_ lines: [String]) { self.lines = Mutex(lines) }

    let isAtTerminal = false
    var heard: String { told.withLock { $0.joined(separator: "\n") } }
    var unused: [String] { lines.withLock { $0 } }

    func tell(_ text: String) { told.withLock { $0.append(text) } }

    func answer(_ prompt: String, before deadline: ContinuousClock.Instant) async throws -> String? {
        lines.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    }
}

/// Words options as it was told, or fails.
private struct ScriptedClarifier: Backend {
    let name = "scripted"
    let origin = "test"
    let replies: [String]

    func propose(_ request: BackendRequest, bench: any TrialBench) async throws -> BackendReply {
        throw BackendFailure("test.unused", "never asked for a candidate")
    }

    func answer(_ request: TextRequest) async throws -> TextReply {
        let number = Int(request.session ?? "0") ?? 0
        guard number < replies.count else { throw BackendFailure("test.tired", "no more words") }
        #expect(request.prompt.contains("FAILING STATE"))
        return TextReply(
            text: replies[number],
            artifacts: ["response.md": Array(replies[number].utf8)],
            session: "\(number + 1)"
        )
    }
}

@Suite("clarification: the dialog")
struct ClarificationDialogTests {
    private static func run(
        _ lines: [String],
        backend: (any Backend)? = nil
    ) async throws -> (result: ClarificationDialog.Result, person: ScriptedPerson) {
        let evidence = FailureEvidence(
            tests: [.init(id: "t", message: "m")],
            files: [RepositoryPath("a.py")],
            patterns: [],
            texts: []
        )
        let classification = Classification(
            evidence,
            confidence: FailureConfidence(hundredths: 30, reasons: []),
            registry: .none,
            demand: .auto,
            preferred: []
        )
        let person = ScriptedPerson(lines)
        let template = try PromptTemplate(
            ClarifierPrompt.builtIn,
            origin: "built-in",
            required: ClarifierPrompt.required,
            optional: ClarifierPrompt.optional
        )
        let dialog = ClarificationDialog(
            person: person,
            options: ClarifierOptions(
                backend: backend,
                template: ClarifierPrompt(template: template),
                model: nil,
                band: "low",
                reason: "r",
                deadline: .seconds(5)
            ),
            context: "FAILING STATE",
            deadline: .now + .seconds(60)
        )
        return (
            try await dialog.run(ClarificationRequest(evidence, summary: "s", classification, command: "run")), person
        )
    }

    private static func answers(_ result: ClarificationDialog.Result) -> [String]? {
        guard case .resolved(let answers) = result.outcome else { return nil }
        return answers.map(\.answer)
    }

    @Test("numbers take options, words are taken as they are, yes goes on")
    func resolved() async throws {
        let (result, person) = try await Self.run(["1", " Only the year matters ", "2", "YES"])
        #expect(Self.answers(result)?.count == 3)
        #expect(Self.answers(result)?[0].hasPrefix("Yes: the tests are the contract") == true)
        #expect(Self.answers(result)?[1] == "Only the year matters")
        #expect(Self.answers(result)?[2].hasPrefix("Wherever the cause is") == true)
        #expect(result.trace.outcome == "resolved")
        #expect(person.heard.contains("1) Yes: the tests are the contract, and the code has to change. (recommended)"))
        #expect(person.heard.contains("In 'a.py', with as small a change as will do. (recommended)"))
    }

    @Test("edit asks again, an empty line keeps an answer, and every round is written down")
    func edits() async throws {
        let (result, person) = try await Self.run(["1", "1", "1", "e", "", "words", "", "edit", "", "", "2", "y"])
        #expect(Self.answers(result)?[1] == "words")
        #expect(Self.answers(result)?[2].hasPrefix("Wherever") == true)
        #expect(result.trace.rounds.map(\.decision) == ["edit", "edit", "yes"])
        #expect(result.trace.rounds.map(\.round) == [1, 2, 3])
        #expect(result.trace.rounds[1].questions[0].selected == "")
        #expect(result.trace.rounds[1].questions[0].answer == result.trace.rounds[0].questions[0].answer)
        #expect(person.unused.isEmpty)
    }

    @Test(
        "whatever is no clear yes stops",
        arguments: [
            ([], "no-answer"), (["1"], "no-answer"), (["1", ""], "no-answer"), (["1", "1", "1"], "no-answer"),
            (["1", "1", "1", "no"], "stopped"), (["1", "1", "1", ""], "stopped"),
            (["1", "1", "1", "yes please"], "stopped"),
            (["2"], "stopped-by-answer"), (["3"], "stopped-by-answer"), (["1", "3"], "stopped-by-answer"),
            (["9", "0", "-1"], "no-answer"), (["1", "1", "1", "e", "1", "1", "1", "e", "1", "1", "1", "e"], "stopped"),
        ] as [([String], String)]
    )
    func stops(lines: [String], outcome: String) async throws {
        let (result, _) = try await Self.run(lines)
        #expect(Self.answers(result) == nil)
        #expect(result.trace.outcome == outcome)
    }

    @Test("a number that is no option is asked again")
    func mistakes() async throws {
        let (result, person) = try await Self.run(["7", "1", "1", "1", "y"])
        #expect(Self.answers(result)?.count == 3)
        #expect(person.heard.contains("there is no option 7"))
    }

    @Test("a backend words the options, in one conversation; what they lead to stays the gate's business")
    func backend() async throws {
        let words = #"Sure: {"options":["Keep it","Change\u001b[2J the test","Ask Ann"]}"#
        let clarifier = ScriptedClarifier(replies: [
            words, "```json\n{\"options\":[\"a\",\"b\",\"c\"]}\n```", #"{"options":["d","e","f"]}"#,
        ])
        let (result, person) = try await Self.run(["1", "2", "1", "y"], backend: clarifier)
        #expect(Self.answers(result) == ["Keep it", "b", "d"])
        #expect(result.trace.threads == ["1", "2", "3"])
        #expect(result.trace.rounds[0].questions.map(\.previous) == [nil, "1", "2"])
        #expect(result.trace.rounds[0].questions.allSatisfy { $0.optionSource == "backend" && $0.payload != nil })
        #expect(result.session == "3")
        #expect(
            result.artifacts.keys.sorted() == ["contract/response.md", "interface/response.md", "place/response.md"]
        )
        #expect(!person.heard.contains("\u{1B}"))
        let stopped = try await Self.run(["2"], backend: clarifier).result
        #expect(stopped.trace.outcome == "stopped-by-answer")
    }

    @Test("a backend that has no words, or unusable ones, gives way to options that need none")
    func fallback() async throws {
        let clarifier = ScriptedClarifier(replies: [#"{"options":["one","two"]}"#, "I would rather not"])
        let (result, _) = try await Self.run(["1", "1", "1", "y"], backend: clarifier)
        #expect(Self.answers(result)?[0].hasPrefix("Yes: the tests are the contract") == true)
        let asked = result.trace.rounds[0].questions
        #expect(asked.map(\.optionSource) == ["heuristic", "heuristic", "heuristic"])
        #expect(
            asked.map(\.optionProblem) == [
                "the reply has 2 options, not 3", "the reply holds no JSON object", "no more words",
            ]
        )
    }

    @Test("the trace has the fields it always had")
    func wire() async throws {
        let (result, _) = try await Self.run(["1", "1", "1", "y"])
        let object = try #require(
            JSONSerialization.jsonObject(with: Data(try JSON.encode(result.trace))) as? [String: Any]
        )
        for key in ["version", "question_count", "answers", "rounds", "response_thread_ids", "outcome"] {
            #expect(object[key] != nil, "\(key)")
        }
        let round = try #require((object["rounds"] as? [[String: Any]])?.first)
        let asked = try #require((round["questions"] as? [[String: Any]])?.first)
        for key in ["question", "options", "option_source", "selected_input", "resolved_answer"] {
            #expect(asked[key] != nil, "\(key)")
        }
    }
}
