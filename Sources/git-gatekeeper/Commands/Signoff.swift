import ArgumentParser
import GateCore
import GateGit

#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// `git gatekeeper signoff`
struct SignoffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "signoff",
        abstract: "Have green work reviewed by independent reviewers, and record what they agree on.",
        discussion: """
            First the tests, and what has to be there; then each reviewer in a context of its own; where all of them are
            satisfied with the same tree, the tests once more on that very tree. With --fixer, what they find is repaired,
            tested like any candidate, and reviewed anew. Nothing is pushed, and nothing posted without
            --comment.

            Exit status: 0 signed off, 1 findings, red tests or a failed preflight, 125 blocked, undecided, or changed
            while it was reviewed.
            """
    )

    @Option(
        help: ArgumentHelp("Review against this commit instead of the merge base with upstream.", valueName: "revision")
    )
    var base: String?

    @Option(help: ArgumentHelp("Review this commit's tree instead of the working tree.", valueName: "revision"))
    var head: String?

    @Flag(help: "Review what is staged, as the next commit would have it, instead of the working tree.")
    var staged = false

    @Option(
        help: ArgumentHelp(
            "Ask this backend, and after a blank its model; give it once for each reviewer.",
            valueName: "backend"
        )
    )
    var reviewer: [String] = []

    @Option(
        help: ArgumentHelp(
            "Have findings repaired by this backend, and after a blank its model, and reviewed anew.",
            valueName: "backend"
        )
    )
    var fixer: String?

    @Flag(name: .customLong("as"), help: "Give your own verdict, as a person that a sign-off of this tree asks.")
    var isPerson = false

    @Option(
        help: ArgumentHelp(
            "With --as: the file with your verdict, or '-' for standard input; it is signed with the key of your commits.",
            valueName: "file"
        )
    )
    var verdict: String?

    @Option(
        help: ArgumentHelp(
            "Write new tests of the fixer's, which a sign-off has proven, into the working tree.",
            valueName: "sign-off"
        )
    )
    var approveTests: String?

    @Option(
        help: ArgumentHelp(
            "Let go of findings that earlier sign-offs of this work left open; the reason is recorded.",
            valueName: "reason"
        )
    )
    var forgetFindings: String?

    @Option(help: ArgumentHelp("Review at most this many times.", valueName: "n"))
    var iterations: Int?

    @Option(help: ArgumentHelp("How much reviewers are shown: 'light', 'standard' or 'deep'.", valueName: "depth"))
    var depth: String?

    @Option(
        help: ArgumentHelp(
            "Take this file as the scope matrix instead of '.gatekeeper/scope.json' of the work.",
            valueName: "file"
        )
    )
    var scopeMatrix: String?

    @Option(
        help: ArgumentHelp(
            "For a row about another repository: the folder of its sign-off. May be repeated.",
            valueName: "row=folder"
        )
    )
    var scopeEvidence: [String] = []

    @Flag(help: "Print the scope matrix as it stands, and ask and run nothing.")
    var printScope = false

    @Option(help: ArgumentHelp("Isolation of tests: 'required', 'preferred' or 'off'.", valueName: "level"))
    var sandbox: String?

    @Option(help: ArgumentHelp("Validations that may run at once.", valueName: "n"))
    var jobs: Int?

    @Flag(help: "Run the tests before the reviews even where this very tree is proven already.")
    var fresh = false

    @Option(
        help: ArgumentHelp(
            "Post the report of an agreement to the pull or merge request, through 'gh' or 'glab'.",
            valueName: "program"
        )
    )
    var comment: RequestComment.Program?

    @Flag(
        name: [.customLong("dry-run"), .customLong("dryRun")],
        help: "With --comment: make the comment and keep it, and post nothing."
    )
    var isDryRun = false

    @Option(
        name: .customLong("ci-job"),
        help: ArgumentHelp(
            "A CI job that is red, and after '::' the step of it that failed; its own command is replayed. Once for each.",
            valueName: "name"
        )
    )
    var ciJobs: [String] = []

    @Option(
        name: .customLong("ci-report"),
        help: ArgumentHelp(
            "Take the red jobs from this file, as 'gh run view --json headSha,jobs' or 'glab ci get' writes it.",
            valueName: "file"
        )
    )
    var ciReports: [String] = []

    @Option(
        name: .customLong("ci"),
        help: ArgumentHelp("Ask 'gh' or 'glab' which jobs of the branch's request are red.", valueName: "program")
    )
    var ciProgram: RequestComment.Program?

    @Option(help: ArgumentHelp("Copy the artifacts of the sign-off into this folder.", valueName: "folder"))
    var output: String?

    @OptionGroup var attestation: AttestOptions
    @OptionGroup var events: EventOptions
    @OptionGroup var common: CommonOptions

    func validate() throws {
        if staged, head != nil { throw ValidationError("--head and --staged name two heads; give one") }
        if isDryRun, comment == nil { throw ValidationError("--dry-run is about the comment; it needs --comment") }
        if verdict != nil, !isPerson { throw ValidationError("--verdict is a person's; it needs --as") }
        if approveTests != nil, isPerson || head != nil || staged || fixer != nil || comment != nil {
            throw ValidationError("--approve-tests writes tests and does nothing else; give it alone")
        }
        if isPerson, comment != nil || fixer != nil || forgetFindings != nil || attestation.attest != nil {
            throw ValidationError("--as gives a verdict and nothing else; leave out what is about the sign-off itself")
        }
        if let forgetFindings, forgetFindings.allSatisfy(\.isWhitespace) {
            throw ValidationError("--forget-findings needs a reason")
        }
        for item in scopeEvidence where !item.dropFirst().contains("=") || item.hasSuffix("=") {
            throw ValidationError("--scope-evidence is '\(item)'; write the row, '=', and the folder of its sign-off")
        }
        if let iterations, iterations < 1 { throw ValidationError("--iterations must be at least 1") }
    }

    func run() async throws {
        if let approveTests { return try await approve(approveTests) }
        let common = try common.with(events)
        var options = SessionOptions()
        options.base = base
        if let head { options.subject = .revision(head) }
        if staged { options.subject = .index(file: nil) }
        options.reviewers = reviewer
        options.fixer = fixer
        options.iterations = iterations
        options.reviewDepth = depth
        options.sandbox = sandbox
        options.jobs = jobs
        options.isFresh = fresh
        options.forgetsFindings = forgetFindings
        options.ciJobs = ciJobs
        options.ciReports = ciReports
        options.ciProgram = ciProgram?.rawValue
        if isPerson { return try await give(options) }
        attestation.fill(&options)
        let context = GateContext.current()
        let console = common.console
        let signoff = Signoff(
            context,
            options,
            scope: try ScopeInput.request(
                matrix: scopeMatrix,
                evidence: scopeEvidence,
                below: context.workingDirectory
            ),
            announcement: comment.map { SignoffAnnouncement($0, isDryRun: isDryRun) },
            make: Work.makeBackend,
            tell: await common.audience().tell
        )
        if printScope { return try answer(try await signoff.printedScope()) }
        let (record, run) = try await signoff.run()
        if let output { try Export.copy(run, to: output, below: context.workingDirectory) }
        switch common.format {
        case .json: try console.answer(record, as: .signoff)
        case .text:
            console.answer(SignoffText.report(record))
            console.progress("kept in \(run.folder)")
        }
        if let attested = record.attested {
            console.progress("attested: \(attested.envelopes.count) statements, signed by \(attested.key)")
        }
        if let comment = record.comment {
            if let problem = comment.problem {
                console.line("not posted to \(comment.place): \(problem)")
                throw ExitStatus.undecided
            }
            console.progress(comment.posted ? "posted to \(comment.place)" : "would be posted to \(comment.place)")
        }
        if let status = record.result?.exitStatus, status != 0 { throw ExitStatus(rawValue: status) }
    }
}

