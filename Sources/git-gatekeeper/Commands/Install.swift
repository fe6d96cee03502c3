import ArgumentParser
import GateCore
import GateGit

extension HookInstaller.Manner: ExpressibleByArgument {}

/// `git gatekeeper install`
struct Install: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Install hooks that call the gate: pre-push, unless others are named.",
        discussion: """
            A hook that is there already is never overwritten: it is run beside ours, or exact lines are printed that a
            person adds to it. 'uninstall' restores what was there.
            """
    )

    @Argument(help: ArgumentHelp("Which: \(HookKind.allCases.map(\.rawValue).joined(separator: ", "))."))
    var hooks: [HookKind] = []

    @Option(
        name: .customLong("as"),
        help: ArgumentHelp("Install as 'file', or in git's configuration as 'config' (git 2.54).", valueName: "manner")
    )
    var manner: HookInstaller.Manner = .auto

    @Option(help: "Write the job of this engine instead: 'github', 'gitlab', 'jenkins' or 'buildbot'.")
    var ci: CIEngine?

    @Option(
        help: ArgumentHelp("With --ci: branch that changes go into; otherwise the remote's own.", valueName: "branch")
    )
    var target: String?

    @Flag(help: "With --ci: share the plan among machines, and decide over their signed evidence.")
    var fleet = false

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if ci == nil, target != nil || fleet { throw ValidationError("--target and --fleet go with --ci") }
        if ci != nil, !hooks.isEmpty { throw ValidationError("--ci writes a job, and no hook: give one of them") }
    }

    func run() async throws {
        if let ci { return try await CIJobWork.install(ci, target: target, isFleet: fleet, common) }
        try await HookWork.change(
            hooks.isEmpty ? [.prePush] : hooks,
            common,
            notes: { try await $0.configureRemotes().map { "notes of '\($0)' are fetched with everything else of it" } }
        ) { try await $0.install($1, manner) }
    }
}

/// `git gatekeeper uninstall`
struct Uninstall: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Take our hooks away again, all of them or the named ones, and restore what was there before."
    )

    @Argument(help: ArgumentHelp("Which: \(HookKind.allCases.map(\.rawValue).joined(separator: ", "))."))
    var hooks: [HookKind] = []

    @Option(help: "Remove the job of this engine instead, where nobody changed it.")
    var ci: CIEngine?

    @OptionGroup var common: CommonOptions

    func run() async throws {
        if let ci { return try await CIJobWork.uninstall(ci, common) }
        try await HookWork.change(
            hooks.isEmpty ? HookKind.allCases : hooks,
            common,
            isQuietAboutNothing: hooks.isEmpty,
            notes: { try await $0.unconfigureRemotes().map { "notes of '\($0)' are fetched no more" } }
        ) {
            try await $0.uninstall($1)
        }
    }
}

extension HookWork {
    /// Changes hooks one after the other and answers for each.
    ///
    /// - Parameters:
    ///   - isQuietAboutNothing: whether hooks that are not there are left out of the answer.
    ///   - notes: sets up, or takes back, how attestations come from remotes, with the hook that sends them.
    /// - Throws: `ExitStatus` where a person has to do something.
    static func change(
        _ kinds: [HookKind],
        _ common: CommonOptions,
        isQuietAboutNothing: Bool = false,
        notes: (AttestationStore) async throws -> [String],
        _ change: (HookInstaller, HookKind) async throws -> HookChange
    ) async throws {
        let context = GateContext.current()
        let repository = try await Work.repository(context, common.console)
        let printed = try await GitCommand.version(callerEnvironment: context.environment)
        guard let version = GitVersion(printed: printed) else {
            throw GateFailure("git.version", "'git --version' printed '\(Excerpt.line(printed))', which is no version")
        }
        let installer = try await HookInstaller(repository: repository, version: version)
        var changes: [HookChange] = []
        for kind in kinds { changes.append(try await change(installer, kind)) }
        let shown = changes.filter { !isQuietAboutNothing || $0.action != .notInstalled }
        switch common.format {
        case .json: try common.console.answer(HookChangesRecord(shown), as: .install)
        case .text:
            if shown.isEmpty { common.console.answer("no hook of ours is installed") }
            for change in shown { common.console.answer(InstallReport.text(change)) }
        }
        // Where a person has to add the hook first, nothing else is changed either.
        if changes.contains(where: { $0.kind == .prePush && $0.action != .instructions }) {
            for line in try await notes(AttestationStore(repository: repository, context: context)) {
                common.console.progress(line)
            }
        }
        if changes.contains(where: { $0.action == .instructions }) { throw ExitStatus.rejected }
    }
}
