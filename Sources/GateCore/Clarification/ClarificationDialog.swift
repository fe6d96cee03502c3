/// Asks a person what a failure means, in rounds, and remembers every word of it.
package struct ClarificationDialog: Sendable {
    /// Name of the artifact that holds the trace.
    package static let artifact = "clarification_dialog.json"
    /// Most rounds of answering and changing answers.
    package static let mostRounds = 3
    /// Numbers out of range that are put up with for one question.
    private static let mostMistakes = 3
    private static let mostCharacters = 2000

    /// A question with what it was answered.
    package struct Answer: Sendable, Hashable, Encodable {
        package let id: String
        package let question: String
        package let answer: String
        /// `recommended`, `alternative`, `escalate` or `own-words`.
        package let kind: String
    }

    /// How the dialog ended.
    package enum Outcome: Sendable, Hashable {
        case resolved([Answer])
        /// Nobody answered, or whoever did wants no repair; why, one sentence.
        case stopped(String)
    }

    /// Where the options of one question came from.
    struct OptionTrace: Sendable, Hashable {
        var source: ClarifierOptionSource
        var payload: String?
        var thread: String?
        var problem: String?
    }

    let person: any Person
    let options: ClarifierOptions
    /// What is known of the failure, for a backend that thinks up options.
    let context: String
    let deadline: ContinuousClock.Instant

    /// What the dialog left: its outcome, its trace, and where the conversation with the backend stands.
    struct Result: Sendable {
        var outcome: Outcome
        var trace: ClarificationTrace
        var session: String?
        var artifacts: [String: [UInt8]] = [:]
    }

    /// Asks all questions, then whether the answers stand; `edit` asks them again.
    func run(_ request: ClarificationRequest) async throws -> Result {
        var result = Result(
            outcome: .stopped("nobody answered"),
            trace: ClarificationTrace(backend: options.backend?.name, questionCount: request.questions.count)
        )
        person.tell("Before any backend is asked: \(Excerpt.visible(request.reason)).")
        person.tell("  failing: \(Excerpt.visible(request.failureSummary))")
        var questions: [(found: ClarifierOptions.Found, previous: String?)] = []
        for question in request.questions {
            let previous = result.session
            var found = try await options.find(question, context: context, session: previous)
            result.session = found.session
            for (name, content) in found.artifacts { result.artifacts["\(question.id)/\(name)"] = content }
            found.artifacts = [:]
            questions.append((found, previous))
        }
        for number in 1...Self.mostRounds {
            var round = ClarificationTrace.Round(round: number)
            var answers: [Answer] = []
            for (index, (found, previous)) in questions.enumerated() {
                let reply = try await ask(
                    found.question,
                    number: index + 1,
                    of: questions.count,
                    earlier: result.trace.answers.indices.contains(index) ? result.trace.answers[index] : nil
                )
                round.questions.append(
                    ClarificationTrace.Asked(found, previous: previous, selected: reply.selected, answer: reply.text)
                )
                guard let text = reply.text else {
                    return end(&result, round, "no-answer", "nobody answered '\(found.question.question)'")
                }
                answers.append(
                    Answer(id: found.question.id, question: found.question.question, answer: text, kind: reply.kind)
                )
                if reply.stops {
                    result.trace.answers = answers
                    return end(&result, round, "stopped-by-answer", "the answer was: \(text)")
                }
            }
            result.trace.answers = answers
            person.tell("")
            for answer in answers { person.tell("  \(answer.id): \(answer.answer)") }
            let isLast = number == Self.mostRounds
            let how =
                isLast ? "yes/y goes on; anything else stops" : "yes/y goes on, edit/e asks again; anything else stops"
            let decision = try await person.answer("Go on with these answers? (\(how)): ", before: deadline)
            switch decision?.lowercased().filter({ !$0.isWhitespace }) {
            case "yes", "y":
                round.decision = "yes"
                result.trace.rounds.append(round)
                result.trace.outcome = "resolved"
                result.outcome = .resolved(answers)
                return result
            case "edit",
                "e" where !isLast:
                round.decision = "edit"
                result.trace.rounds.append(round)
            case nil: return end(&result, round, "no-answer", "nobody said whether the answers stand")
            default: return end(&result, round, "stopped", "the answers were not confirmed")
            }
        }
        return result
    }

    private func end(
        _ result: inout Result,
        _ round: ClarificationTrace.Round,
        _ decision: String,
        _ why: String
    ) -> Result {
        var round = round
        round.decision = decision
        result.trace.rounds.append(round)
        result.trace.outcome = decision
        result.outcome = .stopped(why)
        return result
    }

    private func ask(
        _ question: ClarificationQuestion,
        number: Int,
        of count: Int,
        earlier: Answer?
    ) async throws -> Reply {
        person.tell("\n\(number)/\(count) \(question.question)")
        if let earlier { person.tell("  so far: \(earlier.answer)") }
        for (index, option) in question.options.enumerated() {
            person.tell("  \(index + 1)) \(option.text)" + (option.kind == .recommended ? " (recommended)" : ""))
        }
        for _ in 0..<Self.mostMistakes {
            let empty = earlier == nil ? "an empty line stops" : "an empty line leaves it as it is"
            let prompt = "1-\(question.options.count), or your own words; \(empty): "
            guard let line = try await person.answer(prompt, before: deadline) else { return Reply() }
            let selected = Excerpt.visible(String(line.prefix(Self.mostCharacters))).trimmedBlanks
            guard !selected.isEmpty else {
                return Reply(selected: "", text: earlier?.answer, kind: earlier?.kind ?? "")
            }
            guard let number = Int(selected) else {
                return Reply(selected: selected, text: selected, kind: Self.ownWords)
            }
            if question.options.indices.contains(number - 1) {
                let option = question.options[number - 1]
                return Reply(
                    selected: selected,
                    text: option.text,
                    kind: option.kind.rawValue,
                    stops: option.stops
                )
            }
            person.tell("there is no option \(number)")
        }
        return Reply()
    }

    /// What a person typed, and what it means; no text where nobody answered.
    private struct Reply {
        var selected: String?
        var text: String?
        var kind = ""
        var stops = false
    }

    package static let ownWords = "own-words"
}