extension SignoffCommand {
    /// Takes a person's verdict; without one it says what is to be read.
    private func give(_ options: SessionOptions) async throws {
        let context = GateContext.current()
        let limit = 1 << 20
        var words: String?
        if let verdict {
            let bytes =
                verdict == "-"
                ? try InputFile.read(descriptor: STDIN_FILENO, limit: limit)
                : try InputFile.read(path: verdict, below: context.workingDirectory, limit: limit)
            guard let text = bytes.flatMap({ String(validating: $0, as: UTF8.self) }) else {
                throw GateFailure("signoff.verdict", "'\(verdict)' is no file of text")
            }
            words = text
        }
        let answer = try await PersonSignoff(context, options).give(words)
        switch common.format {
        case .json: try common.console.answer(answer, as: .signoffVerdict)
        case .text: common.console.answer(answer.text)
        }
        if answer.signer == nil { throw ExitStatus.undecided }
    }

    private func answer(_ scope: ScopeRecord) throws {
        switch common.format {
        case .json: try common.console.answer(scope, as: .signoffScope)
        case .text: common.console.answer(ScopeText.page(scope))
        }
        if !scope.holds { throw ExitStatus.rejected }
    }
}

extension SignoffCommand {
    /// Brings new tests into the working tree, because a person says so.
    private func approve(_ id: String) async throws {
        let context = GateContext.current()
        let repository = try await Work.repository(context, common.console)
        let approved = try await TestApproval(context, repository).approve(id)
        switch common.format {
        case .json: try common.console.answer(approved, as: .signoffTests)
        case .text:
            common.console.answer(
                "\(approved.tests.count) new tests are in the working tree: "
                    + "\(Excerpt.visible(approved.paths.joined(separator: ", ")))\n"
                    + "  next: see them with 'git diff' and 'git status'; 'git gatekeeper undo' takes them back"
            )
        }
    }
}

extension RequestComment.Program: ExpressibleByArgument {}
