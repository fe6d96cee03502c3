package import GateGit

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The one commit of a repository that is validated while nobody waits for it, so that a push finds its verdict ready.
///
/// A process of its own does the work. It holds a lock for as long as it lives, and says in a file what it works on. A
/// newer commit asks it to end and takes its place.
package struct BackgroundValidation: Sendable {
    /// What is, or was last, validated.
    package struct State: Sendable, Codable {
        package var version = 1
        package var commit: String
        package var tree: String
        /// When the commit was made known, to the millisecond, as runs are named; the newest wins.
        package var requested: String
        /// Id of the process that works on it, or did.
        package var process: Int32?
        /// Set when it has ended: `green`, `rejected`, `undecided`, or `stopped`.
        package var verdict: String?
        package var ended: Date?
        /// Id of the run whose evidence the verdict is.
        package var run: String?
        /// Why nothing could be said, where the gate could not work.
        package var problem: String?

        package init(commit: String, tree: String, requested: String) {
            self.commit = commit
            self.tree = tree
            self.requested = requested
        }
    }

    /// What goes on just now.
    package enum Activity: Sendable {
        case idle(last: State?)
        case working(State, process: Int32)
    }

    private let folder: String

    package init(repository: GitRepository) { folder = "\(repository.commonDirectory)/gatekeeper/background" }

    /// Absolute path of what the last process printed.
    package var log: String { "\(folder)/log" }

    /// Makes the folder in which all of it lies.
    package func prepare() throws { try SafeScratch.makeFolders(folder) }

    /// What goes on, as far as the files tell.
    package func activity() throws -> Activity {
        guard (try? SafeFolder(path: folder)) != nil else { return .idle(last: nil) }
        let state = read()
        guard case .held(let holder) = try FileLock.tryAcquire(path: lockPath) else { return .idle(last: state) }
        // Whoever has just taken the lock has not said yet what for; what stands there is an earlier one's.
        guard let state, let holder, state.process == holder else { return .idle(last: state) }
        return .working(state, process: holder)
    }

    /// Asks whoever is at work to end, and waits until it has.
    ///
    /// - Returns: what was stopped; `nil` where nothing was at work.
    /// - Throws: `GateFailure` where it did not end in time.
    package func stop(wait: Duration = .seconds(30)) async throws -> State? {
        guard case .working(let state, let process) = try activity() else { return nil }
        try await end(process, wait: wait)
        return state
    }

    /// Validates a commit, after whoever is at work on an older one has given way.
    ///
    /// - Parameter validate: does the work; cancelled where a newer commit comes.
    /// - Returns: `false` where the same or a newer commit is at work already.
    package func run(
        _ state: State,
        wait: Duration = .seconds(30),
        validate: () async throws -> (verdict: String, run: String),
        now: () -> Date
    ) async throws -> Bool {
        try prepare()
        let lock: FileLock
        let deadline = ContinuousClock.now + wait
        while true {
            if case .acquired(let mine) = try FileLock.tryAcquire(path: lockPath) {
                lock = mine
                break
            }
            guard case .working(let other, let process) = try activity() else {
                // It has just taken the lock and not said yet what for, or has just ended.
                guard ContinuousClock.now < deadline else { return false }
                try await Task.sleep(for: .milliseconds(20))
                continue
            }
            guard other.requested < state.requested, other.commit != state.commit else { return false }
            try await end(process, wait: wait)
        }
        defer { withExtendedLifetime(lock) {} }
        var state = state
        state.process = getpid()
        try write(state)
        do {
            let result = try await validate()
            (state.verdict, state.run) = (result.verdict, result.run)
        } catch is CancellationError {
            state.verdict = "stopped"
        } catch {
            state.problem = GateFailure.wrapping(error)?.message ?? "\(error)"
        }
        state.ended = now()
        try write(state)
        return true
    }

    private var lockPath: String { "\(folder)/lock" }

    /// Ends a process that holds the lock; its number is its own for as long as it does.
    private func end(_ process: Int32, wait: Duration) async throws {
        let deadline = ContinuousClock.now + wait
        var isAsked = false
        while case .held(let holder) = try FileLock.tryAcquire(path: lockPath), holder == process {
            if !isAsked { DetachedProgram.end(process) }
            isAsked = true
            guard ContinuousClock.now < deadline else {
                throw GateFailure(
                    "background.does-not-end",
                    "the background validation (process \(process)) does not end",
                    hints: ["look at it with 'ps', and end it with 'kill -9' where it hangs"]
                )
            }
            try await Task.sleep(for: .milliseconds(25))
        }
    }

    private func read() -> State? {
        guard let content = try? SafeFolder(path: folder).read(RepositoryPath("state.json"), limit: 1 << 16)?.content
        else { return nil }
        return try? JSON.decode(State.self, from: content)
    }

    /// Only who holds the lock writes.
    private func write(_ state: State) throws {
        try SafeFolder(path: folder).replace(RepositoryPath("state.json"), content: try JSON.encode(state))
    }
}
