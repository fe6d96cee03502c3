import GateCore

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

    /// The same as a function for an engine.
    func teller(_ session: Session) -> @Sendable (RunEvent) -> Void {
        let redactor = session.redactor
        return { event in tell(event, redactor) }
    }
}

/// Who reads the lines on standard error.
struct ConsoleListener: RunListener {
    let console: Console
    /// Which events are worth a line.
    var shows: @Sendable (RunEvent) -> Bool = { _ in true }

    func hear(_ event: RunEvent, _ redactor: Redactor) {
        if case .stepStarted(let step, let phase) = event { console.status("\(phase): \(step) …") }
        if case .backendProgress(let what) = event {
            console.status("backend: \(Excerpt.visible(redactor.redact(what)))")
        }
        if shows(event), let line = ProgressLine.text(for: event) { console.progress(redactor.redact(line)) }
    }
}

extension CommonOptions {
    /// Who is told what a run does.
    ///
    /// - Parameters:
    ///   - console: where lines go, if not to this command's own.
    ///   - shows: which events are worth a line; all of them at a desk.
    func audience(
        on console: Console? = nil,
        shows: @escaping @Sendable (RunEvent) -> Bool = { _ in true }
    ) -> Audience {
        Audience(listeners: [ConsoleListener(console: console ?? self.console, shows: shows)] + listeners)
    }
}
