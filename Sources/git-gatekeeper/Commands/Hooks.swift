import ArgumentParser
import GateCore
import GateGit

#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension HookKind: ExpressibleByArgument {}

/// `git gatekeeper hook`
struct Hook: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hook",
        abstract: "Do the work of one of git's hooks; the installed hooks call it.",
        discussion: """
            Takes the arguments and the standard input that git gives the hook. Exit 0 lets git go on, anything else
            stops it. GIT_GATEKEEPER_SKIP=<reason> passes over a hook of yours once, and puts the reason on record.
            """
    )

    @Argument(help: ArgumentHelp("Which hook: \(HookKind.allCases.map(\.rawValue).joined(separator: ", "))."))
    var hook: HookKind

    @Argument(help: ArgumentHelp("What git gives the hook; for pre-push the remote and its address."))
    var arguments: [String] = []

    @Flag(help: "With pre-push: the input is git's own, so that an empty one means that nothing is pushed.")
    var fromGit = false

    @Flag(help: "With pre-push: take the push from the variables of the pre-commit framework, which keeps git's input.")
    var fromPreCommit = false

    @OptionGroup var events: EventOptions
    @OptionGroup var common: CommonOptions

    func validate() throws {
        if fromPreCommit || fromGit, hook != .prePush {
            throw ValidationError("--from-git and --from-pre-commit are for pre-push")
        }
    }

    func run() async throws {
        let common = try common.with(events)
        switch hook {
        case .prePush: try await prePush(common)
        case .preCommit: try await HookWork(.preCommit, common).commit()
        case .preReceive: try await HookWork(.preReceive, common).receive()
        case .postCommit: try await HookWork(.postCommit, common).validateMeanwhile()
        }
    }

    private func prePush(_ common: CommonOptions) async throws {
        let work = HookWork(.prePush, common)
        if fromPreCommit {
            let context = GateContext.current()
            let repository = try await Work.repository(context, common.console)
            let push = try await PreCommitFramework.push(context.environment, in: repository)
            return try await work.push([push.update], to: push.remote)
        }
        guard let name = arguments.first else {
            throw ValidationError("pre-push takes the name of the remote and its address, as git gives them")
        }
        let remote = PushRemote(name: name, address: arguments.count > 1 ? arguments[1] : name)
        let updates = try PushLines.parse(try HookWork.input(), .sending)
        if updates.isEmpty, !fromGit { try await work.believeNothing(of: remote) }
        try await work.push(updates, to: remote)
    }
}

/// `git gatekeeper pre-commit-gate`
struct PreCommitGate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pre-commit-gate",
        abstract: "Judge what is about to be committed; the same as 'hook pre-commit'."
    )

    @Option(help: ArgumentHelp("Where a fix is looked for, make at most this many attempts.", valueName: "n"))
    var maxRetries: Int?

    @OptionGroup var events: EventOptions
    @OptionGroup var common: CommonOptions

    func validate() throws {
        if let maxRetries, maxRetries < 1 { throw ValidationError("--max-retries must be at least 1") }
    }

    func run() async throws {
        let retries = maxRetries
        try await HookWork(.preCommit, try common.with(events)).commit { options in options.maxRetries = retries }
    }
}

/// What the hooks share: switches, the road without a person, the answer.
struct HookWork {
    private let kind: HookKind
    private let common: CommonOptions
    private let context: GateContext

    init(_ kind: HookKind, _ common: CommonOptions) {
        self.kind = kind
        self.common = common
        context = .current()
    }

    func push(_ updates: [RefUpdate], to remote: PushRemote) async throws {
        guard !updates.isEmpty, let place = try await begin(remote: remote, updates: updates) else { return }
        let said = try await PushGate(context: context, repository: place.repository, policy: place.policy)
            .judge(updates, to: remote) { options, repairs in
                try await take(options, repairs ? Work.backend : .none, in: place.repository)
            }
        if said.exitStatus == 0, place.policy.trust.attests.value {
            try await HookAttestations(context, common.console).push(from: place.repository, to: remote.name)
        }
        try answer(said)
    }

    /// An empty input, handed on by a program in between: git has nothing to push, or the program kept what git said.
    ///
    /// - Throws: `GateFailure` with `hook.no-input` where there is something that might have been pushed.
    func believeNothing(of remote: PushRemote) async throws {
        let repository = try await Work.repository(context, common.console)
        if try await remote.hasHead(of: repository) { return }
        throw GateFailure(
            "hook.no-input",
            "no line says what is pushed, although HEAD is not on \(remote.description) yet",
            hints: [
                "whatever runs the hook has to hand on its standard input; lefthook does with 'use_stdin: true'",
                "where nothing lies between git and this command, say so with --from-git",
            ]
        )
    }

