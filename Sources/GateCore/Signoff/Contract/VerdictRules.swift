/// Holds the fields of an answer against the contract.
struct VerdictRules: Sendable {
    let subject: VerdictSubject

    private typealias Field = VerdictParser.Draft.Field

    private static let reasons = ["why_passed", "end_to_end_wiring_verified", "deterministic_evidence"]
    private static let ofSatisfied = Set(reasons + ["scope_matrix_verified", "remaining_risks"])
    private static let ofFinding: Set = [
        "finding_id", "severity", "file", "issue", "fix_required", "test_required", "evidence",
    ]
    private static let ofBlocked: Set = ["evidence", "missing", "failed_commands", "safest_retry"]
    private static let ofAll: Set = ["tree", "run", "resolved_findings"]

    func verdict(of draft: VerdictParser.Draft) throws(VerdictFault) -> SignoffVerdict {
        guard let kind = SignoffVerdict.Kind(rawValue: draft.verdict) else {
            throw VerdictFault(
                .unknownVerdict,
                "'\(shown(draft.verdict))' is no verdict; there are "
                    + SignoffVerdict.Kind.allCases.map(\.rawValue).joined(separator: ", ")
            )
        }
        let own: Set<String> =
            switch kind {
            case .satisfied: Self.ofSatisfied
            case .findings: []
            case .blocked: Self.ofBlocked
            }
        let fields = try collect(draft.fields, allowed: own.union(Self.ofAll), of: kind)
        if kind != .findings, let first = draft.findings.first {
            throw VerdictFault(
                .foreignField,
                "\(kind.rawValue) and the finding '\(shown(first.first?.value ?? ""))' do not go together"
            )
        }
        try bind(fields)
        var verdict = SignoffVerdict(verdict: kind, tree: subject.tree, run: subject.run)
        verdict.resolved = try resolved(fields, kind)
        switch kind {
        case .satisfied:
            for name in Self.reasons { try demandReason(try need(name, fields, kind), in: name) }
            let matrix = fields["scope_matrix_verified"]
            if subject.isWide {
                try demandReason(try need("scope_matrix_verified", fields, kind), in: "scope_matrix_verified")
            }
            verdict.rationale = SignoffVerdict.Rationale(
                whyPassed: try need("why_passed", fields, kind),
                wiring: try need("end_to_end_wiring_verified", fields, kind),
                evidence: try need("deterministic_evidence", fields, kind),
                scopeMatrix: matrix,
                risks: try need("remaining_risks", fields, kind)
            )
        case .findings: verdict.findings = try findings(draft.findings, resolved: Set(verdict.resolved))
        case .blocked:
            try demandReason(try need("evidence", fields, kind), in: "evidence")
            verdict.blocker = SignoffVerdict.Blocker(
                evidence: try need("evidence", fields, kind),
                missing: try need("missing", fields, kind),
                failedCommands: try need("failed_commands", fields, kind),
                safestRetry: try need("safest_retry", fields, kind)
            )
        }
        return verdict
    }

    /// A verdict about another tree, or of another sign-off, says nothing here.
    private func bind(_ fields: [String: String]) throws(VerdictFault) {
        for (name, wanted, code) in [
            ("tree", subject.tree, VerdictFault.Code.otherTree), ("run", subject.run, .otherRun),
        ] {
            guard let said = fields[name] else { throw VerdictFault(.missingField, "the field '\(name)' is missing") }
            guard said == wanted else {
                throw VerdictFault(code, "it is about the \(name) '\(shown(said))'; '\(wanted)' is under review")
            }
        }
    }

    private func resolved(_ fields: [String: String], _ kind: SignoffVerdict.Kind) throws(VerdictFault) -> [String] {
        let ids = (fields["resolved_findings"] ?? "").split { $0 == "," || $0.isWhitespace }.map(String.init)
        let named = ids == ["none"] ? [] : ids
        if let unknown = named.first(where: { !subject.open.contains($0) }) {
            throw VerdictFault(.neverOpen, "'\(shown(unknown))' is said to be resolved, and no such finding is open")
        }
        if kind == .satisfied, let left = subject.open.first(where: { !named.contains($0) }) {
            throw VerdictFault(
                .vanished,
                "the finding '\(left)' is open; who is satisfied names it in 'resolved_findings', or finds it again"
            )
        }
        return named
    }

