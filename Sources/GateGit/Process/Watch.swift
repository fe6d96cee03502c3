import Subprocess
import Synchronization

/// What one running process has printed so far, and which limit it hit first.
final class Watch: Sendable {
    let limits: ProcessLimits
    private let onOutput: (@Sendable (OutputStreamKind, [UInt8]) -> Void)?
    private let state: Mutex<State>
    private let started = ContinuousClock.now

    private struct State {
        var output: CapturedOutput
        var error: CapturedOutput
        var lastOutput: ContinuousClock.Instant
        var ending: ProcessResult.Ending?
        var process: Int32?
    }

    init(limits: ProcessLimits, onOutput: (@Sendable (OutputStreamKind, [UInt8]) -> Void)?) {
        self.limits = limits
        self.onOutput = onOutput
        let empty = CapturedOutput(headLimit: limits.headBytes, tailLimit: limits.tailBytes)
        state = Mutex(State(output: empty, error: empty, lastOutput: ContinuousClock.now))
    }

    /// Says which process it is.
    func begin(_ process: Int32) { state.withLock { $0.process = process } }

    /// The process; `nil` before it was started.
    var process: Int32? { state.withLock { $0.process } }

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

    /// Time between the polite and the sure signal: none for what would use it to take more.
    var grace: Duration {
        switch state.withLock({ $0.ending }) {
        case .processLimit, .memoryLimit, .diskLimit: .zero
        default: limits.grace
        }
    }

    /// Notes that something the process started could not be ended.
    func leaveSurvivors() { state.withLock { $0.ending = .survivors } }

    /// Holds what was counted against the limits.
    private func weigh(_ census: (processes: Int, bytes: Int)) {
        state.withLock { state in
            guard state.ending == nil else { return }
            if let most = limits.processes, census.processes > most { state.ending = .processLimit }
            if let most = limits.memory, census.bytes > most { state.ending = .memoryLimit }
        }
    }

    /// Adds up what lies in the folders that are bounded.
    private func weighFiles() {
        guard let (folders, most) = limits.written else { return }
        var bytes = 0
        for folder in folders {
            guard let found = try? SafeFolder(path: folder).walk(maximum: 5_000_000) else { continue }
            bytes += found.reduce(0) { $0 + $1.status.size }
        }
        if bytes > most { state.withLock { $0.ending = $0.ending ?? .diskLimit } }
    }

    /// Waits until a limit is hit.
    ///
    /// - Parameter census: counts the processes of the run, and their memory where that is asked for; `nil` where they
    ///   are not held together.
    /// - Returns: `false` where the wait was cancelled because the process ended.
    func untilLimit(_ census: (_ memory: Bool) -> (processes: Int, bytes: Int)?) async -> Bool {
        var nextCensus = started + .milliseconds(100)
        var nextFiles = started + .seconds(1)
        while hitLimit() == nil {
            // What looking costs decides how often: a twentieth of the time at most.
            var now = ContinuousClock.now
            if now >= nextCensus {
                if let count = census(limits.memory != nil) { weigh(count) }
                let cost = ContinuousClock.now - now
                nextCensus = now + max(.milliseconds(200), cost * 20)
            }
            now = ContinuousClock.now
            if limits.written != nil, now >= nextFiles {
                weighFiles()
                let cost = ContinuousClock.now - now
                nextFiles = now + max(.seconds(1), cost * 20)
            }
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
