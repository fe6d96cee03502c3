import GateGit

/// Has the findings of an iteration repaired: one candidate, through the whole gate, with a report of its maker's.
struct FixDesk: Sendable {
    /// What came of it.
    struct Outcome: Sendable {
        var fix: SignoffRecord.Fix
        /// The record of the run that accepted the repair; `nil` where none was.
        var accepted: RunRecord?
        /// What the last answer adds of tests.
        var tests: NewTests?
    }

    let session: Session
    let fixer: any Backend
    let model: String?
    let material: ReviewMaterial
    let open: [SignoffFinding]
    let run: RunLedger.Run
    /// Where everything is kept, below the folder of the sign-off.
    let folder: String
    /// Of the iteration.
    let number: Int
    let deadline: ContinuousClock.Instant
    let tell: @Sendable (RunEvent) -> Void
    /// What has to hold of a repair before the gate looks at it; it says what does not, or `nil`.
    var proof: (@Sendable (ObjectID) async throws -> String?)?

    /// One repair, and two more where the gate refuses it.
    private static let mostTries = 3

    func repair() async throws -> Outcome {
        var outcome = Outcome(fix: SignoffRecord.Fix(fixer: fixer.name))
        let bench = FixBench(session: session, sandbox: try await session.makeValidator().setting.sandbox)
        var feedback: [String] = []
        while outcome.fix.tries < Self.mostTries {
            try Task.checkCancellation()
            guard deadline > ContinuousClock.now else {
                outcome.fix.failure = "the time budget of the sign-off is used up"
                break
            }
            outcome.fix.tries += 1
            outcome.fix.failure = nil
            tell(.note("\(fixer.name) repairs \(open.count) findings, try \(outcome.fix.tries) of \(Self.mostTries)"))
            do throws(Stop) {
                let candidate = try await candidate(feedback, bench, &outcome)
                try await report(candidate, &outcome)
                try await prove(candidate)
                try await judge(candidate, &outcome)
                try await judgeTests(of: candidate, &outcome)
                return outcome
            } catch {
                switch error {
                case .again(let why):
                    outcome.fix.failure = Excerpt.visible(Excerpt.line(why, maximum: 500))
                    tell(.note("try \(outcome.fix.tries): \(Excerpt.line(why))"))
                    feedback.append(Feedback.fenced("What came of try \(outcome.fix.tries):", why))
                case .over(let why):
                    outcome.fix.failure = Excerpt.visible(Excerpt.line(why, maximum: 500))
                    return outcome
                case .broken(let error): throw error
                }
            }
        }
        return outcome
    }

    /// Why a try ended without a repair.
    private enum Stop: Error {
        /// The fixer is told, and asked again.
        case again(String)
        case over(String)
        case broken(any Error)
    }

    private func candidate(
        _ feedback: [String],
        _ bench: FixBench,
        _ outcome: inout Outcome
    ) async throws(Stop) -> Candidate {
        do {
            let settings = session.policy.backendSettings[fixer.name] ?? BackendSettings()
            var request = BackendRequest(
                attempt: outcome.fix.tries,
                instructions: FixPrompt.instructions(open: open),
                context: material.text,
                feedback: feedback.map { session.redactor.redact($0) },
                targets: [],
                baseTree: session.proposal.baseTree,
                headTree: session.proposal.headTree,
                delta: session.proposal.delta,
                contractGlobs: session.contract.patterns,
                scope: session.policy.signoff.scope.map(\.value),
                suspects: open.map { RepositoryPath($0.file) },
                model: model,
                session: nil,
                deadline: min(deadline - ContinuousClock.now, settings.timeout.value)
            )
            request.progress = { [tell, redactor = session.redactor, number = outcome.fix.tries] in
                tell(.backendProgress(number: number, redactor.redact($0)))
            }
            try keep("request.md", Array(request.prompt.utf8), &outcome)
            let reply = try await fixer.propose(request, bench: bench)
            if let usage = reply.usage { outcome.fix.add(usage) }
            try keepAll(reply.artifacts, &outcome)
            if case .cannotFix(let why) = reply.answer {
                throw Stop.over("\(fixer.name) cannot fix it: \(why.redacted(by: session.redactor).reason)")
            }
            let divided = try await NewTests.divide(reply.answer, session)
            outcome.tests = divided.tests
            switch try await CandidateDesk(session, known: nil).prepare(divided.answer) {
            case .admitted(let candidate): return candidate
            case .refused(let findings):
                throw Stop.again("refused: " + findings.map { "\($0.code): \($0.message)" }.joined(separator: "; "))
            }
        } catch let failure as BackendFailure {
            if let usage = failure.usage { outcome.fix.add(usage) }
            do { try keepAll(failure.artifacts, &outcome) } catch { throw .broken(error) }
            let what = "\(fixer.name) broke: \(session.redactor.redact(failure.message)) [\(failure.code)]"
            throw failure.findings.isEmpty ? .over(what) : .again(what)
        } catch let stop as Stop {
            throw stop
        } catch {
            throw .broken(error)
        }
    }

