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
        let termination: TerminationStatus
        do {
            if let input = request.input {
                let file = try ProcessInput.open(input)
                termination = try await run(
                    configuration,
                    input: .fileDescriptor(file, closeAfterSpawningProcess: true),
                    watch: watch
                )
            } else {
                termination = try await run(configuration, input: .none, watch: watch)
            }
        } catch let error as SubprocessError {
            try Task.checkCancellation()
            throw ProcessError(request: request, underlying: error)
        } catch let error as Errno {
            throw ProcessError(request: request, detail: "cannot hold its input: \(error)")
        }
        try Task.checkCancellation()
        return watch.result(termination: termination, duration: ContinuousClock.now - started)
    }

    private static func run<Input: InputProtocol>(
        _ configuration: Configuration,
        input: Input,
        watch: Watch
    ) async throws -> TerminationStatus {
        let outcome = try await Subprocess.run(configuration, input: input, output: .sequence, error: .sequence) {
            execution in
            let group = execution.processIdentifier.value
            // A child may leave grandchildren in its session; none of them may outlive the run.
            defer { _ = kill(-group, SIGKILL) }
            let output = execution.standardOutput
            let error = execution.standardError
            try await withThrowingTaskGroup(of: Bool.self) { tasks in
                tasks.addTask {
                    for try await chunk in output { watch.record(.standardOutput, chunk.withUnsafeBytes { Array($0) }) }
                    return true
                }
                tasks.addTask {
                    for try await chunk in error { watch.record(.standardError, chunk.withUnsafeBytes { Array($0) }) }
                    return true
                }
                tasks.addTask {
                    guard await watch.untilLimit() else { return false }
                    _ = kill(-group, SIGTERM)
                    try? await Task.sleep(for: watch.limits.grace)
                    _ = kill(-group, SIGKILL)
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
        }
        return outcome.terminationStatus
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

/// What one running process has printed so far, and which limit it hit first.
private final class Watch: Sendable {
    let limits: ProcessLimits
    private let onOutput: (@Sendable (OutputStreamKind, [UInt8]) -> Void)?
    private let state: Mutex<State>
    private let started = ContinuousClock.now

    private struct State {
        var output: CapturedOutput
        var error: CapturedOutput
        var lastOutput: ContinuousClock.Instant
        var ending: ProcessResult.Ending?
    }

    init(limits: ProcessLimits, onOutput: (@Sendable (OutputStreamKind, [UInt8]) -> Void)?) {
        self.limits = limits
        self.onOutput = onOutput
        let empty = CapturedOutput(headLimit: limits.headBytes, tailLimit: limits.tailBytes)
        state = Mutex(State(output: empty, error: empty, lastOutput: ContinuousClock.now))
    }

    func record(_ stream: OutputStreamKind, _ chunk: [UInt8]) {
        state.withLock { state in
            state.lastOutput = ContinuousClock.now
            switch stream {
            case .standardOutput: state.output.append(chunk)
            case .standardError: state.error.append(chunk)
            }
            if max(state.output.total, state.error.total) > limits.maximumBytes, state.ending == nil {
                state.ending = .outputLimit
            }
        }
        onOutput?(stream, chunk)
    }

    /// The limit that was hit, noting time limits the first time they are seen.
    func hitLimit() -> ProcessResult.Ending? {
        state.withLock { state in
            if state.ending == nil {
                let now = ContinuousClock.now
                if now - started >= limits.wallTime {
                    state.ending = .wallTime
                } else if let idle = limits.idleTime, now - state.lastOutput >= idle {
                    state.ending = .idleTime
                }
            }
            return state.ending
        }
    }

    /// Waits until a limit is hit.
    ///
    /// - Returns: `false` where the wait was cancelled because the process ended.
    func untilLimit() async -> Bool {
        while hitLimit() == nil {
            let toWall = limits.wallTime - (ContinuousClock.now - started)
            // The output limit is noticed here, so the longest nap is short; a nap costs next to nothing.
            let nap = min(max(toWall, .milliseconds(1)), .milliseconds(50))
            do { try await Task.sleep(for: nap) } catch { return false }
        }
        return true
    }

    func result(termination: TerminationStatus, duration: Duration) -> ProcessResult {
        state.withLock { state in
            let status: ProcessResult.Termination =
                switch termination {
                case .exited(let code): .exited(code)
                case .signaled(let signal): .signalled(signal)
                }
            return ProcessResult(
                termination: status,
                ending: state.ending ?? .itself,
                standardOutput: state.output,
                standardError: state.error,
                duration: duration
            )
        }
    }
}