    func commit(_ change: @Sendable (inout SessionOptions) -> Void = { _ in }) async throws {
        guard let place = try await begin() else { return }
        try answer(
            try await CommitGate(context: context, repository: place.repository, policy: place.policy)
                .judge(change) { options, repairs in
                    try await take(options, repairs ? Work.backend : .none, in: place.repository)
                }
        )
    }

    /// Sees to it that the push will find its verdict ready. Nothing is shown, and nothing is waited for.
    func validateMeanwhile() async throws {
        let repository = try await GitRepository(
            containing: context.workingDirectory,
            environment: context.environment
        )
        let settings = try await HookSwitch.settings(of: repository).hooks[kind] ?? HookSettings(kind)
        guard try HookSwitch.read(kind, settings, environment: context.environment) == .on, !repository.isRebasing
        else { return }
        try await Background.start(context, repository)
    }

    func receive() async throws {
        let updates = try PushLines.parse(try Self.input(), .receiving)
        guard !updates.isEmpty, let place = try await begin(updates: updates) else { return }
        try answer(
            try await ReceiveGate(repository: place.repository, policy: place.policy)
                .judge(
                    updates,
                    attested: {
                        try await HookAttestations(context, common.console).word($0, updates, in: place.repository)
                    },
                    { try await take($0, .none, in: place.repository) }
                )
        )
    }

    /// Everything git writes to the hook's standard input.
    ///
    /// - Throws: `GateFailure` with `hook.no-input` where nobody handed it on: git pushes nothing with an empty pipe, and
    ///   whoever gives a hook no pipe at all has kept what is pushed.
    static func input() throws -> [UInt8] {
        var status = stat()
        let kind = fstat(STDIN_FILENO, &status) == 0 ? status.st_mode & S_IFMT : 0
        guard [S_IFIFO, S_IFREG, S_IFSOCK].contains(kind) else {
            throw GateFailure(
                "hook.no-input",
                "standard input is not what git gives its hooks, so it is not known what is pushed",
                hints: [
                    "whatever runs the hook has to hand on its standard input; lefthook does with 'use_stdin: true'",
                    "by hand, 'git push --dry-run' runs the hook as git does",
                ]
            )
        }
        return try InputFile.read(descriptor: STDIN_FILENO, limit: 64 << 20)
    }

    /// Opens the repository and asks the switches.
    ///
    /// - Returns: `nil` where the hook has nothing to do; that has been said then.
    private func begin(
        remote: PushRemote? = nil,
        updates: [RefUpdate] = []
    ) async throws -> (repository: GitRepository, policy: ResolvedPolicy)? {
        let repository = try await Work.repository(context, common.console)
        let policy = try await HookSwitch.settings(of: repository)
        let settings = policy.hooks[kind] ?? HookSettings(kind)
        switch try HookSwitch.read(kind, settings, environment: context.environment) {
        case .on: return (repository, policy)
        case .off(let source): common.console.progress(HookReport.off(kind, source))
        case .bypassed(let bypass):
            let record = try await BypassLedger(context: context, repository: repository)
                .record(kind, bypass, remote: remote, updates: updates)
            common.console.line(HookReport.bypassed(kind, record))
        }
        return nil
    }

    /// Takes the road; what it says on the way is kept short, because every push would show it.
    private func take(
        _ options: SessionOptions,
        _ source: Engine.Source,
        in repository: GitRepository
    ) async throws -> RunRecord {
        try await Work.take(
            kind.rawValue,
            options,
            common: common,
            source: source,
            // A server asks for proof: where the policy has switched the gate off, there is none.
            delivery: Engine.Delivery(isDryRun: kind == .preReceive, commits: false),
            in: repository,
            person: nil,
            // A commit is nobody else's yet; what is pushed is.
            signing: kind == .preCommit ? .leavesOut : .believes,
            shows: Self.isWorthALine
        )
    }

    /// What of a run a hook shows: what was found red, and who is asked about it.
    private static let isWorthALine: @Sendable (RunEvent) -> Bool = { event in
        switch event {
        case .opened, .stepStarted, .stepEnded, .note, .green: false
        default: true
        }
    }

    /// Says it all at once, and ends as git is to understand it.
    private func answer(_ answer: HookAnswer) throws {
        switch common.format {
        case .json: try common.console.answer(HookDocument(answer), as: .hook)
        case .text:
            let text = HookReport.text(answer)
            if answer.exitStatus != 0 {
                common.console.line(text)
            } else if !text.isEmpty {
                common.console.progress(text)
            }
        }
        if answer.exitStatus != 0 { throw ExitStatus(rawValue: answer.exitStatus) }
    }
}
