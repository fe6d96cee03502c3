import GateGit

/// Settles a doubt before any backend is asked for a candidate: with a person, or not at all.
struct ClarificationDesk: Sendable {
    /// What came of it.
    enum Decision: Sendable {
        /// There was no doubt.
        case clear
        case answered(ClarificationDialog.Result, [ClarificationDialog.Answer])
        /// The run stops; with the dialog, where there was one.
        case stopped(Reason, ClarificationDialog.Result?)

        var stops: Bool {
            if case .stopped = self { return true }
            return false
        }

        /// What a person can do where the run stopped, where the dialog says more than that it has to be held.
        var next: [String]? {
            guard case .stopped(_, let dialog?) = self, dialog.trace.outcome == "stopped-by-answer" else { return nil }
            return dialog.trace.answers.last?.id == ClarificationQuestions.contract
                ? ["change the tests yourself, and commit them: no candidate may touch what says what must hold"]
                : ["find out who can decide this; nothing was asked of a backend, and nothing was changed"]
        }
    }

    let session: Session
    /// Who can be asked; `nil` where nobody can.
    let person: (any Person)?
    /// The backend that policy names, made when it is needed.
    let makeBackend: @Sendable () async throws -> any Backend
    /// When the run has to end.
    let deadline: ContinuousClock.Instant

    /// Longest time for the options of one question: a person waits meanwhile.
    private static let patience = Duration.seconds(60)

    /// - Parameter context: what a backend that words options is shown; made when it is needed.
    func settle(
        _ examination: KnowledgeDesk.Examination,
        context: @Sendable () async throws -> String
    ) async throws -> Decision {
        guard let doubt = examination.classification.doubt else { return .clear }
        let reason = Reason(.clarificationNeeded, nil, doubt)
        guard session.policy.clarificationPolicy.value == .interactive, let person else {
            return .stopped(reason, nil)
        }
        let backend = try await session.policy.clarifierOptionSource.value == .backend ? makeBackend() : nil
        let prompts = try await Prompts.load(session)
        let dialog = ClarificationDialog(
            person: person,
            options: ClarifierOptions(
                backend: backend,
                template: prompts.clarifier,
                model: session.policy.model?.value,
                band: examination.request.confidenceBand,
                reason: examination.request.reason,
                deadline: Self.patience
            ),
            context: backend == nil ? "" : try await context(),
            deadline: deadline
        )
        let result = try await dialog.run(examination.request)
        switch result.outcome {
        case .resolved(let answers): return .answered(result, answers)
        case .stopped(let why):
            return .stopped(Reason(.clarificationNeeded, nil, "\(doubt); asked, \(why)"), result)
        }
    }
}
