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
        /// Sign-offs of the same age.
        package var signoffs = 0
        /// Runs that are going on, which are kept whatever their age.
        package var runsInUse = 0
        package var references = 0
        /// Trees of which no proof is left.
        package var proofs = 0
    }

    private let repository: GitRepository
    private let context: GateContext

    package init(repository: GitRepository, context: GateContext) {
        self.repository = repository
        self.context = context
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
        try ReportFolder(repository: repository).remove(ofRuns: removed)
        report.runsInUse = old.count - removed.count
        let signoffs = RunLedger.signoffs(of: repository)
        let oldSignoffs = try signoffs.ids().filter { $0.prefix(limit.count) <= limit }
        report.signoffs = try signoffs.remove(oldSignoffs).count
        let gone = Set(removed)
        let candidates = "refs/gatekeeper/candidates/"
        for (name, _) in try await repository.references(under: candidates)
        where gone.contains(String(name.dropFirst(candidates.count))) {
            try await repository.removeReference(name)
            report.references += 1
        }
        for name in try await fixes(ofRuns: gone) {
            try await repository.removeReference(name)
            report.references += 1
        }
        let kept = Set(try ledger.ids())
        report.proofs = try ProvenTrees(repository: repository).forget { kept.contains($0) }
        return report
    }

    /// References of waiting fixes whose trailer names one of these runs.
    private func fixes(ofRuns runs: Set<String>) async throws -> [String] {
        let format = "--format=%(refname) %(contents:trailers:key=Gatekeeper-Run,valueonly)"
        let answer = try await repository.command.output(["for-each-ref", format, "refs/gatekeeper/fixes/"])
        return String(decoding: answer, as: UTF8.self).split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            return words.count == 2 && runs.contains(String(words[1])) ? String(words[0]) : nil
        }
    }
}
