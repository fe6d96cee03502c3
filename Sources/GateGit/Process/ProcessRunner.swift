import Subprocess
import Synchronization
import SystemPackage

#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Starts child processes: the one place where anything is spawned.
///
/// Each child leads its own session, so that whatever it starts can be ended with it; it sees exactly the environment
/// it was given, and no input unless some was given.
package enum ProcessRunner {
    /// Runs a program to its end, or to the first limit it hits.
    ///
    /// - Returns: how it ended; a non-zero status is a value, not an error.
    /// - Throws: `ProcessError` where the program could not be started; `CancellationError` where our own task was
    ///   cancelled, after everything the program started was killed.
    package static func run(_ request: ProcessRequest) async throws -> ProcessResult {
        try Task.checkCancellation()
        let watch = Watch(limits: request.limits, onOutput: request.onOutput)
        let family = request.mark.map(Descendants.init)
        var options = PlatformOptions()
        options.createSession = true
        options.teardownSequence = [
            .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: request.limits.grace)
        ]
        let configuration = Configuration(
            executable: request.executable.contains("/")
                ? .path(FilePath(request.executable)) : .name(request.executable),
            arguments: Arguments(request.arguments),
            environment: .custom(
                Dictionary(
                    uniqueKeysWithValues: request.environment.compactMap { key, value in
                        Environment.Key(rawValue: key).map { ($0, value) }
                    }
                )
            ),
            workingDirectory: FilePath(request.workingDirectory),
            platformOptions: options
        )
        let started = ContinuousClock.now
        let observed = ProcessObserver.begin(request)
        var ended: Int32?
        defer { observed?.end(process: watch.process, code: ended) }
        let termination: TerminationStatus
        do {
            if let input = request.input {
                let file = try ProcessInput.open(input)
                termination = try await run(
                    configuration,
                    input: .fileDescriptor(file, closeAfterSpawningProcess: true),
                    watch: watch,
                    family: family
                )
            } else {
                termination = try await run(configuration, input: .none, watch: watch, family: family)
            }
        } catch let error as SubprocessError {
            try Task.checkCancellation()
            throw ProcessError(request: request, underlying: error)
        } catch let error as Errno {
            throw ProcessError(request: request, detail: "cannot hold its input: \(error)")
        }
        // As a shell gives it, and git as well.
        switch termination {
        case .exited(let code): ended = Int32(code)
        case .signaled(let number): ended = 128 + Int32(number)
        }
        try Task.checkCancellation()
        return watch.result(termination: termination, duration: ContinuousClock.now - started)
    }

    private static func run<Input: InputProtocol>(
        _ configuration: Configuration,
        input: Input,
        watch: Watch,
        family: Descendants?
    ) async throws -> TerminationStatus {
        // Orphans of other runs come to this process too, and no child of ours may be taken for one.
        let start = Start()
        defer { start.end() }
        let outcome = try await Subprocess.run(configuration, input: input, output: .sequence, error: .sequence) {
            execution in
            let group = execution.processIdentifier.value
            start.succeed(group)
            watch.begin(group)
            family?.begin(with: group)
            // A child may leave grandchildren in its session; none of them may outlive the run.
            defer { _ = kill(-group, SIGKILL) }
            let output = execution.standardOutput
            let error = execution.standardError
            do {
                try await withThrowingTaskGroup(of: Bool.self) { tasks in
                    tasks.addTask {
                        for try await chunk in output {
                            watch.record(.standardOutput, chunk.withUnsafeBytes { Array($0) })
                        }
                        return true
                    }
                    tasks.addTask {
                        for try await chunk in error {
                            watch.record(.standardError, chunk.withUnsafeBytes { Array($0) })
                        }
                        return true
                    }
                    tasks.addTask {
                        guard await watch.untilLimit({ family?.look(at: group, memory: $0) }) else { return false }
                        _ = kill(-group, SIGTERM)
                        try? await Task.sleep(for: watch.grace)
                        _ = kill(-group, SIGKILL)
                        // Whoever left the group may hold the streams open, and would be waited for.
                        if let family { _ = await family.end(of: group) }
                        return false
                    }
                    var open = 2
                    while open > 0, let ended = try await tasks.next() {
                        if ended { open -= 1 }
                    }
                    // Both streams may be closed long before the program ends: the watchdog stays until `isAlive` says no.
                    while isAlive(group), !Task.isCancelled {
                        if watch.hitLimit() != nil {
                            _ = kill(-group, SIGKILL)
                            break
                        }
                        try? await Task.sleep(for: .milliseconds(5))
                    }
                    tasks.cancelAll()
                }
            } catch {
                _ = await family?.end(of: group)
                throw error
            }
            if let family, await !family.end(of: group) { watch.leaveSurvivors() }
        }
        return outcome.terminationStatus
    }

    /// Keeps count of one start for `Descendants`, however it goes.
    private final class Start: Sendable {
        private let child = Mutex<pid_t?>(nil)

        init() { Descendants.willStart() }

        func succeed(_ started: pid_t) {
            child.withLock { $0 = started }
            Descendants.didStart(started)
        }

        func end() {
            if let started = child.withLock({ $0 }) { Descendants.didEnd(started) } else { Descendants.didStart(nil) }
        }
    }

    /// Whether a child we have not reaped is still running: a zombie does not count.
    private static func isAlive(_ process: pid_t) -> Bool {
        var info = siginfo_t()
        let status = waitid(P_PID, id_t(process), &info, WEXITED | WNOHANG | WNOWAIT)
        guard status == 0 else { return false }
        #if canImport(Glibc)
            return info._sifields._sigchld.si_pid == 0
        #else
            return info.si_pid == 0
        #endif
    }
}
