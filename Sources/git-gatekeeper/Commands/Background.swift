import ArgumentParser
import GateCore
import GateGit

/// `git gatekeeper status`
struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show whether HEAD is proven, what goes on, and which fixes wait.",
        discussion: "Nothing is run and nothing is changed, unless --stop ends the validation in the background."
    )

    @Flag(help: "End the validation in the background.")
    var stop = false

    @OptionGroup var porcelain: PorcelainOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let context = GateContext.current()
        if stop {
            let repository = try await Work.repository(context, common.console)
            let stopped = try await BackgroundValidation(repository: repository).stop()
            common.console.progress(
                stopped.map { "stopped: the validation of commit \($0.commit.prefix(10))" }
                    ?? "nothing was validated in the background"
            )
        }
        let status = try await RepositoryStatus.take(context, SessionOptions())
        if try porcelain.answer(common, { Porcelain.status(status, endsInNull: $0) }) { return }
        switch common.format {
        case .json: try common.console.answer(status, as: .status)
        case .text: common.console.answer(StatusReport.text(status))
        }
    }
}

/// `git gatekeeper background`: what a post-commit hook starts; not for people.
struct Background: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Validate a commit while nobody waits for it.",
        shouldDisplay: false
    )

    @Argument(help: ArgumentHelp("The commit.", valueName: "commit"))
    var commit: String

    @Option(help: ArgumentHelp("When it was made known.", valueName: "stamp"))
    var requested: String

    func run() async throws {
        DetachedProgram.giveWay()
        let context = GateContext.current()
        let repository = try await GitRepository(
            containing: context.workingDirectory,
            environment: context.environment
        )
        guard let id = try await repository.resolveCommit(commit) else {
            throw GateFailure("background.unknown-commit", "'\(commit)' names no commit in this repository")
        }
        let tree = try await repository.tree(ofCommit: id)
        var options = SessionOptions()
        options.subject = .commit(id)
        let given = options
        _ = try await BackgroundValidation(repository: repository).run(
            BackgroundValidation.State(commit: id.hex, tree: tree.hex, requested: requested),
            validate: {
                let record = try await Work.take(
                    "post-commit",
                    given,
                    common: try CommonOptions.parse(["--quiet"]),
                    source: .none,
                    delivery: Engine.Delivery(isDryRun: true, commits: false),
                    in: repository
                )
                return (record.result?.verdict ?? "undecided", record.id)
            },
            now: context.now
        )
    }

    /// Starts the validation of HEAD in a process of its own, and returns at once.
    static func start(_ context: GateContext, _ repository: GitRepository) async throws {
        guard let commit = try await repository.resolveCommit("HEAD"), let program = context.executable else { return }
        let background = BackgroundValidation(repository: repository)
        try background.prepare()
        try DetachedProgram.start(
            program,
            ["background", commit.hex, "--requested", context.stamp()],
            environment: context.environment,
            log: background.log
        )
    }
}
