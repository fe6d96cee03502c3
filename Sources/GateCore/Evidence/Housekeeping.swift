package import GateGit

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Removes what earlier runs left and nobody needs any more.
package struct Housekeeping: Sendable {
    /// What was removed.
    package struct Report: Sendable, Hashable, Codable {
        package var worktrees = 0
        package var worktreesInUse = 0
        package var runs = 0
        /// Runs that are going on, which are kept whatever their age.
        package var runsInUse = 0
        package var references = 0
    }

    private let repository: GitRepository
    private let context: GateContext

    package init(repository: GitRepository, context: GateContext) {
        self.repository = repository
        self.context = context
    }

    /// An age in words: a whole number with `d`, `h` or `m`.
    package static func age(_ text: String) -> Duration? {
        if text.hasSuffix("d"), let days = PolicyValue.integer(String(text.dropLast())) {
            return .seconds(days * 86400)
        }
        return PolicyValue.duration(text)
    }

    /// Removes free worktrees, and runs older than an age together with the references that kept their candidates.
    package func clean(olderThan age: Duration) async throws -> Report {
        var report = Report()
        for folder in Session.poolFolders(context, repository) {
            let found = try WorktreePool(folder: folder, repository: repository).clean()
            report.worktrees += found.removed
            report.worktreesInUse += found.inUse
        }
        let ledger = RunLedger(repository: repository)
        let limit = GateContext(
            environment: [:],
            workingDirectory: "/",
            now: { [now = context.now()] in now.addingTimeInterval(-age.seconds) },
            version: ""
        ).stamp()
        // Ids begin with the time of the start, so their order is the order of time.
        let old = try ledger.ids().filter { $0.prefix(limit.count) <= limit }
        let removed = try ledger.remove(old)
        report.runs = removed.count
        report.runsInUse = old.count - removed.count
        for prefix in ["refs/gatekeeper/candidates/"] {
            for (name, _) in try await repository.references(under: prefix)
            where removed.contains(String(name.dropFirst(prefix.count))) {
                try await repository.removeReference(name)
                report.references += 1
            }
        }
        return report
    }
}
