import GateGit

/// What has to be so before a reviewer is asked: looked at by the gate itself, and written down.
struct SignoffPreflight: Sendable {
    let session: Session
    let reviewers: [SignoffReviewer]
    let fixer: SignoffReviewer?
    let place: String?

    private var everybody: [SignoffReviewer] { reviewers + [fixer].compactMap { $0 } }
    /// Those whom a program can ask.
    private var answering: [SignoffReviewer] { everybody.filter { !$0.isPerson } }

    private static let word = "GATEKEEPER-READY"
    private static let longest = Duration.seconds(120)

    /// What can be seen without asking anybody.
    func look() async throws -> [SignoffRecord.Check] {
        let proposal = session.proposal
        let writes =
            fixer.map { "repairs by \($0.backend.name) that the gate accepts are brought to where the work is; " } ?? ""
        var checks = [
            SignoffRecord.Check(
                name: "repository",
                holds: true,
                detail:
                    "\(session.repository.workingTree ?? session.repository.gitDirectory), head \(proposal.headOrigin), "
                    + "tree \(proposal.headTree), base \(proposal.baseCommit?.hex ?? "nothing") "
                    + "(\(proposal.baseOrigin.description)), \(proposal.delta.count) paths differ"
            ),
            SignoffRecord.Check(
                name: "reach",
                holds: true,
                detail: "verdicts and reports are written into the ledger; \(writes)nothing is pushed, and "
                    + (place.map { "the report of an agreement is posted to \($0)" } ?? "nothing is posted")
            ),
        ]
        for reviewer in everybody {
            let model = reviewer.role.value.model.map { ", model \($0)" } ?? ""
            checks.append(
                SignoffRecord.Check(
                    name: "\(reviewer.folder == fixer?.folder ? "" : "reviewer ")\(reviewer.folder)",
                    holds: true,
                    detail: "\(reviewer.backend.origin), family \(reviewer.family)\(model), named by "
                        + reviewer.role.source.description
                )
            )
        }
        if let persons = try await persons() { checks.append(persons) }
        for file in session.policy.signoff.requiredFiles {
            let entry = try await session.repository.entry(RepositoryPath(file.value), in: proposal.headTree)
            let isThere = entry?.mode.isRegularFile == true
            checks.append(
                SignoffRecord.Check(
                    name: "required file '\(file.value)'",
                    holds: isThere,
                    detail: isThere ? "it is there" : "the head has no such file (\(file.source.description))",
                    next: isThere ? [] : ["add it, or take it out of 'gatekeeper.signoff.requiredFile'"]
                )
            )
        }
        if let scope = try scope() { checks.append(scope) }
        return checks + (try await SignoffReach(session: session, place: place).checks())
    }

    /// Whether a person's signature could count at all: nobody is asked to read what could never be believed.
    private func persons() async throws -> SignoffRecord.Check? {
        guard reviewers.contains(where: \.isPerson) else { return nil }
        let trust = try await TrustedSigners.load(session)
        let isSomebody = !trust.sources.isEmpty
        return SignoffRecord.Check(
            name: "persons",
            holds: isSomebody,
            detail: isSomebody
                ? "their signatures are held to \(Listing.some(trust.sources))"
                : "nobody's signature could count: \(trust.note ?? "no list names anybody")",
            next: isSomebody
                ? []
                : [
                    "name a base that has '\(TrustSettings.allowedSignersFile)', with --base",
                    "or name a list of your own: git config gatekeeper.trust.allowedSigners <absolute path>",
                ]
        )
    }

    /// Whether the work stays within what it was declared to touch.
    private func scope() throws -> SignoffRecord.Check? {
        let globs = try session.policy.signoff.scope.map { try Glob($0.value) }
        guard !globs.isEmpty else { return nil }
        let beyond = session.proposal.delta.map(\.path).filter { path in !globs.contains { $0.matches(path) } }
        return SignoffRecord.Check(
            name: "scope",
            holds: beyond.isEmpty,
            detail: beyond.isEmpty
                ? "every changed path is within it"
                : "\(beyond.count) changed paths lie beyond it: \(Listing.some(beyond.map(\.description), most: 20))",
            next: beyond.isEmpty ? [] : ["leave them as they were, or widen 'gatekeeper.signoff.scope' in the base"]
        )
    }

    /// Asks every reviewer one word: that a login is there says little, that an answer comes says all.
    func probe(until deadline: ContinuousClock.Instant) async throws -> [SignoffRecord.Check] {
        try await withThrowingTaskGroup(of: (Int, SignoffRecord.Check).self) { group in
            for (index, reviewer) in answering.enumerated() {
                group.addTask { (index, try await probe(reviewer, until: deadline)) }
            }
            var checks: [(Int, SignoffRecord.Check)] = []
            for try await check in group { checks.append(check) }
            return checks.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    private func probe(
        _ reviewer: SignoffReviewer,
        until deadline: ContinuousClock.Instant
    ) async throws -> SignoffRecord.Check {
        let settings = session.policy.backendSettings[reviewer.backend.name] ?? BackendSettings()
        let name = "answer of \(reviewer.folder)"
        do {
            let reply = try await reviewer.backend.answer(
                TextRequest(
                    purpose: "probe",
                    prompt: "Answer with this one word and nothing else: \(Self.word)",
                    schema: nil,
                    model: reviewer.role.value.model,
                    session: nil,
                    deadline: max(
                        .milliseconds(1),
                        min(deadline - ContinuousClock.now, settings.timeout.value, Self.longest)
                    )
                )
            )
            let said = session.redactor.redact(reply.text).trimmedBlanks
            guard said != Self.word else {
                return SignoffRecord.Check(name: name, holds: true, detail: "it answers")
            }
            return SignoffRecord.Check(
                name: name,
                holds: false,
                detail: "asked for the word \(Self.word), it said '\(Excerpt.visible(Excerpt.line(said)))'",
                next: advice(reviewer)
            )
        } catch let failure as BackendFailure {
            return SignoffRecord.Check(
                name: name,
                holds: false,
                detail: session.redactor.redact(Excerpt.visible("\(failure.message) [\(failure.code)]")),
                next: failure.hints + advice(reviewer)
            )
        }
    }

    /// How to bring a reviewer back, in the words of its own tool.
    private func advice(_ reviewer: SignoffReviewer) -> [String] {
        switch reviewer.backend.name {
        case "codex":
            [
                "log in again with 'codex login'; then see that 'codex exec --ephemeral --json --sandbox read-only "
                    + "\"say \(Self.word)\"' answers: 'codex login status' alone is no proof"
            ]
        case "claude":
            [
                "log in again: start 'claude' and say '/login', or set ANTHROPIC_API_KEY; then see that 'claude -p \"say "
                    + "\(Self.word)\"' answers"
            ]
        case "anthropic", "openai_responses_api", "chat":
            [
                "see that its key is there and still counts: in the variable that "
                    + "'gatekeeper.backend.\(reviewer.backend.name).keyVariable' names, or as "
                    + "'gatekeeper.backend.\(reviewer.backend.name).keyCommand' prints it; then run the sign-off again"
            ]
        default: ["see that \(reviewer.backend.origin) answers, then run the sign-off again"]
        }
    }
}
