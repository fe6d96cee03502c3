import GateGit

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// What the evidence of all machines comes to. Version 1 of its JSON.
///
/// Green only where every part is there, of this tree, under this policy and this division of the plan, signed by
/// somebody trusted, and passed. What is missing decides nothing.
package struct FleetDecision: Codable, Sendable {
    /// One part as the evidence has it.
    package struct Part: Codable, Sendable, Hashable {
        package enum State: String, Codable, Sendable, Hashable {
            case passed, failed, missing
        }

        package var shard: String
        package var parts: [String]
        package var state: State
        package var signer: String?
        package var time: Date?

        package init(shard: String, parts: [String], state: State, signer: String? = nil, time: Date? = nil) {
            self.shard = shard
            self.parts = parts
            self.state = state
            self.signer = signer
            self.time = time
        }
    }

    package var version = 1
    package var commit: String?
    package var tree: String
    package var base: String?
    package var matrix: String
    /// `green`, `rejected` or `undecided`.
    package var verdict: String
    package var exitStatus: Int32
    package var parts: [Part]
    /// Evidence that was found and does not count, and why.
    package var refused: [String]
    package var next: [String]

    /// Decides.
    ///
    /// - Parameters:
    ///   - parts: every part of the plan, once.
    ///   - refused: evidence that does not count, with what fails of it.
    package init(
        proposal: Proposal,
        matrix: PlanMatrix,
        parts: [Part],
        refused: [String],
        remote: String
    ) {
        commit = proposal.headCommit?.hex
        tree = proposal.headTree.hex
        base = proposal.baseCommit?.hex
        self.matrix = matrix.matrix
        self.parts = parts
        self.refused = refused
        let failed = parts.filter { $0.state == .failed }
        let missing = parts.filter { $0.state == .missing }
        if !failed.isEmpty {
            (verdict, exitStatus) = ("rejected", 1)
            next = failed.map { "see the log of the part '\($0.shard)': \(Listing.some($0.parts)) did not hold" }
        } else if missing.isEmpty, !parts.isEmpty {
            (verdict, exitStatus) = ("green", 0)
            next = []
        } else {
            (verdict, exitStatus) = ("undecided", 125)
            next = missing.map {
                "run the part '\($0.shard)' (\(Listing.some($0.parts))) again: git gatekeeper ci --shard \($0.shard) "
                    + "--remote \(PolicyValue.quoted([remote]))"
            }
        }
    }

    /// Leaves it open where what every part has proven has to be signed off first.
    package mutating func withhold(_ missing: Station.Ruling?) {
        guard let missing else { return }
        (verdict, exitStatus) = ("undecided", 125)
        next = missing.reasons.map(\.message) + missing.next
    }

    /// The decision for people.
    package var text: String {
        let counts = "\(parts.count { $0.state == .passed }) of \(parts.count) parts passed"
        var lines = ["\(verdict): \(counts) for \(commit?.prefix(10) ?? tree.prefix(10))"]
        for part in parts {
            let who = part.signer.map { ", by \(Excerpt.visible($0))" } ?? ""
            let when = part.time.map { ", \($0.formatted(.iso8601))" } ?? ""
            let names = Listing.some(part.parts)
            lines.append("  \(part.shard) \(part.state.rawValue): \(names)\(who)\(when)")
        }
        lines += refused.prefix(20).map { "  does not count: \(Excerpt.visible($0))" }
        if refused.count > 20 { lines.append("  and \(refused.count - 20) more that do not count") }
        lines += next.map { "  next: \(Excerpt.visible($0))" }
        return lines.joined(separator: "\n")
    }
}
