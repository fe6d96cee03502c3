#if DEBUG
    import Synchronization

    #if canImport(Glibc)
        @preconcurrency import Glibc
    #elseif canImport(Darwin)
        import Darwin
    #endif
#endif

/// Places at which a test may end the process, to prove that the next command repairs what is left.
///
/// In release builds every one of them is nothing at all. In debug builds `GIT_GATEKEEPER_FAULT=<name>[:<nth>]` makes
/// the process kill itself when it comes to the place of that name for the first, or `nth`, time.
package enum FaultPoint {
    /// Every place there is, in the order an acceptance comes to them; the last ones are those of going back.
    package static let names = [
        "acceptance.candidate-kept", "acceptance.undo-kept", "acceptance.journal-staged", "acceptance.journal-written",
        "acceptance.temporary-written", "acceptance.swapping", "acceptance.folder-made", "acceptance.path-displaced",
        "acceptance.path-swapped", "acceptance.swapped", "acceptance.index-prepared", "acceptance.index-locked",
        "acceptance.index-moved", "acceptance.branch-moved", "acceptance.done", "acceptance.ledger-written",
        "acceptance.temporary-removed", "acceptance.folder-removed", "acceptance.journal-removed",
        "acceptance.going-back", "acceptance.path-restored",
    ]

    /// Every place on the way of a hook into its folder, and out of it.
    package static let hookNames = [
        "hook.former-kept", "hook.written", "hook.placed", "hook.removed", "hook.command-written",
    ]

    /// Stands for the death of the process in tests: nothing may clean up after it.
    package struct Crash: Error {
        package let name: String
        package init(name: String) { self.name = name }
    }

    #if DEBUG
        /// Called at each place by tests, which throw `Crash` from it, or act as someone else working meanwhile.
        @TaskLocal package static var handler: (@Sendable (String) throws -> Void)?

        private static let counts = Mutex<[String: Int]>([:])

        private static let wanted: (name: String, occurrence: Int)? = {
            guard let text = getenv("GIT_GATEKEEPER_FAULT").map({ String(cString: $0) }) else { return nil }
            let parts = text.split(separator: ":", maxSplits: 1)
            guard let name = parts.first else { return nil }
            return (String(name), parts.count > 1 ? Int(parts[1]) ?? 1 : 1)
        }()
    #endif

    /// Says that the program has come to a place.
    ///
    /// - Throws: whatever a test's handler throws; nothing outside tests.
    package static func reach(_ name: String) throws {
        #if DEBUG
            assert(names.contains(name) || hookNames.contains(name), "'\(name)' is not among the fault points")
            try handler?(name)
            guard let wanted, wanted.name == name else { return }
            let count = counts.withLock { counts in
                counts[name, default: 0] += 1
                return counts[name, default: 0]
            }
            if count == wanted.occurrence { kill(getpid(), SIGKILL) }
        #endif
    }
}
