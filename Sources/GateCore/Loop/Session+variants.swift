extension Session {
    /// The same session with another bound on attempts.
    func limited(toAttempts count: Int) -> Session {
        var policy = policy
        policy.maxRetries.value = count
        return with(policy)
    }

    /// The same session, asking another backend.
    func asking(_ backend: Sourced<String>) -> Session {
        guard backend != self.policy.backend else { return self }
        var policy = policy
        policy.backend = backend
        return with(policy)
    }

    /// The same session under another policy.
    func with(_ policy: ResolvedPolicy) -> Session {
        Session(
            context: context,
            repository: repository,
            options: options,
            proposal: proposal,
            policy: policy,
            plan: plan,
            contract: contract,
            temporaryFolder: temporaryFolder,
            recovery: nil,
            redactor: redactor
        )
    }
}
