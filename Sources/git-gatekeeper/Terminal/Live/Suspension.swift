import Synchronization

#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Ctrl-Z while something is drawn: from then on nothing is, and the program stops, as the shell expects it.
///
/// The shell speaks as soon as git has stopped, so that nothing may be taken off the screen any more.
/// A handler that is a function is put back to the standard in every program that is started; one that ignores would be
/// handed on to the tests.
enum Suspension {
    private static let asked = Atomic(false)
    private static let continued = Atomic(false)
    private static let isWatching = Atomic(false)
    private static let isOurs = Atomic(false)

    /// Takes note of Ctrl-Z from now on, unless whoever started this program wants it to be ignored.
    static func watch() {
        guard !isWatching.exchange(true, ordering: .relaxed) else { return }
        _ = (isAsked, hasBeenStopped)
        var current = sigaction()
        guard sigaction(SIGTSTP, nil, &current) == 0, isStandard(current) else { return }
        isOurs.store(true, ordering: .relaxed)
        signal(SIGTSTP) { _ in Suspension.asked.store(true, ordering: .relaxed) }
        signal(SIGCONT) { _ in Suspension.continued.store(true, ordering: .relaxed) }
    }

    /// Leaves Ctrl-Z to the system again; where it was typed meanwhile, it counts.
    static func leave() {
        guard isWatching.exchange(false, ordering: .relaxed), isOurs.exchange(false, ordering: .relaxed) else { return }
        signal(SIGTSTP, SIG_DFL)
        signal(SIGCONT, SIG_DFL)
        if isAsked { stop {} }
    }

    /// Whether somebody wants the program to stop.
    static var isAsked: Bool { asked.load(ordering: .relaxed) }

    /// Whether the program was stopped since this was last asked.
    static var hasBeenStopped: Bool { continued.exchange(false, ordering: .relaxed) }

    /// Stops, and comes back when somebody lets the program go on.
    ///
    /// - Parameter forget: what to do before anything is drawn again.
    static func stop(_ forget: () -> Void) {
        kill(getpid(), SIGSTOP)
        forget()
        asked.store(false, ordering: .relaxed)
    }

    private static func isStandard(_ action: sigaction) -> Bool {
        #if canImport(Glibc)
            action.__sigaction_handler.sa_handler == nil
        #else
            action.__sigaction_u.__sa_handler == nil
        #endif
    }
}
