import ArgumentParser
import GateBackends
import GateCore
import GateGit

extension CIEngine: ExpressibleByArgument {}

/// What `ci` does with a proven fix.
enum FixOffer: String, ExpressibleByArgument, CaseIterable {
    case artifact, push, comment
}

/// `git gatekeeper ci`
struct ContinuousIntegration: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ci",
        abstract: "Judge the commit of a CI job under the policy of the branch it is to go into.",
        discussion: """
            Base and head are found from the variables of GitHub Actions, GitLab CI, Jenkins and Buildbot; elsewhere,
            or instead, say --base and --head. Every check and every gating scenario runs. No backend is asked unless
            --on-fix says what to do with a fix. Exit 0 only if the very commit that was judged is green: with a fix
            it is 1. --shard runs a part of the plan and leaves evidence, --merge decides over the evidence of all.
            """
    )

    @Option(
        help: ArgumentHelp("Tip of the branch the change is to go into: its policy is in force.", valueName: "revision")
    )
    var base: String?

    @Option(help: ArgumentHelp("Judge this commit instead of the one that is checked out.", valueName: "revision"))
    var head: String?

    @Option(help: "Take the job for one of this engine: 'github', 'gitlab', 'jenkins', 'buildbot' or 'none'.")
    var engine: CIEngine?

    @Option(
        help:
            "Ask for a fix where the head is red, and offer a proven one: 'artifact', 'push' or 'comment'; repeatable."
    )
    var onFix: [FixOffer] = []

    @Option(help: ArgumentHelp("Folder for what --on-fix artifact leaves.", valueName: "folder"))
    var fixFolder = "gatekeeper-fix"

    @Option(
        help: ArgumentHelp("Judge this reply or patch, which another job asked for, as the fix.", valueName: "file")
    )
    var candidate: String?

    @Option(
        help: ArgumentHelp(
            "Where the head is red, write what a backend would be asked into this folder; 'ask' asks it.",
            valueName: "folder"
        )
    )
    var handover: String?

    @Option(help: ArgumentHelp("Write the outcomes as JUnit XML.", valueName: "file"))
    var junit: String?

    @Option(help: ArgumentHelp("Write the findings as SARIF 2.1.0.", valueName: "file"))
    var sarif: String?

    @Option(help: ArgumentHelp("Write the findings as GitLab's code quality report.", valueName: "file"))
    var codequality: String?

    @Option(help: ArgumentHelp("Remote for evidence and for --on-fix push.", valueName: "name"))
    var remote = "origin"

    @Option(help: ArgumentHelp("Run one part of the plan, as 2/5, and leave signed evidence.", valueName: "i/n"))
    var shard: String?

    @Flag(help: "Fetch the evidence of all parts from the remote and decide over it; nothing is run.")
    var merge = false

    @Option(help: ArgumentHelp("With --merge: how many machines share the plan, as 'plan' was told.", valueName: "n"))
    var shards: Int?

    @Flag(help: "Run nothing that a trusted signer has proven already under the same policy; say who did, and when.")
    var trustAttestations = false

    @Flag(help: "End well only where reviewers sign the head off, whatever policy says of that.")
    var signoff = false

    @OptionGroup var attestation: AttestOptions

    @Option(help: ArgumentHelp("Isolation of tests: 'required', 'preferred' or 'off'.", valueName: "level"))
    var sandbox: String?

    @Option(help: ArgumentHelp("Validations that may run at once.", valueName: "n"))
    var jobs: Int?

    @Flag(name: .customLong("fresh"), help: "Run everything, also what this machine has proven already.")
    var isFresh = false

    @OptionGroup var backend: BackendOptions
    @OptionGroup var events: EventOptions
    @OptionGroup var common: CommonOptions

    @Option(help: ArgumentHelp("Copy the artifacts of the run into this folder.", valueName: "folder"))
    var output: String?

    func validate() throws {
        if candidate != nil, handover != nil {
            throw ValidationError("--candidate judges an answer, and --handover writes a question; give one of them")
        }
        if let shard, PlanParts(shard) == nil {
            throw ValidationError("--shard takes a number and how many there are, as 2/5, and not '\(shard)'")
        }
        if merge,
            shard != nil || candidate != nil || handover != nil || !onFix.isEmpty || junit != nil || sarif != nil
                || codequality != nil
        {
            throw ValidationError("--merge runs nothing: give it alone")
        }
        if let shards, !merge || !(1...PlanParts.most).contains(shards) {
            throw ValidationError("--shards goes with --merge, and is a number from 1 to \(PlanParts.most)")
        }
        if shard != nil, candidate != nil || handover != nil || !onFix.isEmpty {
            throw ValidationError("a shard sees a part only; repair in a job that runs the whole")
        }
    }

    func run() async throws {
        let context = GateContext.current()
        let engine = engine ?? CIEngine.detect(context.environment)
        let voice = CIVoice(engine: engine, common: try common.with(events))
        voice.open("git gatekeeper: what is run")
        let facts = try CIFacts.read(engine, context.environment) { path in
            try InputFile.read(path: path, below: context.workingDirectory, limit: 16 << 20)
        }
        let repository = try await Work.repository(context, voice.console)
        let proposal = try await CIProposal.resolve(facts, .init(base: base, head: head), in: repository)
        for note in proposal.notes { voice.console.progress("note: \(Excerpt.visible(note))") }
        var options = SessionOptions()
        options.fill(proposal)
        options.parts = shard.flatMap { PlanParts($0) } ?? .all
        options.sandbox = sandbox
        options.jobs = jobs
        options.signsOff = signoff
        // The machine of an engine is there to run what the repository names.
        options.trustsCommands = engine != .none
        // A part is run for its evidence.
        options.isFresh = isFresh || shard != nil
        backend.fill(&options)
        attestation.fill(&options)
        let evidence = CIEvidence(remote: remote, voice: voice, context: context)
        if merge { return try await evidence.merge(options, shards: shards) }
        // A part is run for its evidence, so a key that is not there is found out before.
        if shard != nil { options.attests = options.attests ?? true }
        if trustAttestations, try await evidence.isProven(options) { return }
        let (record, run) = try await take(options, context, repository, evidence, voice)
        if let output { try Export.copy(run, to: output, below: context.workingDirectory) }
        voice.close()
        // A head that is proven already has the outcomes of the run that proved it.
        var told =
            record.remembered == nil
            ? record
            : try run.read("record.json").map {
                try JSON.decode(RunRecord.self, from: $0)
            }
        if record.signoff != nil {
            told?.signoff = record.signoff
            told?.result = record.result
        }
        let findings = CIFindings(record: told ?? record, failure: try Self.failure(of: run))
        try leave(findings, run, notes: proposal.notes, context)
        try voice.show(findings, run)
        if shard == nil { try await offer(findings, run, facts, proposal, repository, voice) }
        if let status = record.result?.exitStatus, status != 0 { throw ExitStatus(rawValue: status) }
    }

    /// Takes the road: tests only, unless somebody wants a fix.
    private func take(
        _ options: SessionOptions,
        _ context: GateContext,
        _ repository: GitRepository,
        _ evidence: CIEvidence,
        _ voice: CIVoice
    ) async throws -> (RunRecord, RunLedger.Run) {
        var source = Engine.Source.none
        if !onFix.isEmpty { source = Work.backend }
        if handover != nil { source = .context }
        if let candidate { source = .given(try CandidateFile.read(candidate, context), origin: candidate) }
        return try await Session.open(context, options, in: repository) { [source] session in
            let attester = try await Work.attester(session, voice.console)
            let audience = await voice.common.audience(in: session.repository, on: voice.console)
            let done = try await Engine(
                session: session,
                command: "ci",
                scout: RevertBackend(),
                station: Work.station(.asks, audience),
                tell: audience.teller(session)
            )
            .run(source, Engine.Delivery(isDryRun: true, commits: false))
            try await evidence.leave(done.record, done.run, attester, session)
            return done
        }
    }

    private static func failure(of run: RunLedger.Run) throws -> FailureDocument? {
        try run.read("failure.json").flatMap { try? JSON.decode(FailureDocument.self, from: $0) }
    }

    /// Writes the files that were asked for, and what another job needs to go on.
    private func leave(
        _ findings: CIFindings,
        _ run: RunLedger.Run,
        notes: [String],
        _ context: GateContext
    ) throws {
        let folder = context.workingDirectory
        if let junit { try OutputFile.write(Array(JUnitReport.render(findings).utf8), to: junit, below: folder) }
        if let sarif { try OutputFile.write(try SARIFReport.render(findings), to: sarif, below: folder) }
        if let codequality {
            try OutputFile.write(try CodeQualityReport.render(findings), to: codequality, below: folder)
        }
        if let summary = context.environment["GITHUB_STEP_SUMMARY"], !summary.isEmpty {
            let text = GitHubReport.summary(findings, notes: notes)
            try OutputFile.append(Array(text.utf8), to: summary, below: folder)
        }
        if let handover {
            let names = [QuestionDocument.artifact, "record.json", "context.txt"]
            let files = try names.compactMap { name in try run.read(name).map { (name, $0) } }
            try FixFolder.write(files, to: handover.hasPrefix("/") ? handover : "\(folder)/\(handover)")
        }
    }

    /// Offers a proven fix in the ways that were asked for. What fails of it is said, and changes no verdict.
    private func offer(
        _ findings: CIFindings,
        _ run: RunLedger.Run,
        _ facts: CIFacts,
        _ proposal: CIProposal,
        _ repository: GitRepository,
        _ voice: CIVoice
    ) async throws {
        guard let patch = try FixFolder.patch(of: findings.record, in: run),
            let fix = findings.record.result?.commit.flatMap({ ObjectID(hex: $0) })
        else { return }
        let context = GateContext.current()
        // A branch is offered before the comment that names it.
        for way in FixOffer.allCases where onFix.contains(way) {
            do {
                switch way {
                case .artifact:
                    let folder = fixFolder.hasPrefix("/") ? fixFolder : "\(context.workingDirectory)/\(fixFolder)"
                    let record = try run.read("record.json") ?? []
                    try FixFolder.write([(FixFolder.patch, patch), (FixFolder.record, record)], to: folder)
                    voice.say("the fix is in '\(fixFolder)': 'git apply \(fixFolder)/\(FixFolder.patch)' takes it")
                case .push:
                    let branch = try FixBranch(repository: repository, remote: remote)
                    switch try await branch.offer(fix, of: proposal.head) {
                    case .pushed(let name):
                        voice.say("the fix is pushed: 'git fetch \(remote) \(name) && git merge --ff-only FETCH_HEAD'")
                    case .present(let name, let there):
                        voice.say("'\(name)' is on '\(remote)' already, at \(there.abbreviated); it is left as it is")
                    }
                case .comment:
                    let body = MarkdownReport.comment(findings, patch: patch, mostBytes: FixComment.mostBytes)
                    try await FixComment(
                        facts,
                        environment: context.environment,
                        folder: repository.workingTree ?? repository.gitDirectory
                    ).post(body)
                    voice.say("the fix is a comment of request \(facts.request.map(String.init) ?? "")")
                }
            } catch let failure as any GateError {
                voice.say("not offered as \(way.rawValue): \(failure.message) [\(failure.code)]")
                for hint in failure.hints { voice.say("hint: \(hint)") }
            }
        }
    }
}

extension SessionOptions {
    /// What a job is about.
    mutating func fill(_ proposal: CIProposal) {
        subject = .commit(proposal.head)
        givenBase = proposal.base.map { .commit($0, proposal.origin) }
        policyCommit = proposal.policy
    }
}
