import GateGit

extension SignoffBook {
    private static let checkName = "scope matrix"

    /// Judges the scope matrix of what is there now; what is open ends the sign-off as preflight does.
    ///
    /// - Parameter gate: what ran on the head; `nil` before it did.
    mutating func judgeScope(
        _ request: ScopeRequest,
        _ session: Session,
        after gate: RunRecord? = nil
    ) async throws {
        let scope = try await ScopeDesk(session: session, request: request).judge(after: gate)
        record.scope = scope
        record.preflight.removeAll { $0.name.hasPrefix(Self.checkName) }
        record.preflight += scope.checks(named: Self.checkName)
    }

    /// Writes the matrix down as it was judged last.
    ///
    /// - Parameter folder: with a slash at its end; empty for the sign-off as a whole.
    func keepScope(in folder: String) throws {
        guard let scope = record.scope else { return }
        try run.record("\(folder)scope-matrix.json", try JSON.encode(scope))
        try run.record("\(folder)scope-matrix.md", Array(ScopeText.page(scope).utf8))
    }
}

extension SignoffRecord {
    /// Whether the work is more than one package or surface, so that reviewers have to speak of its scope.
    var isWide: Bool { packages.count > 1 || scope.map { !$0.isDerived && $0.rows.count > 1 } == true }
}

extension ScopeRecord {
    /// What preflight says of the matrix: one line for it, and one for each thing that is open.
    func checks(named name: String) -> [SignoffRecord.Check] {
        let whole = SignoffRecord.Check(
            name: name,
            holds: problems.isEmpty,
            detail: "from \(origin), \(rows.count) rows"
                + (problems.isEmpty ? "" : ": " + problems.joined(separator: "; ")),
            next: problems.isEmpty ? [] : ["'git gatekeeper signoff --print-scope' shows the matrix"]
        )
        return [whole]
            + rows.filter { $0.status == .open || $0.status == .contradicted }.map { row in
                SignoffRecord.Check(
                    name: "\(name), row '\(row.id)'",
                    holds: false,
                    detail: "\(row.status.rawValue): " + row.problems.joined(separator: "; "),
                    next: ["bring the work to what the row says, or the row to what the work is"]
                )
            }
    }
}