    private func findings(_ drafts: [[Field]], resolved: Set<String>) throws(VerdictFault) -> [SignoffFinding] {
        guard !drafts.isEmpty else {
            throw VerdictFault(.missingField, "FINDINGS without a 'finding_id' finds nothing")
        }
        var findings: [SignoffFinding] = []
        for draft in drafts {
            let fields = try collect(draft, allowed: Self.ofFinding, of: .findings)
            func needed(_ name: String) throws(VerdictFault) -> String { try need(name, fields, .findings) }
            let id = try needed("finding_id")
            guard isStable(id) else {
                throw VerdictFault(
                    .findingID,
                    "'\(shown(id))' is no stable id: letters, digits, '.', '_' and '-', at most 80"
                )
            }
            guard !findings.contains(where: { $0.id == id }) else {
                throw VerdictFault(.doubleFinding, "the finding '\(id)' is given twice")
            }
            guard !resolved.contains(id) else {
                throw VerdictFault(.doubleFinding, "'\(id)' is said to be resolved and found again")
            }
            let word = try needed("severity")
            guard let severity = SignoffFinding.Severity(rawValue: word) else {
                throw VerdictFault(
                    .severity,
                    "'\(shown(word))' is no severity; there are "
                        + SignoffFinding.Severity.allCases.map(\.rawValue).joined(separator: ", ")
                )
            }
            let file = try needed("file")
            guard isPlainPath(file) else {
                throw VerdictFault(.path, "'\(shown(file))' is no path of one file, relative to the repository")
            }
            findings.append(
                SignoffFinding(
                    id: id,
                    severity: severity,
                    file: file,
                    issue: try needed("issue"),
                    fixRequired: try needed("fix_required"),
                    testRequired: try needed("test_required"),
                    evidence: try needed("evidence")
                )
            )
        }
        return findings
    }

    private func collect(
        _ fields: [Field],
        allowed: Set<String>,
        of kind: SignoffVerdict.Kind
    ) throws(VerdictFault) -> [String: String] {
        let known = Self.ofAll.union(Self.ofSatisfied).union(Self.ofFinding).union(Self.ofBlocked)
        var all: [String: String] = [:]
        for field in fields {
            guard known.contains(field.name) else {
                throw VerdictFault(.unknownField, "the contract has no field '\(shown(field.name))'")
            }
            guard allowed.contains(field.name) else {
                throw VerdictFault(.foreignField, "'\(field.name)' does not belong here in \(kind.rawValue)")
            }
            guard all[field.name] == nil else {
                throw VerdictFault(.doubleField, "'\(field.name)' is given twice")
            }
            guard !field.value.isEmpty else { throw VerdictFault(.emptyField, "'\(field.name)' is empty") }
            guard !VerdictContract.isEcho(field.value, of: field.name) else {
                throw VerdictFault(.echo, "'\(field.name)' repeats what the contract says of it")
            }
            all[field.name] = field.value
        }
        return all
    }

    private func need(
        _ name: String,
        _ fields: [String: String],
        _ kind: SignoffVerdict.Kind
    ) throws(VerdictFault) -> String {
        guard let value = fields[name] else {
            throw VerdictFault(.missingField, "\(kind.rawValue) needs the field '\(name)'")
        }
        return value
    }

    /// A word of assent is no reason.
    private func demandReason(_ value: String, in name: String) throws(VerdictFault) {
        let words = value.split { !$0.isLetter && !$0.isNumber && $0 != "_" }
        guard words.count >= 3 else {
            throw VerdictFault(.noReason, "'\(name)' says '\(shown(value))', which gives no reason")
        }
    }

    private func isStable(_ id: String) -> Bool {
        id.utf8.count <= 80
            && id.utf8.allSatisfy { byte in
                let character = Character(UnicodeScalar(byte))
                return character.isASCII && (character.isLetter || character.isNumber || "._-".contains(character))
            }
    }

    private func isPlainPath(_ path: String) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        return path.utf8.count <= 4096 && !path.contains("\n")
            && parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
    }

    private func shown(_ text: String) -> String { Excerpt.visible(Excerpt.line(text, maximum: 80)) }
}
