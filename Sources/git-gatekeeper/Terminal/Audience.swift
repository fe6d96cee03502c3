import GateCore
import GateGit

#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Someone who is told what happens in a run while it goes on.
protocol RunListener: Sendable {
    /// - Parameters:
    ///   - event: what happened just now; events of one run come in order, from any thread.
    ///   - redactor: takes secrets out of everything that is shown or written.
    func hear(_ event: RunEvent, _ redactor: Redactor)
}

/// Everyone who is told; every command tells them the same way.
struct Audience: Sendable {
    let listeners: [any RunListener]

    func tell(_ event: RunEvent, _ redactor: Redactor) {
        for listener in listeners { listener.hear(event, redactor) }
    }

    /// The same with others among it.
    func joined(by others: [any RunListener]) -> Audience { Audience(listeners: listeners + others) }

    /// The same as a function for an engine.
    func teller(_ session: Session) -> @Sendable (RunEvent) -> Void {
        let redactor = session.redactor
        // A head that is proven already opens no run that would tell.
        Notifications.shared.prepare(session.policy.notify)
        return { event in tell(event, redactor) }
    }
}

/// Who reads the lines on standard error.
struct ConsoleListener: RunListener {
    let console: Console
    /// Which events are worth a line.
    var shows: @Sendable (RunEvent) -> Bool = { _ in true }

    func hear(_ event: RunEvent, _ redactor: Redactor) {
        if shows(event), let line = ProgressLine.text(for: event) { console.progress(redactor.redact(line)) }
    }
}

extension CommonOptions {
    /// Who is told what a run does.
    ///
    /// - Parameters:
    ///   - repository: whose settings of colour count; where none is open, the one around the current folder.
    ///   - console: where lines go, if not to this command's own.
    ///   - shows: which events are worth a line; all of them at a desk.
    func audience(
        in repository: GitRepository? = nil,
        on console: Console? = nil,
        shows: @escaping @Sendable (RunEvent) -> Bool = { _ in true }
    ) async -> Audience {
        let console = console ?? self.console
        let lines = ConsoleListener(console: console, shows: shows)
        let others: [any RunListener] = [Notifications.shared] + (Trace2.shared.map { [$0] } ?? []) + listeners
        guard let traits = await terminal(console, repository) else { return Audience(listeners: [lines] + others) }
        // The view hears first, so that a line is never drawn above what it has already made old.
        return Audience(listeners: [LiveView(traits: traits), lines] + others)
    }

    /// What a live view may draw with; `nil` where there is to be none.
    private func terminal(_ console: Console, _ repository: GitRepository?) async -> TerminalTraits? {
        let isTerminal = isatty(STDERR_FILENO) == 1 && !console.isOneStream
        // A document on the same terminal is to be copied, not to be drawn over.
        let isQuiet = console.isQuiet || (format == .json && isatty(STDOUT_FILENO) == 1)
        let environment = ProcessEnvironment.current
        let traits = TerminalTraits.read(environment, isTerminal: isTerminal, isQuiet: isQuiet)
        guard traits.isLive else { return nil }
        var opened = repository
        if opened == nil {
            opened = try? await GitRepository(
                containing: ProcessEnvironment.workingDirectory,
                environment: environment
            )
        }
        // Settings that cannot be read draw nothing in colour; whoever needs them says what is wrong.
        guard let settings = try? await opened?.settings(prefix: "color.") else { return traits.withoutColour }
        return TerminalTraits.read(environment, isTerminal: isTerminal, isQuiet: isQuiet, settings: settings)
    }
}
