package import GateGit

/// Gathers the policy of a proposal from all its sources.
package enum PolicyLoader {
    /// Where the tracked policy is read from.
    package enum Authority: Sendable, Hashable {
        /// The base commit's own file, whatever the head says.
        case base
        /// The working tree's file, because nobody else's is there to hold it to.
        case head
    }

    /// The policy in force for a proposal.
    ///
    /// - Throws: `GateFailure` with every problem of every source; nothing has run by then.
    package static func load(
        proposal: Proposal,
        repository: GitRepository,
        options: SessionOptions,
        environment: [String: String],
        temporaryFolder: String
    ) async throws -> ResolvedPolicy {
        var resolver = PolicyResolver(knownFormats: Set(TestRunnerRegistry.names))
        var notes: [String] = []
        let path = RepositoryPath(PolicyFile.path)
        let ruling = options.policyCommit ?? proposal.baseCommit
        let rulingTree: ObjectID
        if let commit = options.policyCommit {
            rulingTree = try await repository.tree(ofCommit: commit)
        } else {
            rulingTree = proposal.baseTree
        }
        let ofBase = try await repository.entry(path, in: rulingTree)
        let ofHead = try await repository.entry(path, in: proposal.headTree)
        let authority = authority(of: proposal, hasBasePolicy: ofBase != nil)
        let chosen = authority == .base ? ofBase : ofHead
        if let chosen {
            let place: String
            switch authority {
            case .base: place = ruling?.abbreviated ?? "base"
            case .head: place = proposal.headOrigin
            }
            guard chosen.mode.isRegularFile else {
                throw GateFailure("policy.not-a-file", "'\(PolicyFile.path)' (\(place)) is not a regular file")
            }
            let bytes = try await repository.blob(chosen.id)
            resolver.add(try PolicyFile(bytes: bytes, place: place, temporaryFolder: temporaryFolder))
        }
        if ofBase != ofHead {
            switch authority {
            case .base:
                notes.append(
                    "the head changes '\(PolicyFile.path)': that counts once it is in the base; this run is held to the "
                        + "policy of \(ruling?.abbreviated ?? "the base")"
                )
            case .head:
                notes.append(
                    "the policy is read from the \(proposal.headOrigin), because the base "
                        + (ofBase == nil ? "has none" : "is your own HEAD")
                )
            }
        }
        let settings = try await repository.settings(prefix: "gatekeeper.")
        resolver.add(settings)
        try addEnvironment(environment, to: &resolver)
        addFlags(options, to: &resolver)
        if !resolver.namesChecks {
            let files = Set(try await repository.files(in: proposal.headTree).keys)
            let detected = try await TestCommandDetection.detect(paths: files) { path in
                guard let entry = try await repository.entry(RepositoryPath(path), in: proposal.headTree),
                    entry.mode.isRegularFile
                else {
                    return nil
                }
                return try await repository.blob(entry.id)
            }
            if let detected = detected.best {
                resolver.addDetected(command: detected.command, format: detected.runner, because: detected.because)
                notes.append(
                    "no check is configured; running '\(PolicyValue.quoted(detected.command))' because "
                        + "\(detected.because) ('git gatekeeper init' writes this down)"
                )
            }
        }
        var policy = try resolver.resolve()
        policy.notes = notes
        policy.trackedFile = chosen?.id
        policy.authority = authority
        return policy
    }

    /// The settings of a command that works without any repository: what environment and command line say.
    ///
    /// - Parameter flags: further settings by key, with the flag that said each.
    package static func withoutRepository(
        _ options: SessionOptions,
        flags: [(key: String, flag: String, value: String?)] = [],
        environment: [String: String]
    ) throws -> ResolvedPolicy {
        var resolver = PolicyResolver(knownFormats: Set(TestRunnerRegistry.names))
        try addEnvironment(environment, to: &resolver)
        addFlags(options, to: &resolver)
        for (key, flag, value) in flags {
            if let value { resolver.add(key: key, value: value, source: .flag(flag)) }
        }
        return try resolver.resolve()
    }

    /// Nobody can be held to a base that is their own last commit: there the working tree's policy serves.
    private static func authority(of proposal: Proposal, hasBasePolicy: Bool) -> Authority {
        switch proposal.baseOrigin {
        case .headCommit, .nothing: .head
        case .named, .upstream, .given, .parent: hasBasePolicy && Defence.basePolicy.isOn ? .base : .head
        }
    }

    private static func addEnvironment(_ environment: [String: String], to resolver: inout PolicyResolver) throws {
        // The seed's names stand beside ours; the first that is set counts.
        for name in ["GIT_GATEKEEPER_BACKEND", "CI_LOOP_BACKEND"] {
            if let value = environment[name], !value.isEmpty {
                resolver.add(key: "gatekeeper.backend", value: value, source: .environment(name))
                // Who names one backend wants that one.
                resolver.replace(key: "gatekeeper.council.member", values: [], source: .environment(name))
                break
            }
        }
        // The vendors' own names mean one backend each: their models are no models to any other.
        for (name, key) in [
            ("GIT_GATEKEEPER_MODEL", "gatekeeper.model"), ("GIT_GATEKEEPER_UI", "gatekeeper.ui"),
            ("OPENAI_MODEL", "gatekeeper.backend.openai_responses_api.model"),
            ("CODEX_MODEL", "gatekeeper.backend.codex.model"),
            ("ANTHROPIC_MODEL", "gatekeeper.backend.anthropic.model"),
            ("ANTHROPIC_MODEL", "gatekeeper.backend.claude.model"),
        ] {
            if let value = environment[name], !value.isEmpty {
                resolver.add(key: key, value: value, source: .environment(name))
            }
        }
    }

    private static func addFlags(_ options: SessionOptions, to resolver: inout PolicyResolver) {
        let flags: [(String, String, String?)] = [
            ("gatekeeper.backend", "--backend", options.backend),
            ("gatekeeper.backend.command.command", "--backend-command", options.backendCommand),
            ("gatekeeper.model", "--model", options.model),
            ("gatekeeper.maxRetries", "--max-retries", options.maxRetries.map(String.init)),
            ("gatekeeper.context.tokens", "--tokens", options.contextTokens.map(String.init)),
            ("gatekeeper.jobs", "--jobs", options.jobs.map(String.init)),
            ("gatekeeper.sandbox", "--sandbox", options.sandbox),
            ("gatekeeper.clarification.policy", "--clarification-policy", options.clarificationPolicy),
            (
                "gatekeeper.clarification.optionSource", "--clarifier-option-source",
                options.clarifierOptionSource
            ),
            ("gatekeeper.check.test.command", "--test-command", options.testCommand),
            ("gatekeeper.signoff.required", "--signoff", options.signsOff ? "true" : nil),
            ("gatekeeper.signoff.depth", "--depth", options.reviewDepth),
            ("gatekeeper.signoff.fixer", "--fixer", options.fixer),
            ("gatekeeper.signoff.iterations", "--iterations", options.iterations.map(String.init)),
        ]
        for (key, flag, value) in flags {
            if let value { resolver.add(key: key, value: value, source: .flag(flag)) }
        }
        if options.backend != nil || options.backendCommand != nil {
            resolver.replace(key: "gatekeeper.council.member", values: [], source: .flag("--backend"))
        }
        if !options.council.isEmpty {
            resolver.replace(
                key: "gatekeeper.council.member",
                values: options.council,
                source: .flag("--council")
            )
        }
        if !options.reviewers.isEmpty {
            resolver.replace(
                key: "gatekeeper.signoff.reviewer",
                values: options.reviewers,
                source: .flag("--reviewer")
            )
        }
        if options.backendCommand != nil, options.backend == nil {
            resolver.add(key: "gatekeeper.backend", value: "command", source: .flag("--backend-command"))
        }
    }
}
