#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A lock that one process holds and that ends with the process, however it ends.
///
/// The file stays where it is: removing it would let two processes lock two files of the same name. Its text is the
/// holder's process id, for messages only.
package final class FileLock: Sendable {
    /// What became of an attempt to take a lock.
    package enum Attempt: Sendable {
        case acquired(FileLock)
        /// Someone else has it; their process id where the file says it.
        case held(by: Int32?)
    }

    private let descriptor: Int32

    private init(taking descriptor: Int32) { self.descriptor = descriptor }

    // Given back in so many words: a child that is just being started has a copy of the descriptor until it executes,
    // and closing ours alone would leave the lock with it.
    deinit {
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    /// Takes the lock if nobody has it; never waits.
    package static func tryAcquire(path: String) throws(GitError) -> Attempt {
        let flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
        let (raw, number) = retrying { open(path, flags, 0o600) }
        guard raw >= 0 else { throw .file("open lock", path, number) }
        let file = FileLock(taking: raw)
        let (result, reason) = retrying { flock(raw, LOCK_EX | LOCK_NB) }
        guard result == 0 else {
            guard reason == EWOULDBLOCK else { throw .file("lock", path, reason) }
            let text = String(decoding: readAll(raw, limit: 32).content, as: UTF8.self)
            return .held(by: text.split(separator: "\n").first.flatMap { Int32($0) })
        }
        guard ftruncate(raw, 0) == 0 else { throw .file("write lock", path, errno) }
        let failure = writeAll(raw, Array("\(getpid())\n".utf8))
        guard failure == 0 else { throw .file("write lock", path, failure) }
        return .acquired(file)
    }

    /// Takes the lock, waiting for whoever has it.
    ///
    /// - Parameter wait: longest time to wait.
    /// - Throws: `GitError` with `file`, naming the holder, where the lock was not to be had in that time;
    ///   `CancellationError` where the task was cancelled.
    package static func acquire(path: String, wait: Duration) async throws -> FileLock {
        let deadline = ContinuousClock.now + wait
        while true {
            switch try tryAcquire(path: path) {
            case .acquired(let lock): return lock
            case .held(let holder):
                guard ContinuousClock.now < deadline else {
                    let who = holder.map { "process \($0)" } ?? "another process"
                    throw GitError(
                        .file,
                        "cannot lock '\(path)': \(who) holds it",
                        hints: ["wait until that process has ended, then try again"]
                    )
                }
                try await Task.sleep(for: .milliseconds(25))
            }
        }
    }
}
