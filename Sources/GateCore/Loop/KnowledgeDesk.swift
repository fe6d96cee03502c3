import GateGit

/// Holds a failure against what the team knows, before anybody is asked anything.
struct KnowledgeDesk: Sendable {
    /// What came of it.
    struct Examination: Sendable {
        let classification: Classification
        let request: ClarificationRequest
        /// A draft of a record, where none fits well.
        let proposal: ScenarioProposal?
        let notes: [String]

        /// The record that is known to be about this failure; one that fits in part binds nobody.
        var known: ScenarioMatch? { classification.match.flatMap { $0.band == .high ? $0 : nil } }
    }

    let session: Session
    let command: String
    let runID: String
    /// Whether new failures draft a record, which needs to know where their cause may lie.
    let drafts: Bool

    /// - Throws: `GateFailure` where a record in force cannot be read.
    ///
    /// - Parameter study: reads the code around the failure; called where there is something to hold it against.
    func examine(
        _ failure: FailureRecord,
        study: @Sendable () async throws -> ContextBuilder.Study
    ) async throws -> Examination {
        let registry = try await ScenarioRegistry.load(session)
        let suspects = registry.isEmpty && !drafts ? [] : try await study().suspects
        let evidence = FailureEvidence(failure, suspects: suspects)
        let classification = Classification(
            evidence,
            confidence: failure.confidence,
            registry: registry,
            demand: session.policy.clarificationWhen.value,
            preferred: session.options.scenarios
        )
        return Examination(
            classification: classification,
            request: ClarificationRequest(evidence, summary: failure.summary, classification, command: typed),
            proposal: draft(evidence, classification, taken: Set(registry.entries.map(\.knowledge.id))),
            notes: registry.notes
        )
    }

    /// The draft again, with what a person said must hold.
    func redraft(
        _ examination: Examination,
        answers: [ClarificationDialog.Answer]
    ) -> ScenarioProposal? {
        guard var proposal = examination.proposal else { return nil }
        proposal.knowledge.invariants = ClarificationQuestions.invariants(
            answers,
            match: examination.classification.nearest
        )
        return proposal
    }

    /// The command as a person types it again.
    private var typed: String {
        let base = session.options.base.map { ["--base", PolicyValue.quoted([$0])] } ?? []
        return ([command] + base + session.options.scenarios.flatMap { ["--scenario", PolicyValue.quoted([$0])] })
            .joined(
                separator: " "
            )
    }

    private func draft(
        _ evidence: FailureEvidence,
        _ classification: Classification,
        taken: Set<String>
    ) -> ScenarioProposal? {
        guard classification.isNew else { return nil }
        let reason =
            classification.match.map {
                "the failure fits the record '\($0.knowledge.id)' in part only, with \($0.score)"
            } ?? "no scenario record fits the failure"
        return ScenarioProposal.draft(
            evidence,
            reason: reason,
            confidence: classification.confidence.text,
            taken: taken,
            run: runID
        )
    }
}

extension KnowledgeDesk.Examination {
    /// What is known, as sections of a context, in the seed's order.
    ///
    /// - Parameter answers: what a person answered; `nil` where nobody was asked.
    func sections(answers: [ClarificationDialog.Answer]?) throws -> [ContextSection] {
        var sections: [ContextSection] = []
        if let match = classification.match {
            let record = String(decoding: try JSON.encode(match.knowledge), as: UTF8.self)
            let score = """
                scenario_id: \(match.knowledge.id)
                confidence: \(match.score)
                confidence_band: \(match.band.rawValue)
                source: \(match.entry.place)
                reasons:
                \(match.reasons.map { "- \($0)" }.joined(separator: "\n"))
                """
            if match.band == .high {
                sections.append(ContextSection(title: "# SCENARIO_MATCH", body: score))
                sections.append(ContextSection(title: "# TEST_SCENARIO_RECORD", body: record))
            } else {
                sections.append(
                    ContextSection(
                        title: "# SCENARIO_CANDIDATE",
                        body: "\(score)\nnote: it fits in part; take it as a hint, not as a fact\n\(record)"
                    )
                )
            }
        }
        if let answers {
            // A question may name tests, and their names are not the person's words.
            let lines = answers.map { "- \(ClarificationQuestions.subject(of: $0.id))\n  \($0.answer)" }
            sections.append(
                ContextSection(
                    title: "# CLARIFICATION_ANSWERS",
                    body: "A person answered these questions; the answers hold for this run.\n"
                        + lines.joined(separator: "\n"),
                    isTrusted: true
                )
            )
        } else if request.required {
            let questions = request.questions.map { "- \($0.question)" }
            sections.append(
                ContextSection(
                    title: "# CLARIFICATION_REQUEST",
                    body: "required: true\nreason: \(Excerpt.visible(request.reason))\nquestions:\n"
                        + questions.joined(separator: "\n")
                )
            )
        }
        return sections
    }
}
