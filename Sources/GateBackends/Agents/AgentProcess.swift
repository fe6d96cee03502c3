import GateCore
import GateGit
import Synchronization

/// One run of an agent's program, which is ended where it waits for what never comes.
enum AgentProcess {
    /// How often it may say that it waits.
    private static let patience = 3

    /// - Parameter command: the program as the user knows it, for the message.
    /// - Throws: `BackendFailure`; `CancellationError`.
    static func run(
        _ request: ProcessRequest,
        of agent: any Agent,
        command: String,
        _ artifacts: [String: [UInt8]]
    ) async throws -> ProcessResult {
        let watch = HopelessWatch(words: agent.hopeless, most: patience)
        var request = request
        request.onOutput = { stream, bytes in if stream == .standardOutput { watch.see(bytes) } }
        let started = request
        let task = Task { try await ProcessRunner.run(started) }
        watch.onEnd { task.cancel() }
        do {
            return try await withTaskCancellationHandler {
                try await task.value
            } onCancel: {
                task.cancel()
            }
        } catch let error as ProcessError {
            throw BackendFailure(
                error.code == .notFound ? "backend.not-found" : "backend.cannot-start",
                error.code == .notFound
                    ? "cannot find the program '\(command)'" : "cannot start '\(command)': \(error.detail)",
                hints: [
                    "install '\(agent.name)', or say where it is: "
                        + "git config gatekeeper.backend.\(agent.name).command /path"
                ],
                artifacts: artifacts
            )
        } catch is CancellationError {
            try Task.checkCancellation()
            throw BackendFailure(
                "backend.connect",
                "'\(agent.name)' has no connection to its server, and was ended",
                hints: ["see whether the network is there, and the endpoint and the proxy variables are right"],
                artifacts: artifacts
            )
        }
    }
}

/// Counts how often some words are printed.
private final class HopelessWatch: Sendable {
    private let words: [UInt8]?
    private let most: Int
    private let state = Mutex<(count: Int, end: (@Sendable () -> Void)?)>((0, nil))

    init(words: String?, most: Int) {
        self.words = words.map { Array($0.utf8) }
        self.most = most
    }

    /// Says what is done once they were printed too often.
    func onEnd(_ end: @escaping @Sendable () -> Void) {
        let isOver = state.withLock { state in
            state.end = end
            return state.count >= most
        }
        if isOver { end() }
    }

    func see(_ bytes: [UInt8]) {
        guard let words else { return }
        let found = bytes.ranges(of: words).count
        guard found > 0 else { return }
        let end = state.withLock { state in
            state.count += found
            return state.count >= most ? state.end : nil
        }
        end?()
    }
}
