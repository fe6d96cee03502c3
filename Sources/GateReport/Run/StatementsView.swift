import GateCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What was signed about the tree of a run.
struct StatementsView {
    /// The answer in one sentence.
    let summary: String
    let mark: Mark
    let rows: [Row]
    let trust: [String]

    struct Row {
        let mark: Mark
        let kind: String
        let signer: String
        let time: String
        let message: String
    }

    init(_ statements: RunMaterial.Statements) {
        guard let verification = statements.verification else {
            if let problem = statements.problem {
                mark = .open("not verified")
                summary =
                    statements.count == 0
                    ? Words.sentence(problem)
                    : "\(Words.count(statements.count, "statement is", "statements are")) noted; \(Words.sentence(problem))."
            } else {
                mark = .none("none")
                summary = "Nothing is signed about the tree of this run."
            }
            rows = []
            trust = []
            return
        }
        mark = verification.isProven ? .good("proven") : .open("not proven")
        summary =
            verification.isProven
            ? "A trusted signer proves this tree, as 'git gatekeeper verify' says now."
            : "No trusted signer proves this tree, as 'git gatekeeper verify' says now."
        rows = verification.findings.prefix(200).map { finding in
            let mark: Mark
            if let failure = finding.failure {
                mark = .bad(failure.rawValue)
            } else {
                mark = finding.proves ? .good("proves") : .good("holds")
            }
            return Row(
                mark: mark,
                kind: Words.name(finding.kind ?? "unknown"),
                signer: Words.name(finding.signer ?? finding.key ?? "unknown"),
                time: finding.time.map(Words.date) ?? "",
                message: Words.sentence(finding.message)
            )
        }
        trust = verification.trust.prefix(20).map(Words.sentence)
    }
}

/// A sign-off of the tree of a run.
struct SignoffView {
    let id: String
    let mark: Mark
    let started: String
    let reviewers: [ReasonView]
    let reasons: [String]
    let alarm: String?

    init(_ found: RunMaterial.SignoffFound) {
        let record = found.record
        id = Words.name(record.id)
        let state = record.result?.state.rawValue ?? "unfinished"
        mark = !found.isIntact ? .open("altered") : state == "signed-off" ? .good(state) : .open(Words.name(state))
        started = Words.date(record.started)
        alarm = found.isIntact ? nil : "Its record is not as it was written, so it is no evidence."
        reviewers =
            !found.isIntact
            ? []
            : (record.iterations.last?.reviews ?? []).prefix(20).map { review in
                let word = review.verdict?.verdict.rawValue ?? review.failure ?? "no verdict"
                let isSatisfied = review.verdict?.verdict == .satisfied
                return ReasonView(
                    mark: isSatisfied ? .good("satisfied") : .open("not satisfied"),
                    code: Words.name(review.reviewer),
                    message: Words.sentence(word)
                )
            }
        reasons = found.isIntact ? (record.result?.reasons ?? []).prefix(20).map(Words.sentence) : []
    }
}
