import Synchronization

/// Who is told of every program that is started and of its end; nobody, unless somebody asked to be.
package enum ProcessObserver {
    package enum Event: Sendable {
        /// A program is about to be started.
        case starting(id: Int, words: [String], folder: String)
        /// It has ended; how many seconds after it was asked for, and `nil` where it could not be started.
        case ended(id: Int, process: Int32?, code: Int32?, seconds: Double)
    }

    private static let state = Mutex<(hear: (@Sendable (Event) -> Void)?, count: Int)>((nil, 0))

    /// Has everything from now on told to somebody, who must not block.
    package static func observe(_ hear: @escaping @Sendable (Event) -> Void) { state.withLock { $0.hear = hear } }

    /// One program, from before its start to its end.
    struct Watch: Sendable {
        fileprivate let hear: @Sendable (Event) -> Void
        fileprivate let id: Int
        fileprivate let started = ContinuousClock.now

        func end(process: Int32?, code: Int32?) {
            let (seconds, attoseconds) = (ContinuousClock.now - started).components
            hear(
                .ended(
                    id: id,
                    process: process,
                    code: code,
                    seconds: Double(seconds) + Double(attoseconds / 1_000_000_000_000) / 1e6
                )
            )
        }
    }

    /// - Returns: `nil` where nobody wants to know.
    static func begin(_ request: ProcessRequest) -> Watch? {
        let found = state.withLock { state -> Watch? in
            guard let hear = state.hear else { return nil }
            state.count += 1
            return Watch(hear: hear, id: state.count - 1)
        }
        found?.hear(
            .starting(
                id: found?.id ?? 0,
                words: [request.executable] + request.arguments,
                folder: request.workingDirectory
            )
        )
        return found
    }
}
