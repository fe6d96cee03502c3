extension BackendRequest {
    /// What a session knows of itself, in a request that asks for nothing yet.
    ///
    /// - Parameter deadline: longest time the backend may take.
    init(attempt: Int, session: Session, baseline: Baseline, record: FailureRecord, deadline: Duration) {
        self.init(
            attempt: attempt,
            instructions: "",
            context: "",
            feedback: [],
            targets: baseline.targets.allTests,
            baseTree: session.proposal.baseTree,
            headTree: session.proposal.headTree,
            delta: session.proposal.delta,
            contractGlobs: session.contract.patterns,
            scope: session.plan.scenarios.flatMap(\.scope),
            suspects: record.likelyFiles,
            model: nil,
            session: nil,
            deadline: deadline
        )
    }
}
