import GateGit

/// Has proven candidates read by a backend that did not write them. It can hold a candidate back, and never lets one in.
struct CandidateReview: Sendable {
    let reviewer: any Backend
    let session: Session
    let record: FailureRecord
    let targets: [TestID]

    /// What the reviewer said.
    enum Opinion: Sendable, Hashable {
        case approves(String)
        case findings(String, [Problem])
        /// It said that it cannot judge, or nothing that could be read.
        case none(String)

        struct Problem: Sendable, Hashable {
            let path: String
            let problem: String
        }
    }

    private static let mostFindings = 20

    /// Asks for an opinion; every review starts afresh, so that no reviewer is bound by what it said before.
    func examine(_ candidate: Candidate, left: Duration) async throws -> (
        opinion: Opinion, artifacts: [String: [UInt8]]
    ) {
        let diff = try await session.repository.unifiedDiff(from: session.proposal.headTree, to: candidate.tree)
        guard diff.count <= ReviewPrompt.mostBytes else {
            return (.none("the candidate is too large to be reviewed: \(diff.count) bytes"), [:])
        }
        let patch = session.redactor.redact(String(decoding: diff, as: UTF8.self))
        let settings = session.policy.backendSettings[reviewer.name] ?? BackendSettings()
        do {
            let reply = try await reviewer.answer(
                TextRequest(
                    purpose: "review",
                    prompt: ReviewPrompt.text(
                        summary: session.redactor.redact(record.summary),
                        tests: targets.map(\.name),
                        patch: patch
                    ),
                    schema: ReviewPrompt.schema,
                    model: nil,
                    session: nil,
                    deadline: min(left, settings.timeout.value)
                )
            )
            return (Self.read(reply.text), reply.artifacts)
        } catch let failure as BackendFailure {
            return (.none("the reviewer broke: \(failure.message)"), failure.artifacts)
        }
    }

    /// Reads an answer strictly: whatever is no clear opinion is none.
    static func read(_ text: String) -> Opinion {
        let (fields, bytes): ([String: JSONValue], [UInt8])
        switch JSONValue.object(in: text) {
        case .none(let problem): return .none("the reviewer's answer \(problem)")
        case .object(let members, let read): (fields, bytes) = (members, read)
        }
        if let twice = JSONKeys.firstDouble(in: bytes) { return .none("the reviewer's answer gives '\(twice)' twice") }
        guard case .text(let verdict)? = fields["verdict"], case .text(let reason)? = fields["reason"],
            !reason.allSatisfy(\.isWhitespace)
        else { return .none("the reviewer's answer lacks a verdict or a reason") }
        let words = Excerpt.visible(Excerpt.line(reason, maximum: 500))
        var problems: [Opinion.Problem] = []
        if case .list(let items)? = fields["findings"] {
            for item in items.prefix(mostFindings) {
                guard case .object(let finding) = item, case .text(let problem)? = finding["problem"] else {
                    return .none("a finding of the reviewer says no problem")
                }
                var path = ""
                if case .text(let named)? = finding["path"] { path = named }
                problems.append(
                    Opinion.Problem(
                        path: Excerpt.visible(Excerpt.line(path, maximum: 300)),
                        problem: Excerpt.visible(Excerpt.line(problem, maximum: 500))
                    )
                )
            }
        }
        switch (verdict, problems.isEmpty) {
        case ("approve", true): return .approves(words)
        case ("findings", false): return .findings(words, problems)
        case ("cannot_say", _): return .none("the reviewer cannot say: \(words)")
        default:
            return .none(
                "the reviewer's verdict '\(Excerpt.visible(Excerpt.line(verdict, maximum: 40)))' and its findings do not agree"
            )
        }
    }
}

/// Which makers of models stand behind backends.
enum ModelFamily {
    private static let known = [
        "codex": "openai", "openai_responses_api": "openai", "claude": "anthropic", "anthropic": "anthropic",
    ]

    /// The family of a backend: what the user says of it, what is known of its name, or the name itself.
    static func of(_ name: String, in policy: ResolvedPolicy) -> String {
        policy.backendSettings[name]?.family ?? known[name] ?? name
    }
}
