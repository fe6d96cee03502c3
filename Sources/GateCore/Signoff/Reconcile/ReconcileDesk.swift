import GateGit

/// The station between preflight and reviews: what CI found red is mapped to its own command, and that one replayed.
struct ReconcileDesk: Sendable {
    let session: Session
    let jobs: [RedJob]
    let run: RunLedger.Run
    /// Where everything is kept, below the folder of the sign-off.
    let folder: String
    let deadline: ContinuousClock.Instant
    let tell: @Sendable (RunEvent) -> Void

    /// A job with what is run of it.
    struct Entry: Sendable {
        var red: RedJob
        /// Shown; tells two definitions of one job apart.
        var name: String
        var definition: JobDefinition?
        var plan: JobPlan?
        var row: Reconciliation.Row
    }

    /// What was found out, and what is left to a fixer.
    struct Outcome: Sendable {
        var reconciliation: Reconciliation
        var findings: [SignoffFinding] = []
        var entries: [Entry] = []
    }

    /// Maps every red job, and looks at the files around the change. Runs nothing.
    func map() async throws -> Outcome {
        var reconciliation = Reconciliation()
        try await WorkingFiles(session: session).look(into: &reconciliation)
        guard !jobs.isEmpty else { return Outcome(reconciliation: reconciliation) }
        let mapper = JobMapper(
            head: try await JobFiles.load(session.proposal.headTree, of: session.repository),
            base: try await JobFiles.load(session.proposal.baseTree, of: session.repository),
            commands: session.policy.signoff.jobCommands
        )
        reconciliation.problems = mapper.problems
        var entries: [Entry] = []
        for job in jobs {
            switch mapper.map(job) {
            case .unmapped(let why):
                let row = Reconciliation.Row(job: job.name, state: .unmapped, evidence: why, source: source(of: job))
                entries.append(Entry(red: job, name: job.name, row: row))
            case .mapped(let definitions):
                for definition in definitions { entries.append(entry(job, definition)) }
            }
        }
        reconciliation.rows = entries.map(\.row)
        return Outcome(reconciliation: reconciliation, entries: entries)
    }

    private func entry(_ job: RedJob, _ definition: JobDefinition) -> Entry {
        let plan = JobPlan(definition, red: job)
        var row = Reconciliation.Row(
            job: definition.engine == .policy ? job.name : definition.name,
            engine: definition.engine.rawValue,
            file: definition.file,
            command: plan.scripts.isEmpty ? nil : session.redactor.redact(plan.typed),
            state: .notReplayed,
            evidence: "not run yet",
            source: source(of: job)
        )
        if !plan.obstacles.isEmpty {
            row.state = .notReplayable
            row.evidence = plan.obstacles.joined(separator: "; ")
        }
        return Entry(red: job, name: row.job, definition: definition, plan: plan, row: row)
    }

    /// Who says that a job is red, and of which commit where it is another one than the head.
    private func source(of job: RedJob) -> String {
        guard let commit = job.commit, commit != session.proposal.headCommit?.hex else { return job.source }
        return "\(job.source), on commit \(Excerpt.line(commit, maximum: 40))"
    }

    /// How the sign-off ends before anything is run; `nil` where every job can be replayed.
    func ending(of mapped: Outcome) -> SignoffBook.Ending? {
        mapped.reconciliation.rows.contains { $0.state != .notReplayed } ? mapped.reconciliation.ending : nil
    }

    /// Replays every job on the head.
    ///
    /// - Parameter gate: the run that found the tree green: it supports, and closes no job.
    func replay(_ mapped: Outcome, gate: RunRecord) async throws -> Outcome {
        var outcome = mapped
        guard !mapped.entries.isEmpty else { return outcome }
        let replay = try await makeReplay(mapped.entries)
        // Two files may say the same of one job: it is run once.
        var known: [[String]: JobReplay.Outcome] = [:]
        let supporting = gate.steps.filter { $0.phase == "head" && $0.exitCode == 0 }.map(\.step)
        for (number, entry) in mapped.entries.enumerated() {
            try Task.checkCancellation()
            guard let plan = entry.plan, entry.row.state == .notReplayed else { continue }
            var row = entry.row
            row.supporting = supporting
            guard deadline > ContinuousClock.now else {
                row.state = .notReplayable
                row.evidence = "the time budget of the sign-off is used up"
                outcome.set(number, row)
                continue
            }
            let done: JobReplay.Outcome
            if let before = known[plan.identity] {
                done = before
            } else {
                tell(.note("replaying the CI job '\(Excerpt.visible(entry.name))'"))
                done = try await replay.take(plan, id: entry.name, on: session.proposal.headTree)
                known[plan.identity] = done
            }
            row.state = done.state
            row.evidence = session.redactor.redact(done.evidence)
            if let ran = done.run {
                let text = session.redactor.redact(JobReplay.output(ran, plan, lines: 400))
                let name = "\(folder)/reconcile/\(number + 1)-\(Self.plain(entry.name)).txt"
                row.artifacts = [try run.record(name, Array(text.utf8))]
                let isKnown = outcome.findings.contains { $0.fixRequired.hasSuffix(plan.typed) }
                if done.state == .reproducedRed, !isKnown {
                    outcome.findings.append(finding(entry, plan, done, ran, number: number, artifact: name))
                }
            }
            tell(.note("the CI job '\(Excerpt.visible(entry.name))': \(row.state.rawValue)"))
            outcome.set(number, row)
        }
        return outcome
    }

