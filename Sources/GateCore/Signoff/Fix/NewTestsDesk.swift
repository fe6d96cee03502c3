import GateGit

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Judges new tests of a fixer's after its repair was accepted without them, and keeps what holds for a person.
///
/// They can speak against something only: nothing that they give makes anything green.
struct NewTestsDesk: Sendable {
    let session: Session
    let run: RunLedger.Run
    /// Where everything is kept, below the folder of the sign-off.
    let folder: String
    let number: Int
    let tell: @Sendable (RunEvent) -> Void

    /// - Parameter repaired: the accepted tree, without them.
    func judge(_ tests: NewTests, of repaired: ObjectID) async throws -> SignoffRecord.NewTests {
        let repository = session.repository
        var record = SignoffRecord.NewTests(paths: tests.paths.map(\.description))
        let files = tests.files.mapValues(Optional.some)
        let before = try await repository.graft(files, onto: session.proposal.headTree)
        let after = try await repository.graft(files, onto: repaired)
        let patch = try await repository.unifiedDiff(from: repaired, to: after)
        record.patch = try self.run.record("\(folder)/new-tests.patch", session.redactor.redact(patch))
        record.reasons = try await refusals(tests, tree: before)
        guard record.reasons.isEmpty else { return record }
        let steps = session.plan.steps.filter { $0.isRequired && $0.kind == .test }
        let validator = try await session.makeValidator()
        func outcomes(_ tree: ObjectID, _ phase: String) async throws -> [StepRun] {
            try await validator.run(
                steps,
                on: tree,
                for: .confirmation,
                progress: RunEvent.progress("new-tests/\(phase)", tell)
            )
        }
        let plain = try await outcomes(repaired, "without")
        let new = try await outcomes(after, "after")
        let again = try await outcomes(after, "again")
        let old = try await outcomes(before, "before")
        let finding = Self.compare(plain: plain, before: old, after: [new, again])
        record.tests = finding.tests
        record.reasons = finding.reasons
        record.isProven = record.reasons.isEmpty
        if record.isProven {
            let reference = "refs/gatekeeper/tests/\(run.id)-\(number)"
            let commit = try await repository.writeCommit(
                tree: after,
                parents: session.proposal.headCommit.map { [$0] } ?? [],
                message: "gatekeeper: new tests of sign-off \(run.id)\n",
                author: Signature(
                    name: "git gatekeeper",
                    email: "gatekeeper@localhost",
                    time: Int64(session.context.now().timeIntervalSince1970)
                )
            )
            try await repository.setReference(reference, to: commit, message: "gatekeeper: new tests")
            record.tree = after.hex
            record.reference = reference
        }
        return record
    }

    /// What admission would say of them if their names were open.
    private func refusals(_ tests: NewTests, tree: ObjectID) async throws -> [String] {
        var limits = CandidateLimits()
        limits.files = session.policy.candidateFiles.value
        limits.lines = session.policy.candidateLines.value
        let contract = try Contract(
            protecting: session.policy.protected.map(\.value),
            opening: session.policy.opened.map(\.value.glob) + tests.paths.map { "/\($0.description)" },
            commandFiles: []
        )
        let head = session.proposal.headTree
        let candidate = Candidate(tree: tree, changes: try await session.repository.changes(from: head, to: tree))
        return try await Admission(contract: contract, limits: limits, scope: [], redactor: session.redactor)
            .findings(candidate, declared: nil, head: head, repository: session.repository)
            .map { "\($0.code): \($0.message)" }
    }

    /// What three trees gave: a pure function.
    ///
    /// - Parameters:
    ///   - plain: the repaired tree without them.
    ///   - before: the tree that is repaired, with them.
    ///   - after: the repaired tree with them, as often as it was run.
    static func compare(
        plain: [StepRun],
        before: [StepRun],
        after: [[StepRun]]
    ) -> (tests: [String], reasons: [String]) {
        func all(_ runs: [StepRun]) -> [TestID: Outcome] {
            runs.reduce(into: [:]) { $0.merge($1.report.outcomes) { first, _ in first } }
        }
        guard (plain + after.flatMap { $0 }).allSatisfy(\.observation.isReadable) else {
            return ([], ["what the tests gave with them cannot be read"])
        }
        let known = all(plain)
        let old = all(before)
        let rounds = after.map(all)
        let new = Set(rounds.flatMap(\.keys)).subtracting(known.keys)
        var reasons: [String] = []
        if new.isEmpty { reasons.append("no test came with them") }
        let changed = known.filter { id, outcome in rounds.contains { $0[id] != outcome } }.keys.map(\.name).sorted()
        if !changed.isEmpty { reasons.append("they change what other tests give: \(Listing.some(changed))") }
        let failing = new.filter { id in rounds.contains { $0[id] != .passed } }.map(\.name).sorted()
        if !failing.isEmpty { reasons.append("they do not pass with the repair: \(Listing.some(failing))") }
        // What cannot even be loaded without the repair fails without it.
        let idle = new.filter { old[$0] == .passed || old[$0] == .skipped }.map(\.name).sorted()
        if !idle.isEmpty { reasons.append("they hold without the repair as well: \(Listing.some(idle))") }
        return (new.map(\.name).sorted(), reasons)
    }
}