    /// No repair counts without a word on every finding.
    private func report(_ candidate: Candidate, _ outcome: inout Outcome) async throws(Stop) {
        do {
            let settings = session.policy.backendSettings[fixer.name] ?? BackendSettings()
            let diff = try await session.repository.unifiedDiff(from: session.proposal.headTree, to: candidate.tree)
            let patch = session.redactor.redact(String(decoding: diff, as: UTF8.self))
            try keep("candidate.patch", Array(patch.utf8), &outcome)
            var complaint: String?
            for _ in 1...2 {
                let reply = try await fixer.answer(
                    TextRequest(
                        purpose: "fix-report",
                        prompt: FixPrompt.report(patch: patch, open: open, complaint: complaint),
                        schema: FixPrompt.schema,
                        model: model,
                        session: nil,
                        deadline: max(.milliseconds(1), min(deadline - ContinuousClock.now, settings.timeout.value))
                    )
                )
                if let usage = reply.usage { outcome.fix.add(usage) }
                switch FixPrompt.read(session.redactor.redact(reply.text), open: open) {
                case .entries(let entries):
                    outcome.fix.report = entries
                    try keep("fix-report.md", Array(SignoffText.fixReport(entries).utf8), &outcome)
                    return
                case .invalid(let why): complaint = why
                }
            }
            throw Stop.over("\(fixer.name) left no report: \(complaint ?? "")")
        } catch let failure as BackendFailure {
            throw .over("\(fixer.name) left no report: \(session.redactor.redact(failure.message)) [\(failure.code)]")
        } catch let stop as Stop {
            throw stop
        } catch {
            throw .broken(error)
        }
    }

    private func prove(_ candidate: Candidate) async throws(Stop) {
        let complaint: String?
        do {
            complaint = try await proof?(candidate.tree)
        } catch {
            throw .broken(error)
        }
        if let complaint { throw .again(complaint) }
    }

    /// The whole gate, as for any candidate; it brings an accepted one to where the work is.
    private func judge(_ candidate: Candidate, _ outcome: inout Outcome) async throws(Stop) {
        let record: RunRecord
        do {
            record = try await Engine(session: session, command: "signoff", tell: tell).run(
                .given(.tree(candidate.tree), origin: "fixer \(fixer.name)"),
                Engine.Delivery(isDryRun: false, commits: false)
            ).record
        } catch {
            throw .broken(error)
        }
        outcome.fix.run = record.id
        outcome.fix.candidate = candidate.tree.hex
        outcome.fix.verdict = record.result?.verdict
        let reasons = (record.result?.reasons ?? []).map { "\($0.code): \($0.message)" }.joined(separator: "; ")
        guard let result = record.result, result.verdict == "accepted" else {
            throw record.result?.verdict == "rejected"
                ? .again("the gate rejects it: \(reasons)") : .over("the gate does not decide about it: \(reasons)")
        }
        guard result.applied || result.commit != nil else {
            throw .over("the gate accepts it, and it was not brought into place: \(reasons)")
        }
        outcome.fix.commit = result.applied ? nil : result.commit
        outcome.accepted = record
    }

    /// New tests, after the repair holds without them; what they come to changes nothing of it.
    private func judgeTests(of candidate: Candidate, _ outcome: inout Outcome) async throws(Stop) {
        guard let tests = outcome.tests else { return }
        do {
            let desk = NewTestsDesk(session: session, run: run, folder: folder, number: number, tell: tell)
            let judged = try await desk.judge(tests, of: candidate.tree)
            outcome.fix.newTests = judged
            if let patch = judged.patch { outcome.fix.artifacts.append(patch) }
            let why = judged.reasons.joined(separator: "; ")
            let what = judged.isProven ? "wait for a person" : "are not proven: \(why)"
            tell(.note("new tests of \(fixer.name) \(what)"))
        } catch {
            throw .broken(error)
        }
    }

    private func keepAll(_ artifacts: [String: [UInt8]], _ outcome: inout Outcome) throws {
        for (name, content) in artifacts.sorted(by: { $0.key < $1.key }) {
            try keep("raw/\(name)", session.redactor.redact(content), &outcome)
        }
    }

    private func keep(_ name: String, _ content: [UInt8], _ outcome: inout Outcome) throws {
        outcome.fix.artifacts.append(try run.record("\(folder)/\(name)", content))
    }
}

/// Lets a fixer that is an agent edit a worktree of its own; nothing is tried out for it.
private struct FixBench: TrialBench {
    let session: Session
    private let desk: WorkspaceDesk
    var repository: GitRepository { session.repository }

    init(session: Session, sandbox: Sandbox) {
        self.session = session
        desk = WorkspaceDesk(session: session, sandbox: sandbox)
    }

    func admits(_ tree: ObjectID) async throws -> Bool {
        switch try await CandidateDesk(session, known: nil).prepare(.tree(tree)) {
        case .admitted: true
        case .refused: false
        }
    }

    func trial(_ tree: ObjectID) async throws -> Trial { .unresolved }

    func workspace(for name: String, tree: ObjectID) async throws -> Workspace {
        try await desk.open(for: name, tree: tree)
    }

    func harvest(_ workspace: Workspace) async throws -> Harvest { try await desk.harvest(workspace) }

    func discard(_ workspace: Workspace) async { await desk.discard(workspace) }
}
