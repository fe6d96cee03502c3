import GateGit

/// One question about a failure, with its three options.
package struct ClarificationQuestion: Sendable, Hashable, Codable {
    /// `contract`, `interface`, `invariant` or `place`.
    package var id: String
    package var question: String
    /// Exactly three: the recommended one, the bolder one, and leaving it to somebody else.
    package var options: [Option]

    package struct Option: Sendable, Hashable, Codable {
        package enum Kind: String, Sendable, Hashable, Codable {
            case recommended, alternative, escalate
        }

        package var kind: Kind
        package var text: String
        /// Whether the run ends with this answer, because no backend could act on it.
        package var stops: Bool
    }

    package static let optionCount = 3
}

/// The questions that are asked about a failure, with options that need no model.
package enum ClarificationQuestions {
    /// Id of the question whether the tests say what must hold.
    static let contract = "contract"

    /// Three questions: whether the tests say what must hold, what may change for others, and what must hold or where.
    ///
    /// - Parameters:
    ///   - evidence: what is known of the failure.
    ///   - match: the record that fits best, if only a little; its first invariant is asked about.
    package static func make(_ evidence: FailureEvidence, match: ScenarioMatch?) -> [ClarificationQuestion] {
        let test = evidence.tests.first.map { "'\(DataFence.name($0.id))'" } ?? "the failing check"
        return [
            question(
                contract,
                "\(test) fails. Does it say what the code must do?",
                "Yes: the tests are the contract, and the code has to change.",
                "No: a test is wrong or out of date, and a person changes it.",
                alternativeStops: true
            ),
            question(
                "interface",
                "Must names, signatures and formats that other code relies on stay as they are?",
                "Yes: nothing that others can see changes.",
                "They may change where the failing tests need it."
            ),
            last(evidence, match),
        ]
    }

    /// What answers say of every later repair as well: a person's own words, and what they confirmed.
    static func invariants(_ answers: [ClarificationDialog.Answer], match: ScenarioMatch?) -> [String] {
        answers.compactMap { answer in
            switch (answer.id, answer.kind) {
            case (_, ClarificationDialog.ownWords): answer.answer
            case ("interface", ClarificationQuestion.Option.Kind.recommended.rawValue):
                "Names, signatures and formats that other code relies on stay as they are"
            case ("invariant", ClarificationQuestion.Option.Kind.recommended.rawValue):
                match?.knowledge.invariants.first
            default: nil
            }
        }
    }

    /// What a question is about, in words that are the gate's own.
    static func subject(of id: String) -> String {
        switch id {
        case contract: "Do the failing tests say what the code must do?"
        case "interface": "Must names, signatures and formats that other code relies on stay as they are?"
        case "invariant": "Must the first invariant of the nearest scenario record hold?"
        default: "Where does the repair belong?"
        }
    }

    private static func last(_ evidence: FailureEvidence, _ match: ScenarioMatch?) -> ClarificationQuestion {
        if let invariant = match?.knowledge.invariants.first {
            return question(
                "invariant",
                "Must this still hold after the repair: '\(Excerpt.visible(Excerpt.line(invariant, maximum: 300)))'?",
                "Yes: a repair that breaks it is no repair.",
                "No: it may be given up."
            )
        }
        let files = evidence.files.prefix(2).map { "'\($0.description)'" }
        return question(
            "place",
            "Where does the repair belong?",
            files.first.map { "In \($0), with as small a change as will do." }
                ?? "In the code that the failing tests call first, with as small a change as will do.",
            files.count > 1
                ? "In \(files[1]), or wherever else the cause is." : "Wherever the cause is, outside of the contract."
        )
    }

    private static func question(
        _ id: String,
        _ text: String,
        _ recommended: String,
        _ alternative: String,
        alternativeStops: Bool = false
    ) -> ClarificationQuestion {
        ClarificationQuestion(
            id: id,
            question: text,
            options: [
                .init(kind: .recommended, text: recommended, stops: false),
                .init(kind: .alternative, text: alternative, stops: alternativeStops),
                .init(kind: .escalate, text: "I cannot say: stop, and let somebody decide who can.", stops: true),
            ]
        )
    }
}
