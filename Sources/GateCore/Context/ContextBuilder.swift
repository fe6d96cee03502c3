package import GateGit

/// Builds what a backend is shown: the failure first, then what is known about it, within a budget.
package struct ContextBuilder: Sendable {
    /// The text, what stands in it, and what there was no room for.
    package struct Context: Sendable, Hashable {
        package let text: String
        /// Files that are shown, in the order of the text.
        package var files: [ShownFile] = []
        package var leftOut: [LeftOut] = []
        /// What tells the text of others from the gate's own; `nil` where there is no text.
        package var fence: DataFence?

        /// Estimated from the bytes.
        package var tokens: Int { ContextBudget.tokens(text.utf8.count) }

        /// What is shown where nobody is asked.
        package static let none = Context(text: "")
    }

    private let repository: GitRepository
    private let proposal: Proposal
    private let isContract: @Sendable (RepositoryPath) -> Bool
    private let redactor: Redactor
    private let budget: ContextBudget

    /// - Parameters:
    ///   - isContract: whether a path belongs to the contract: such files are shown as what must hold.
    ///   - tokens: largest context; about four bytes to a token.
    package init(
        repository: GitRepository,
        proposal: Proposal,
        isContract: @escaping @Sendable (RepositoryPath) -> Bool,
        redactor: Redactor,
        tokens: Int
    ) {
        self.repository = repository
        self.proposal = proposal
        self.isContract = isContract
        self.redactor = redactor
        budget = ContextBudget(tokens: tokens)
    }

    package init(session: Session) {
        let contract = session.contract
        self.init(
            repository: session.repository,
            proposal: session.proposal,
            isContract: { contract.isProtected($0) },
            redactor: session.redactor,
            tokens: session.policy.contextTokens.value
        )
    }

    /// What the code says about a failure: read once, and good for every context of it.
    package struct Study: Sendable {
        let files: HeadFiles
        let isTest: @Sendable (String) -> Bool
        let evidence: CauseEvidence
        let survey: Survey
        let ranked: [RankedFile]
        let worth: LineWorth
        /// Files outside the contract in which the cause is likely, best first; none that a guess alone speaks for.
        package let suspects: [RepositoryPath]

        fileprivate static let mostSuspects = 5
        /// As much as a file has that a failing test imports.
        fileprivate static let least = 30.0
    }

    /// Reads the code around a failure.
    package func study(_ record: FailureRecord) async throws -> Study {
        let files = try await HeadFiles(repository, tree: proposal.headTree)
        let contract = Set(files.paths.filter { isContract(RepositoryPath($0)) })
        let isTest: @Sendable (String) -> Bool = { contract.contains($0) }
        let evidence = try await EvidenceReader(files: files, isTest: isTest).read(record, delta: proposal.delta)
        let first = evidence.testFiles + evidence.places.map(\.path)
        let survey = try await Surveyor(files).survey(first: first, words: evidence.words)
        let ranking = Ranking(evidence: evidence, survey: survey, isTest: isTest)
        let ranked = ranking.files()
        var suspects: [RepositoryPath] = []
        for file in ranked.prefix(Study.mostSuspects) where file.score >= Study.least {
            // Nothing can be wrong in a file in which nothing stands.
            if try await files.size(file.path) != 0 { suspects.append(RepositoryPath(file.path)) }
        }
        return Study(
            files: files,
            isTest: isTest,
            evidence: evidence,
            survey: survey,
            ranked: ranked,
            worth: LineWorth(ranking),
            suspects: suspects
        )
    }

    /// The context of a failure; the same input gives the same bytes.
    ///
    /// - Parameters:
    ///   - study: what the code says about it; read here where it is not given.
    ///   - knowledge: what is known of failures like this one, in the order in which it is shown.
    ///   - suspectedHunks: what of the delta a search found to cause the failure, as a diff.
    package func build(
        _ record: FailureRecord,
        study given: Study? = nil,
        knowledge: [ContextSection] = [],
        suspectedHunks: String? = nil
    ) async throws -> Context {
        let study = if let given { given } else { try await study(record) }
        let (files, isTest, evidence, survey) = (study.files, study.isTest, study.evidence, study.survey)
        let delta = DeltaSections(proposal: proposal, evidence: evidence, survey: survey, isTest: isTest)

        var page = ContextPage(budget: budget, redactor: redactor)
        page.add("# FAILURE_RECORD", FailureRecordText.describe(record, redactor: redactor, budget: budget.record))
        page.add("# FAILURE_OUTPUT", FailureOutputText.shown(redactor.redact(record.output), budget: budget.output))
        try await add(delta, to: &page)
        for section in knowledge {
            let body = Self.clipped(DataFence.plain(redactor.redact(section.body)), budget.knowledge)
            page.add(section.title, body, isTrusted: section.isTrusted)
        }
        // What stands at the end is weighed first, so that code cannot push it out.
        let hunks = suspectedHunks.map { Self.clipped(DataFence.plain(redactor.redact($0)), budget.hunks) }
        page.reserve(hunks.map { ContextPage.cost("# SUSPECTED_HUNKS", $0) } ?? 0)
        let shelf = FileShelf(files: files, redactor: redactor, worth: study.worth)
        try await shelf.addTests(evidence, isTest: isTest, to: &page, budget: budget.tests)
        var ranked = study.ranked
        if evidence.tests.isEmpty, evidence.places.isEmpty {
            ranked = Fallback.files(survey, among: files.paths, isTest: isTest, ranked: ranked)
        }
        try await shelf.addCode(ranked, evidence, to: &page)
        page.reserve(0)
        if let hunks { page.add("# SUSPECTED_HUNKS", hunks) }
        return page.finish()
    }

    private func add(_ delta: DeltaSections, to page: inout ContextPage) async throws {
        guard !proposal.delta.isEmpty else { return }
        let overlaps = delta.overlaps()
        page.add("# RECENT_REPO_DELTA", delta.list(overlaps, budget: budget.changedFiles))
        var text = ""
        let near = overlaps.filter { $0.score > 10 && !Self.isDenied($0.change.path) }
        for (index, one) in near.enumerated() {
            let name = DataFence.name(one.change.path.description)
            guard index < DeltaSections.mostFiles else {
                page.leaveOut("diff of \(name)", bytes: 0)
                continue
            }
            let diff = try await repository.unifiedDiff(
                from: proposal.baseTree,
                to: proposal.headTree,
                paths: [one.change.path]
            )
            let whole = DataFence.plain(redactor.redact(String(decoding: LineText.withNewlines(diff), as: UTF8.self)))
            let left = budget.diff - text.utf8.count
            let shown = Self.clipped(whole, left)
            if shown.utf8.count < whole.utf8.count {
                page.leaveOut("diff of \(name)", bytes: whole.utf8.count - shown.utf8.count)
            }
            text += shown
        }
        if !text.isEmpty { page.add("# RECENT_REPO_DELTA_DIFF", text) }
    }

    /// The first whole lines of a text that fit, and a word on the rest.
    static func clipped(_ text: String, _ most: Int) -> String {
        guard text.utf8.count > most else { return text }
        var kept = ""
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            guard kept.utf8.count + line.utf8.count + 30 <= most else { break }
            kept += line + "\n"
        }
        return most < 60 ? "" : kept + "[… cut …]\n"
    }

    /// Files that usually hold credentials are shown to nobody, whatever they hold.
    static func isDenied(_ path: RepositoryPath) -> Bool {
        guard Defence.redaction.isOn, let name = path.components.last else { return false }
        return SecretEnvironment.isDenied(fileName: String(decoding: name, as: UTF8.self))
    }
}
