/// Everything that was asked and answered: `clarification_dialog.json`, version 1.
package struct ClarificationTrace: Encodable, Sendable {
    package let version = 1
    package let questionCount: Int
    /// `resolved`, `no-answer`, `stopped` or `stopped-by-answer`.
    package var outcome = ""
    /// The answers that stood at the end.
    package var answers: [ClarificationDialog.Answer] = []
    /// Backend that was asked for options.
    package let dialogBackend: String?
    package var rounds: [Round] = []

    /// Ids of the backend's conversation, in the order in which they came.
    package var threads: [String] {
        var seen: Set<String> = []
        return rounds.flatMap(\.questions).compactMap(\.thread).filter { seen.insert($0).inserted }
    }

    init(backend: String?, questionCount: Int) {
        dialogBackend = backend
        self.questionCount = questionCount
    }

    /// Every question once, and what came of it.
    package struct Round: Encodable, Sendable {
        package let round: Int
        /// `yes`, `edit`, or how the dialog ended.
        package var decision = ""
        package var questions: [Asked] = []
    }

    package struct Asked: Encodable, Sendable {
        package let id: String
        package let question: String
        package let options: [String]
        package let optionSource: String
        /// Why the backend's options were not taken; absent where they were, or none was asked.
        package let optionProblem: String?
        /// What was typed.
        package let selected: String?
        package let answer: String?
        /// What the backend said, as it came.
        package let payload: String?
        package let thread: String?
        package let previous: String?

        enum CodingKeys: String, CodingKey {
            case id, question, options
            case optionSource = "option_source"
            case optionProblem = "option_problem"
            case selected = "selected_input"
            case answer = "resolved_answer"
            case payload = "backend_payload"
            case thread = "backend_trace_id"
            case previous = "previous_response_id_input"
        }

        init(_ found: ClarifierOptions.Found, previous: String?, selected: String?, answer: String?) {
            id = found.question.id
            question = found.question.question
            options = found.question.options.map(\.text)
            optionSource = found.trace.source.rawValue
            optionProblem = found.trace.problem
            self.selected = selected
            self.answer = answer
            payload = found.trace.payload
            thread = found.trace.thread
            self.previous = found.trace.thread == nil ? nil : previous
        }
    }

    enum CodingKeys: String, CodingKey {
        case version, outcome, answers, rounds
        case questionCount = "question_count"
        case dialogBackend = "dialog_backend"
        case threads = "response_thread_ids"
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(version, forKey: .version)
        try values.encode(questionCount, forKey: .questionCount)
        try values.encode(outcome, forKey: .outcome)
        try values.encode(answers, forKey: .answers)
        try values.encode(dialogBackend, forKey: .dialogBackend)
        try values.encode(threads, forKey: .threads)
        try values.encode(rounds, forKey: .rounds)
    }
}
