import ArgumentParser
import GateCore
import GateGit

/// `git gatekeeper log`
struct Log: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the runs of the gate in this repository, newest first."
    )

    @Option(name: .customShort("n"), help: ArgumentHelp("Show at most this many.", valueName: "number"))
    var number = 20

    @OptionGroup var porcelain: PorcelainOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let context = GateContext.current()
        let repository = try await Work.repository(context, common.console)
        let ledger = RunLedger(repository: repository)
        var answer = LogRecord()
        let isText = common.format == .text && porcelain.porcelain == nil
        for id in try ledger.ids().reversed().prefix(max(0, number)) {
            guard let bytes = try ledger.find(id).read("record.json") else {
                answer.unfinished.append(id)
                if isText { common.console.answer("\(id)  unfinished") }
                continue
            }
            let record = try JSON.decode(RunRecord.self, from: bytes)
            if isText {
                common.console.answer(TextReport.logLine(record))
            } else {
                answer.runs.append(record)
            }
        }
        if try porcelain.answer(common, { Porcelain.log(answer, endsInNull: $0) }) { return }
        if common.format == .json { try common.console.answer(answer, as: .log) }
    }
}

/// `git gatekeeper show`
struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show a run: its summary and artifacts, one artifact as it is, or what a candidate changes.",
        discussion: """
            Without a run, the newest one is shown. A run may be named by the beginning or the end of its id.

            --diff is git's own, with your colours, your pager and your settings of 'diff', from the tree that was judged to
            the candidate: your uncommitted work is on both sides and does not show. No program that an attribute of a file
            names is started for it.
            """
    )

    @Argument(help: ArgumentHelp("The run; the newest where none is named.", valueName: "run"))
    var run: String?

    @Argument(help: ArgumentHelp("Name of an artifact, as the summary lists it.", valueName: "artifact"))
    var artifact: String?

    @Flag(help: "Hold every artifact of the run against the digests in its record; exit 1 where one is not as it was.")
    var verify = false

    @Flag(help: "Show what the candidate changes: the accepted one, else the last.")
    var diff = false

    @Option(help: ArgumentHelp("With --diff: the candidate of this attempt.", valueName: "n"))
    var attempt: Int?

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if diff, artifact != nil { throw ValidationError("--diff is about a whole run, not about one artifact") }
        if diff, verify { throw ValidationError("--diff and --verify are two questions; ask one") }
        if diff, common.format == .json { throw ValidationError("--diff is git's own text; leave out --format json") }
        if attempt != nil, !diff { throw ValidationError("--attempt goes with --diff") }
        if verify, artifact != nil { throw ValidationError("--verify is about a whole run, not about one artifact") }
    }

    func run() async throws {
        let context = GateContext.current()
        let repository = try await Work.repository(context, common.console)
        let ledger = RunLedger(repository: repository)
        if verify {
            let check = try EvidenceCheck.verify(try ledger.find(run))
            switch common.format {
            case .json: try common.console.answer(check, as: .evidence)
            case .text: common.console.answer(check.text)
            }
            if !check.isIntact { throw ExitStatus.rejected }
            return
        }
        if diff { try await showDiff(try ledger.find(run), repository) }
        let (found, name) = try resolve(ledger)
        if let name {
            guard let bytes = try found.read(name) else {
                throw GateFailure(
                    "ledger.unknown-artifact",
                    "run \(found.id) has no artifact '\(name)'",
                    hints: ["it has: \(try found.artifacts().joined(separator: ", "))"]
                )
            }
            common.console.answer(bytes)
            return
        }
        guard let bytes = try found.read("record.json") else {
            throw GateFailure(
                "ledger.unfinished-run",
                "run \(found.id) was never finished, so it has no summary",
                hints: ["it left: \(try found.artifacts().joined(separator: ", "))"]
            )
        }
        let record = try JSON.decode(RunRecord.self, from: bytes)
        if common.format == .json { return try common.console.answer(record, as: .run) }
        common.console.answer(TextReport.render(record))
        common.console.answer("artifacts:\n" + (try found.artifacts()).map { "  \($0)" }.joined(separator: "\n"))
    }

    /// Hands over to git, which never comes back.
    private func showDiff(_ run: RunLedger.Run, _ repository: GitRepository) async throws -> Never {
        guard let bytes = try run.read("record.json") else {
            throw GateFailure(
                "ledger.unfinished-run",
                "run \(run.id) was never finished, so no candidate is known",
                hints: ["'git gatekeeper log' lists all runs; name another one"]
            )
        }
        let record = try JSON.decode(RunRecord.self, from: bytes)
        let made = record.attempts.filter { $0.candidate != nil }
        let chosen =
            attempt.map { number in made.last { $0.number == number } }
            ?? (made.last { $0.verdict == Verdict.Kind.accepted.rawValue } ?? made.last)
        guard let chosen, let tree = chosen.candidate.flatMap({ ObjectID(hex: $0) }),
            let head = ObjectID(hex: record.head.tree)
        else {
            throw GateFailure(
                "show.no-candidate",
                attempt.map { "attempt \($0) of run \(run.id) has no candidate" } ?? "run \(run.id) has no candidate",
                hints: [
                    made.isEmpty
                        ? "'git gatekeeper show \(run.id)' says what it came to"
                        : "it has one of attempt \(made.map { "\($0.number)" }.joined(separator: ", "))"
                ]
            )
        }
        do {
            _ = try await repository.children(of: head)
            _ = try await repository.children(of: tree)
        } catch {
            throw GateFailure(
                "show.collected",
                "git has collected a tree of run \(run.id)",
                hints: ["the patch is kept: 'git gatekeeper show \(run.id) attempt-\(chosen.number)/patch.diff'"]
            )
        }
        try ProgramInPlace.become(
            "git",
            ["diff", "--no-ext-diff", "--no-textconv", "--submodule=short", head.hex, tree.hex, "--"]
        )
    }

    /// One word alone may be a run or an artifact of the newest run.
    private func resolve(_ ledger: RunLedger) throws -> (RunLedger.Run, String?) {
        guard let run, artifact == nil else { return (try ledger.find(run), artifact) }
        do {
            return (try ledger.find(run), nil)
        } catch let error as GateFailure where error.code == "ledger.unknown-run" {
            let newest = try ledger.find(nil)
            guard try newest.read(run) != nil else { throw error }
            return (newest, run)
        }
    }
}

