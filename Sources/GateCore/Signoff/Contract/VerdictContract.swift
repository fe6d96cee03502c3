/// The contract as a reviewer is told it: as text for people and as a schema for machines.
package enum VerdictContract {
    /// What each field has to say; an answer that repeats one of these has said nothing.
    private static let meanings: [(name: String, meaning: String)] = [
        ("tree", "the tree under review, as named above"),
        ("run", "the run, as named above"),
        ("resolved_findings", "ids of open findings that hold no longer, divided by commas; leave it out without any"),
        ("why_passed", "required when VERDICT is COMPREHENSIVELY_SATISFIED"),
        ("end_to_end_wiring_verified", "required when VERDICT is COMPREHENSIVELY_SATISFIED"),
        ("deterministic_evidence", "required when VERDICT is COMPREHENSIVELY_SATISFIED"),
        (
            "scope_matrix_verified",
            "required when VERDICT is COMPREHENSIVELY_SATISFIED for cross-repo/provider/package work"
        ),
        ("remaining_risks", "required when VERDICT is COMPREHENSIVELY_SATISFIED"),
        ("finding_id", "stable-id when VERDICT is FINDINGS"),
        ("severity", "blocker | high | medium | low"),
        ("file", "path"),
        ("issue", "concrete gap"),
        ("fix_required", "exact change needed"),
        ("test_required", "deterministic proof needed"),
        ("evidence", "commands, files, or spec clause"),
        ("missing", "credentials or services that are missing, when VERDICT is BLOCKED"),
        ("failed_commands", "commands that failed, when VERDICT is BLOCKED"),
        ("safest_retry", "what to do first once that is there, when VERDICT is BLOCKED"),
    ]

    /// The text form, with what a verdict has to be bound to.
    package static func text(_ subject: VerdictSubject) -> String {
        let fields = meanings.map { "\($0.name): \($0.meaning)" }.joined(separator: "\n")
        return """
            The tree under review: \(subject.tree)
            The run: \(subject.run)

            Answer in this form and with nothing else, neither words around it nor a code fence. Each field is a line
            'name: value'; lines that go on are indented. Give one verdict, and only the fields that belong to it:

            VERDICT: COMPREHENSIVELY_SATISFIED | FINDINGS | BLOCKED
            \(fields)

            'tree' and 'run' belong to every verdict. Who is satisfied gives every reason in words of their own, at
            least three of them, and names every open finding in 'resolved_findings'.\(subject.isWide ? Self.wide : "")
            FINDINGS has a block of seven fields for each finding, 'finding_id' first; the same gap keeps its id. BLOCKED
            is for what nobody can repair in the repository: evidence, missing, failed_commands and safest_retry.
            The same as one JSON object is as good: "verdict" and the fields by their names, "findings" as a list of
            objects, "resolved_findings" as a list, null for what does not belong.
            """
    }

    private static let wide = """
        \nThis work spans packages: 'scope_matrix_verified' is required.
        """

    /// Whether a value is what the contract itself says of a field, and so no answer.
    static func isEcho(_ value: String, of name: String) -> Bool {
        let plain = value.lowercased()
        if plain.contains("required when verdict is") || plain.contains("stable-id when verdict is") { return true }
        if plain.hasPrefix("<") && plain.hasSuffix(">") || plain == "..." || plain == "…" { return true }
        return meanings.contains { $0.name == name && $0.name != "file" && $0.meaning.lowercased() == plain }
    }

    /// JSON schema of the form for machines: closed, and all of it required, as servers want it.
    package static let schema = """
        {"type":"object","properties":{"verdict":{"type":"string","enum":["COMPREHENSIVELY_SATISFIED","FINDINGS",\
        "BLOCKED"]},"tree":{"type":"string"},"run":{"type":"string"},\(optional),\
        "resolved_findings":{"type":"array","items":{"type":"string"}},\
        "findings":{"type":"array","items":{"type":"object","properties":{"finding_id":{"type":"string"},\
        "severity":{"type":"string","enum":["blocker","high","medium","low"]},"file":{"type":"string"},\
        "issue":{"type":"string"},"fix_required":{"type":"string"},"test_required":{"type":"string"},\
        "evidence":{"type":"string"}},"required":["finding_id","severity","file","issue","fix_required",\
        "test_required","evidence"],"additionalProperties":false}}},"required":["verdict","tree","run",\
        "resolved_findings","findings",\(optionalNames.map { "\"\($0)\"" }.joined(separator: ","))],\
        "additionalProperties":false}
        """

    private static let optionalNames = [
        "why_passed", "end_to_end_wiring_verified", "deterministic_evidence", "scope_matrix_verified",
        "remaining_risks", "evidence", "missing", "failed_commands", "safest_retry",
    ]
    private static let optional = optionalNames.map {
        "\"\($0)\":{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"null\"}]}"
    }
    .joined(separator: ",")
}