    /// Whether a repair turns every job green, without touching what the jobs themselves run.
    ///
    /// - Returns: what is wrong with it; `nil` where nothing is.
    func complaint(about tree: ObjectID, _ entries: [Entry]) async throws -> String? {
        guard !entries.isEmpty else { return nil }
        let changed = Set(
            try await session.repository.changes(from: session.proposal.headTree, to: tree).map(\.path)
        )
        if Defence.contract.isOn {
            for entry in entries {
                guard let touched = entry.plan.flatMap({ Self.files(of: $0).first(where: changed.contains) }) else {
                    continue
                }
                return "refused: it changes '\(touched)', which the command of the CI job '\(entry.name)' names"
            }
        }
        let replay = try await makeReplay(entries)
        for entry in entries {
            guard let plan = entry.plan else { continue }
            let done = try await replay.take(plan, id: entry.name, on: tree)
            if done.state == .replayedGreen { continue }
            let output = done.run.map { JobReplay.output($0, plan, lines: 40) } ?? ""
            return session.redactor.redact(
                "the CI job '\(entry.name)' is \(done.state.rawValue) with it: \(done.evidence)\n\(output)"
            )
        }
        return nil
    }

    /// Writes down what is known in the end of an iteration, for people.
    func keep(_ reconciliation: Reconciliation) throws {
        let text = session.redactor.redact(ReconcileText.page(reconciliation))
        try run.record("\(folder)/reconcile.md", Array(text.utf8))
    }

    private func makeReplay(_ entries: [Entry]) async throws -> JobReplay {
        let validator = try await session.makeValidator()
        let commands = entries.compactMap { entry -> CommandTrust.Command? in
            guard let plan = entry.plan, let definition = entry.definition else { return nil }
            if definition.engine == .policy, let named = session.policy.signoff.jobCommands[entry.name] {
                switch named.source {
                case .tracked, .detected: break
                case .builtIn, .gitConfig, .environment, .flag: return nil
                }
            }
            return CommandTrust.Command(step: entry.name, command: plan.typed, source: definition.file)
        }
        try CommandTrust.demand(session, validator.setting.sandbox, beyondThePlan: commands)
        return JobReplay(session: session, validator: validator)
    }

    /// Files that the scripts of a job name: they decide what the job means.
    static func files(of plan: JobPlan) -> Set<RepositoryPath> {
        var files: Set<RepositoryPath> = []
        for part in plan.scripts {
            let words = (part.script.shell + [part.script.text]).flatMap {
                $0.split(whereSeparator: \.isWhitespace).map(String.init)
            }
            for path in Contract.filesNamed(by: words) {
                files.insert(path)
                if !part.script.folder.isEmpty, let text = path.text {
                    files.insert(RepositoryPath("\(part.script.folder)/\(text)"))
                }
            }
        }
        return files
    }

    private func finding(
        _ entry: Entry,
        _ plan: JobPlan,
        _ done: JobReplay.Outcome,
        _ ran: StepRun,
        number: Int,
        artifact: String
    ) -> SignoffFinding {
        SignoffFinding(
            id: "ci-\(number + 1)-\(Self.plain(entry.name))",
            severity: .high,
            file: done.suspects.first?.description ?? entry.definition?.file ?? GitLabPipeline.path,
            issue: "the CI job '\(entry.name)' is red, and its own command is red here too: \(done.evidence)",
            fixRequired: "the command has to be green, and neither it nor a file it names may change: \(plan.typed)",
            testRequired: "the command itself, which is run on the repair before it is taken",
            evidence: session.redactor.redact(JobReplay.output(ran, plan, lines: 60)) + "all of it: \(artifact)"
        )
    }

    private static func plain(_ name: String) -> String {
        String(name.prefix(60).map { $0.isASCII && ($0.isLetter || $0.isNumber || "_-".contains($0)) ? $0 : "_" })
    }
}

extension ReconcileDesk.Outcome {
    mutating func set(_ number: Int, _ row: Reconciliation.Row) {
        entries[number].row = row
        reconciliation.rows[number] = row
    }
}
