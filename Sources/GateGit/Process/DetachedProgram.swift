internal import CSandbox

#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A program that goes on by itself when the one that started it has ended.
package enum DetachedProgram {
    /// Starts a program in a session of its own, in the folder of this process, without input.
    ///
    /// - Parameters:
    ///   - path: absolute path of the program.
    ///   - arguments: without the program's own name.
    ///   - environment: the whole environment.
    ///   - log: absolute path of the file that takes what it prints; made anew.
    /// - Throws: `ProcessError` where it could not be started.
    package static func start(
        _ path: String,
        _ arguments: [String],
        environment: [String: String],
        log: String
    ) throws(ProcessError) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600)
        posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        #if os(Linux)
            let session: Int32 = 0x80
        #else
            let session: Int32 = 0x0400
        #endif
        posix_spawnattr_setflags(&attributes, Int16(session | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        // What this process ignores or holds back is its own affair.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        for number in [SIGINT, SIGTERM, SIGHUP, SIGPIPE] { sigaddset(&signals, number) }
        posix_spawnattr_setsigdefault(&attributes, &signals)
        let words = ([path] + arguments).map { strdup($0) } + [nil]
        let variables = environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in words + variables { free(pointer) } }
        var id = pid_t()
        let status = posix_spawn(&id, path, &actions, &attributes, words, variables)
        guard status == 0 else {
            throw ProcessError(executable: path, detail: String(cString: strerror(status)))
        }
    }

    /// Lets everything else on this machine go first, for this process and all it starts.
    package static func giveWay() { _ = gk_give_way() }

    /// Asks a process to end; one that is gone has done so.
    package static func end(_ id: Int32) { if id > 1 { kill(id, SIGTERM) } }
}
