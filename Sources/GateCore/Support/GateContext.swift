#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Everything of the outside world that the gate reads, handed in from the top.
package struct GateContext: Sendable {
    /// Environment the program was started with.
    package var environment: [String: String]
    /// Absolute path of the folder the program was started in.
    package var workingDirectory: String
    package var now: @Sendable () -> Date
    /// Version of the gate.
    package var version: String
    /// Absolute path of the running program; `nil` where the system does not say.
    package var executable: String?

    package init(
        environment: [String: String],
        workingDirectory: String,
        now: @escaping @Sendable () -> Date,
        version: String,
        executable: String? = nil
    ) {
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.now = now
        self.version = version
        self.executable = executable
    }

    /// The time as runs are named by it, to the millisecond: `20261121T093000.123Z`.
    package func stamp() -> String {
        let style = Date.ISO8601FormatStyle(timeZone: .gmt).year().month().day().time(includingFractionalSeconds: true)
        return now().formatted(style).filter { $0 != "-" && $0 != ":" } + "Z"
    }
}
