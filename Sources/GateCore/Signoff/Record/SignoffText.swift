/// A sign-off in words, for people and for a pull request; the same record gives the same text.
package enum SignoffText {
    /// What the file of a state is called: only an agreement makes a `SIGNOFF.md`.
    package static func fileName(_ state: SignoffRecord.State) -> String {
        switch state {
        case .signedOff: "SIGNOFF.md"
        case .blocked: "BLOCKED_NO_COMMIT.md"
        case .findings, .red, .preflight, .undecided, .moved: "NOT_SIGNED_OFF.md"
        }
    }

    /// The whole report, as Markdown.
    package static func report(_ record: SignoffRecord) -> String {
        var parts = [head(record)]
        if let result = record.result, !result.reasons.isEmpty || !result.next.isEmpty {
            parts.append(
                "## Why\n" + list(result.reasons)
                    + (result.next.isEmpty ? "" : "\n\n## What next\n" + list(result.next))
            )
        }
        if record.result?.state == .blocked { parts.append(contentsOf: blockers(record)) }
        if let scope = record.scope { parts.append("## Scope matrix\n" + ScopeText.body(scope)) }
        parts.append("## Validation evidence\n" + evidence(record))
        if let section = ReconcileText.section(record.reconciliation) { parts.append(section) }
        let fixes = fixes(record)
        if !fixes.isEmpty { parts.append("## Repairs\n" + list(fixes)) }
        if let last = record.iterations.last {
            for review in last.reviews { parts.append(section(review)) }
        }
        if !record.open.isEmpty {
            parts.append("## Open findings\n" + record.open.map(finding).joined(separator: "\n"))
        }
        if record.result?.state == .signedOff { parts.append("## Remaining risks\n" + risks(record)) }
        parts.append("## Artifacts\n" + artifacts(record))
        return parts.joined(separator: "\n\n") + "\n"
    }

    /// The evidence of what was looked at before anything cost money.
    package static func preflight(_ checks: [SignoffRecord.Check]) -> String {
        "# Preflight\n\n"
            + checks.map { check in
                "- \(check.holds ? "holds" : "FAILS"): \(check.name): \(plain(check.detail))"
                    + check.next.map { "\n  - \(plain($0))" }.joined()
            }.joined(separator: "\n") + "\n"
    }

    /// What a fixer says of its repair.
    package static func fixReport(_ entries: [SignoffRecord.FixEntry]) -> String {
        "# Repair of findings\n\n"
            + entries.map { entry in
                "## \(plain(entry.finding))\n\(field("done", entry.done))\n\(field("proof", entry.proof))"
            }.joined(separator: "\n\n") + "\n"
    }

    private static func head(_ record: SignoffRecord) -> String {
        let title =
            switch record.result?.state {
            case .signedOff: "Signed off"
            case .findings: "Not signed off: findings"
            case .blocked: "Blocked: nothing was committed"
            case .red: "Not signed off: the tests are not green"
            case .preflight: "Not signed off: preflight"
            case .undecided: "Not signed off: a reviewer gave no verdict"
            case .moved: "Not signed off: the tree changed after a verdict"
            case nil: "Unfinished"
            }
        let reviewers = record.reviewers.map {
            "\($0.name) (\($0.family)\($0.model.map { ", \($0)" } ?? ""))"
        }
        return """
            # \(title)

            - tree: \(record.head.tree)\(record.head.commit.map { ", on top of \($0)" } ?? "")
            - base: \(record.base.commit ?? record.base.tree), \(plain(record.base.origin))
            - sign-off: \(record.id)
            - iterations: \(record.iterations.count)
            - reviewers: \(plain(reviewers.joined(separator: ", "))); depth: \(record.depth)
            """ + (record.fixer.map { "\n- fixer: \(plain($0.name))\($0.model.map { ", \(plain($0))" } ?? "")" } ?? "")
                + carried(record)
                + (record.packages.count > 1 ? "\n- packages: \(plain(record.packages.joined(separator: ", ")))" : "")
    }

    /// What came of findings of earlier sign-offs of the same work.
    private static func carried(_ record: SignoffRecord) -> String {
        var lines: [String] = []
        if let carried = record.carried {
            lines.append("carried over from \(carried.from): \(carried.findings.joined(separator: ", "))")
        }
        if let forgotten = record.forgotten {
            let ids = forgotten.findings.map(\.id).joined(separator: ", ")
            lines.append("let go of by \(forgotten.by): \(ids), of \(forgotten.from), because: \(forgotten.reason)")
        }
        if let altered = record.passedOver {
            lines.append("not carried over, because the record was altered: \(altered.joined(separator: ", "))")
        }
        return lines.map { "\n- \(plain($0))" }.joined()
    }

    private static func evidence(_ record: SignoffRecord) -> String {
        let lines = record.iterations.flatMap { iteration -> [String] in
            [("before the reviews", iteration.gate as SignoffRecord.Gate?), ("afterwards", iteration.acceptance)]
                .compactMap { when, gate in
                    gate.map {
                        "iteration \(iteration.number), \(when): run \($0.run) of tree \($0.tree): \($0.verdict)"
                            + ($0.isRemembered ? ", remembered" : "")
                    }
                }
        }
        return lines.isEmpty ? "- nothing was run" : list(lines)
    }

    private static func fixes(_ record: SignoffRecord) -> [String] {
        record.iterations.compactMap { iteration in
            guard let fix = iteration.fix else { return nil }
            let what = iteration.open.isEmpty ? "red tests" : iteration.open.joined(separator: ", ")
            let end = fix.failure ?? "accepted by run \(fix.run ?? "?") as \(fix.commit ?? fix.candidate ?? "?")"
            return "iteration \(iteration.number), \(fix.fixer) on \(what): \(end)" + tests(fix, record)
        }
    }

    private static func tests(_ fix: SignoffRecord.Fix, _ record: SignoffRecord) -> String {
        guard let new = fix.newTests else { return "" }
        let files = new.paths.joined(separator: ", ")
        return new.isProven
            ? "; new tests wait for a person in \(files): 'git gatekeeper signoff --approve-tests \(record.id)'"
            : "; its new tests in \(files) are not proven: \(new.reasons.joined(separator: "; "))"
    }

    private static func section(_ review: SignoffRecord.Review) -> String {
        var lines = ["## \(plain(review.reviewer)): \(review.verdict?.verdict.rawValue ?? "no verdict")"]
        if let why = review.verdict?.rationale {
            lines += [
                field("why_passed", why.whyPassed), field("end_to_end_wiring_verified", why.wiring),
                field("deterministic_evidence", why.evidence),
            ]
            if let matrix = why.scopeMatrix { lines.append(field("scope_matrix_verified", matrix)) }
            lines.append(field("remaining_risks", why.risks))
        }
        if let fault = review.fault, review.verdict == nil {
            lines.append("- the answer was invalid (\(fault.code.rawValue)): \(plain(fault.message))")
        }
        if let signer = review.signer { lines.append("- signed by \(plain(signer))") }
        if let failure = review.failure { lines.append("- \(plain(failure))") }
        if let resolved = review.verdict?.resolved, !resolved.isEmpty {
            lines.append(field("resolved_findings", resolved.joined(separator: ", ")))
        }
        lines += (review.verdict?.findings ?? []).map(finding)
        return lines.joined(separator: "\n")
    }

    private static func blockers(_ record: SignoffRecord) -> [String] {
        let said = (record.iterations.last?.reviews ?? []).compactMap { review in
            review.verdict?.blocker.map { (review.reviewer, $0) }
        }
        return said.map { name, blocker in
            """
            ## What blocks \(plain(name))
            \(field("evidence", blocker.evidence))
            \(field("missing credentials or services", blocker.missing))
            \(field("failed commands", blocker.failedCommands))
            \(field("safest retry", blocker.safestRetry))
            """
        }
            + record.preflight.filter { !$0.holds }.map { check in
                """
                ## What blocks: \(plain(check.name))
                \(field("evidence", check.detail))
                \(list(check.next))
                """
            }
    }

    private static func finding(_ finding: SignoffFinding) -> String {
        """
        - **\(finding.id)** (\(finding.severity.rawValue)), \(plain(finding.file)): \(plain(finding.issue))
          - fix required: \(plain(finding.fixRequired))
          - test required: \(plain(finding.testRequired))
          - evidence: \(plain(finding.evidence))
        """
    }

    private static func risks(_ record: SignoffRecord) -> String {
        list(
            (record.iterations.last?.reviews ?? []).compactMap { review in
                review.verdict?.rationale.map { "\(review.reviewer): \($0.risks)" }
            }
        )
    }

    private static func artifacts(_ record: SignoffRecord) -> String {
        let whole = ["signoff.json"] + (record.scope == nil ? [] : ["scope-matrix.md"])
        return list(
            whole
                + record.iterations.flatMap { iteration in
                    ["iteration-\(iteration.number)/preflight.md", "iteration-\(iteration.number)/reconcile.md"]
                        + iteration.reviews.flatMap(\.artifacts)
                        + (iteration.fix?.artifacts ?? [])
                }
        )
    }

    private static func field(_ name: String, _ value: String) -> String { "- \(name): \(plain(value))" }

    private static func list(_ items: [String]) -> String { items.map { "- \(plain($0))" }.joined(separator: "\n") }

    /// What others wrote, on one line and as words: neither markup nor a link comes of it.
    static func plain(_ text: String) -> String {
        Excerpt.visible(text.replacing("\n", with: " ")).map { "\\`[<".contains($0) ? "\\\($0)" : String($0) }.joined()
    }
}
