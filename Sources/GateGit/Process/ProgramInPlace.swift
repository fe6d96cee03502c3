#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A program that takes the place of this one: it has the terminal, and its status is ours.
package enum ProgramInPlace {
    /// Runs a program instead of this one; comes back only where that cannot be done.
    ///
    /// - Parameters:
    ///   - program: looked for on `PATH`.
    ///   - arguments: without the program's own name.
    /// - Throws: `ProcessError` where it could not be started.
    package static func become(_ program: String, _ arguments: [String]) throws(ProcessError) -> Never {
        // What this process ignores or holds back is its own affair.
        for number in [SIGINT, SIGTERM, SIGHUP, SIGPIPE] { signal(number, SIG_DFL) }
        var none = sigset_t()
        sigemptyset(&none)
        sigprocmask(SIG_SETMASK, &none, nil)
        let words = ([program] + arguments).map { strdup($0) } + [nil]
        defer { for pointer in words { free(pointer) } }
        execvp(program, words)
        throw ProcessError(executable: program, detail: String(cString: strerror(errno)))
    }
}
