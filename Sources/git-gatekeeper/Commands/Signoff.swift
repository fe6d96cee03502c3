import ArgumentParser
import GateCore
import GateGit

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

    @Option(help: ArgumentHelp("Review at most this many times.", valueName: "n"))
    var iterations: Int?

    @Option(help: ArgumentHelp("How much reviewers are shown: 'light', 'standard' or 'deep'.", valueName: "depth"))
    var depth: String?

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

    @Option(help: ArgumentHelp("Copy the artifacts of the sign-off into this folder.", valueName: "folder"))
    var output: String?

    @OptionGroup var attestation: AttestOptions
    @OptionGroup var events: EventOptions
    @OptionGroup var common: CommonOptions

    func validate() throws {
        if staged, head != nil { throw ValidationError("--head and --staged name two heads; give one") }
        if isDryRun, comment == nil { throw ValidationError("--dry-run is about the comment; it needs --comment") }
        if let iterations, iterations < 1 { throw ValidationError("--iterations must be at least 1") }
    }

    func run() async throws {
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
        attestation.fill(&options)
        let context = GateContext.current()
        let console = common.console
        let (record, run) = try await Signoff(
            context,
            options,
            announcement: comment.map { SignoffAnnouncement($0, isDryRun: isDryRun) },
            make: Work.makeBackend,
            tell: await common.audience().tell
        )
        .run()
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

extension RequestComment.Program: ExpressibleByArgument {}
