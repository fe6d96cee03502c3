/// What a fixer is told: which findings to repair, in which form, and what to report of it.
enum FixPrompt {
    /// The task; findings and code stand in the context.
    static func instructions(open: [SignoffFinding]) -> String {
        """
        Reviewers of the change below, or CI jobs, found gaps in it. Its tests are green, and have to stay so. Repair every finding that
        is right, with the smallest change that does; do nothing else. You may not change or remove tests, fixtures or
        runner configuration. You may add new files of tests beside the repair, named as the project names them: each test
        has to fail without your repair and pass with it. They are judged apart, make nothing green, and wait for a person.
        Your repair is tested as a whole without them and then reviewed anew, by reviewers who do not know you.
        If none of it can be repaired without changing the contract, say so with cannot_fix.

        \(RepairPrompt.responseContract)

        Findings to repair: \(open.map(\.id).joined(separator: ", "))
        """
    }

    /// The question for the report that every repair needs.
    static func report(patch: String, open: [SignoffFinding], complaint: String?) -> String {
        let plain = DataFence.plain(patch)
        let listed = ReviewMaterial.list(open)
        let fence = DataFence(around: [plain, DataFence.plain(listed)])
        return """
            You made the repair below for the findings below. Report on it. Answer with one JSON document and nothing else:
            {"fixes":[{"finding_id":"id","done":"what was changed, or why nothing was","proof":"which command or test shows it"}]}
            Every finding has exactly one entry.\(complaint.map { "\nAn earlier report was none: \(DataFence.name($0))." } ?? "")

            \(fence.sentence)

            The findings:
            \(fence.enclose(DataFence.plain(listed)))
            The repair:
            \(fence.enclose(plain))
            """
    }

    static let schema = """
        {"type":"object","properties":{"fixes":{"type":"array","items":{"type":"object","properties":\
        {"finding_id":{"type":"string"},"done":{"type":"string"},"proof":{"type":"string"}},\
        "required":["finding_id","done","proof"],"additionalProperties":false}}},"required":["fixes"],\
        "additionalProperties":false}
        """

    /// Reads a report strictly: each finding once, with words.
    static func read(_ text: String, open: [SignoffFinding]) -> Report {
        let (fields, bytes): ([String: JSONValue], [UInt8])
        switch JSONValue.object(in: text) {
        case .none(let problem): return .invalid("the report \(problem)")
        case .object(let members, let read): (fields, bytes) = (members, read)
        }
        if let twice = JSONKeys.firstDouble(in: bytes) { return .invalid("the report gives '\(twice)' twice") }
        guard case .list(let items)? = fields["fixes"] else { return .invalid("the report has no list of 'fixes'") }
        var entries: [SignoffRecord.FixEntry] = []
        for item in items {
            guard let id = item["finding_id"].string, let done = item["done"].string, let proof = item["proof"].string,
                !done.trimmedBlanks.isEmpty, !proof.trimmedBlanks.isEmpty
            else { return .invalid("an entry of the report lacks 'finding_id', 'done' or 'proof'") }
            guard open.contains(where: { $0.id == id }), !entries.contains(where: { $0.finding == id }) else {
                return .invalid(
                    "the report names '\(Excerpt.line(id, maximum: 80))', which is not open or was named before"
                )
            }
            entries.append(SignoffRecord.FixEntry(finding: id, done: done, proof: proof))
        }
        if let missing = open.first(where: { finding in !entries.contains { $0.finding == finding.id } }) {
            return .invalid("the report says nothing of '\(missing.id)'")
        }
        return .entries(entries)
    }

    enum Report: Sendable, Hashable {
        case entries([SignoffRecord.FixEntry])
        case invalid(String)
    }
}
