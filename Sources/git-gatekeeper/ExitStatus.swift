/// What the program's exit status means; git's own numbers where git has one.
struct ExitStatus: Error, Hashable {
    let rawValue: Int32

    /// Green, accepted, or the command did its job.
    static let success = ExitStatus(rawValue: 0)
    /// Rejected: red, and no candidate was accepted.
    static let rejected = ExitStatus(rawValue: 1)
    /// Undecided: what `git bisect run` skips.
    static let undecided = ExitStatus(rawValue: 125)
    /// The gate could not run.
    static let cannotRun = ExitStatus(rawValue: 128)
    /// The command line is wrong.
    static let usage = ExitStatus(rawValue: 129)
    static let interrupted = ExitStatus(rawValue: 130)
}