/// `git gatekeeper clean`
struct Clean: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Remove worktrees nobody uses and runs that are old.",
        discussion: "Undo points and fixes of runs that stay are kept; the working tree is never touched."
    )

    @Option(help: ArgumentHelp("Remove runs that are older than this: '30d', '12h'.", valueName: "age"))
    var olderThan = "30d"

    @Flag(help: "Remove every run, whatever its age.")
    var all = false

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let context = GateContext.current()
        let repository = try await Work.repository(context, common.console)
        guard let age = PolicyValue.duration(olderThan) else {
            throw GateFailure("clean.age", "'--older-than \(olderThan)' is no age such as '30d' or '12h'")
        }
        let report = try await Housekeeping(repository: repository, context: context)
            .clean(olderThan: all ? .zero : age)
        if common.format == .json { return try common.console.answer(report, as: .clean) }
        common.console.answer(
            "removed \(report.worktrees) worktrees, \(report.runs) runs, \(report.references) references, \(report.proofs) proofs"
                + (report.signoffs > 0 ? ", \(report.signoffs) sign-offs" : "")
                + (report.worktreesInUse > 0 ? "; \(report.worktreesInUse) worktrees are in use" : "")
                + (report.runsInUse > 0 ? "; \(report.runsInUse) runs are going on" : "")
        )
    }
}
