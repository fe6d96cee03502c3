package import GateGit

/// What stands between a proven tree and its acceptance, where policy asks for more than tests.
package struct Station: Sendable {
    /// What is to be signed off.
    package struct Proven: Sendable {
        /// Of the run; its head is what was proven, unless a candidate was.
        package let session: Session
        /// What ran on the very tree, and what it gave.
        package let record: RunRecord
        package let run: RunLedger.Run
        /// The candidate that was proven, as a commit; `nil` where the head was.
        package let candidate: ObjectID?
    }

    /// What it says of a tree.
    package struct Ruling: Sendable {
        /// As it stands in the record of the run.
        package let reference: RunRecord.SignoffReference
        /// Why the tree may not be kept; empty where it may.
        package let reasons: [Reason]
        package let next: [String]

        package init(_ reference: RunRecord.SignoffReference, reasons: [Reason] = [], next: [String] = []) {
            self.reference = reference
            self.reasons = reasons
            self.next = next
        }
    }

    /// Says whether a tree may be kept; `nil` where there is nothing to sign off, because base and head are one tree.
    let look: @Sendable (Proven) async throws -> Ruling?

    package init(look: @escaping @Sendable (Proven) async throws -> Ruling?) { self.look = look }
}

extension Engine {
    /// Whether a sign-off is asked for beyond the tests.
    private var isRequired: Bool { session.policy.signoff.required.value && Defence.signoffStation.isOn }

    /// Holds back a proven candidate that is not signed off, before anything of it is written.
    ///
    /// Where nothing would be written, nobody is asked: whoever takes the candidate later is held to it then.
    ///
    /// - Returns: how the run ends; `nil` where the candidate may be delivered.
    func unsigned(
        _ candidate: Candidate,
        writes: Bool,
        _ session: Session,
        _ scribe: Scribe,
        _ run: RunLedger.Run
    ) async throws -> RunEnding? {
        guard isRequired else { return nil }
        guard let station, writes, session.options.subject == .workingTree else {
            await scribe.add(RunRecord.SignoffReference.notAsked)
            return nil
        }
        let kept = try await Deliverer(session: session, runID: run.id).keepForSignoff(candidate)
        let answer = try await station.look(
            Station.Proven(
                session: session,
                record: await scribe.draft(of: candidate.tree),
                run: run,
                candidate: kept.commit
            )
        )
        guard let answer else { return nil }
        await scribe.add(answer.reference)
        return answer.reasons.isEmpty ? nil : .unsigned(candidate, answer, keptAt: kept.reference)
    }

    /// Holds a green head to the sign-off that policy asks for.
    ///
    /// The run stays in the ledger as what it is, the tests' word; what the station says of it is in what is printed.
    func stationed(_ done: (record: RunRecord, run: RunLedger.Run)) async throws -> (
        record: RunRecord, run: RunLedger.Run
    ) {
        guard isRequired, done.record.result?.verdict == "green", done.record.signoff == nil else { return done }
        var record = done.record
        // A part of the work has its own answer; only the whole is signed off.
        guard let station, record.scenarios.isEmpty, record.parts?.isWhole != false else {
            record.signoff = .notAsked
            return (record, done.run)
        }
        let proven = Station.Proven(session: session, record: record, run: done.run, candidate: nil)
        guard let answer = try await station.look(proven) else { return done }
        record.signoff = answer.reference
        if !answer.reasons.isEmpty { record.result = RunRecord.ResultRecord(answer) }
        return (record.redacted(by: session.redactor), done.run)
    }
}

extension RunRecord.ResultRecord {
    /// How a run ends that is proven and not signed off.
    init(_ answer: Station.Ruling) {
        let kind = Verdict(reasons: answer.reasons).kind
        self.init(
            verdict: kind.rawValue,
            reasons: answer.reasons.map(RunRecord.ReasonRecord.init),
            stopReason: "signoff",
            exitStatus: kind == .rejected ? 1 : 125,
            applied: false,
            next: answer.next
        )
    }
}
