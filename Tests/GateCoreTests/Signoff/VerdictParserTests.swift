import GateCore
import Testing

/// Every way in which an answer can fail to be a verdict that we know of, and what it is taken for.
@Suite("verdicts of reviewers")
struct VerdictParserTests {
    private static let tree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
    private static let run = "20261121T093000.123Z-abc123"
    private static let subject = VerdictSubject(tree: tree, run: run)
    private static let bound = "tree: \(tree)\nrun: \(run)"
    private static let satisfied = """
        VERDICT: COMPREHENSIVELY_SATISFIED
        \(bound)
        why_passed: sub subtracts for every pair of numbers
        end_to_end_wiring_verified: core.sub is what the command calls
        deterministic_evidence: tests.test_core passes on this tree
        remaining_risks: none
        """
    private static let finding = """
        finding_id: sub-of-floats
        severity: high
        file: calc/core.py
        issue: floats are rounded
        fix_required: subtract without rounding
        test_required: sub(0.5, 0.25) is 0.25
        evidence: calc/core.py line 6
        """
    private static let findings = "VERDICT: FINDINGS\n\(bound)\n\(finding)"
    private static let blocked = """
        VERDICT: BLOCKED
        \(bound)
        evidence: the registry answers 401 to everybody
        missing: a token for the registry
        failed_commands: npm ci
        safest_retry: log in again, then run the same
        """

    private static func json(_ change: (String) -> String = { $0 }) -> String {
        change(
            """
            {"verdict":"COMPREHENSIVELY_SATISFIED","tree":"\(tree)","run":"\(run)",
            "why_passed":"sub subtracts for every pair","end_to_end_wiring_verified":"core.sub is what is called",
            "deterministic_evidence":"tests.test_core passes here","scope_matrix_verified":null,
            "remaining_risks":"none","resolved_findings":[],"findings":[],
            "evidence":null,"missing":null,"failed_commands":null,"safest_retry":null}
            """
        )
    }

    @Test("the three verdicts are read, in both forms")
    func wellFormed() throws {
        let first = try #require(Self.verdict(Self.satisfied))
        #expect(first.verdict == .satisfied && first.tree == Self.tree && first.run == Self.run)
        #expect(first.rationale?.risks == "none" && first.findings.isEmpty)
        #expect(Self.verdict(Self.json()).map(\.verdict) == .satisfied)
        let second = try #require(Self.verdict(Self.findings + "\n\n" + Self.finding.replacing("floats", with: "ints")))
        #expect(second.findings.map(\.id) == ["sub-of-floats", "sub-of-ints"])
        #expect(second.findings.first?.severity == .high)
        let third = try #require(Self.verdict(Self.blocked))
        #expect(third.blocker?.missing == "a token for the registry")
        // Lines may go on, and end as on Windows.
        let long = Self.satisfied.replacing("none", with: "\n  large numbers\n\n  and infinities")
        #expect(Self.verdict(long)?.rationale?.risks == "large numbers\nand infinities")
        #expect(Self.verdict("\n" + Self.satisfied.replacing("\n", with: "\r\n") + "\r\n") != nil)
    }

    @Test("findings of earlier iterations are resolved by name, and never vanish")
    func openFindings() {
        var subject = Self.subject
        subject.open = ["sub-of-floats", "div-by-zero"]
        #expect(Self.fault(Self.satisfied, subject) == .vanished)
        let one = Self.satisfied + "\nresolved_findings: div-by-zero"
        #expect(Self.fault(one, subject) == .vanished)
        guard case .verdict(let verdict) = VerdictParser.read(one + ", sub-of-floats", about: subject) else {
            Issue.record("not read")
            return
        }
        #expect(verdict.resolved == ["div-by-zero", "sub-of-floats"])
        #expect(Self.fault(one, Self.subject) == .neverOpen)
        let both = Self.findings.replacing("finding_id:", with: "resolved_findings: sub-of-floats\nfinding_id:")
        #expect(Self.fault(both, subject) == .doubleFinding)
    }

    @Test("work that spans packages needs its scope spoken of")
    func wide() {
        var subject = Self.subject
        subject.isWide = true
        #expect(Self.fault(Self.satisfied, subject) == .missingField)
        #expect(Self.fault(Self.satisfied + "\nscope_matrix_verified: yes", subject) == .noReason)
        #expect(Self.fault(Self.satisfied + "\nscope_matrix_verified: both packages have it", subject) == nil)
    }

    @Test("the contract repeated is no verdict, in whichever form it is shown")
    func echoOfTheContract() {
        let text = VerdictContract.text(Self.subject)
        #expect(Self.fault(text) != nil)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let menu = lines.firstIndex { $0.hasPrefix("VERDICT:") } ?? 0
        let form = lines[menu...].prefix { !$0.isEmpty }.joined(separator: "\n")
        #expect(Self.fault(form) == .echo)
    }

    @Test("what is malformed is taken for what it is", arguments: malformed)
    func malformedVerdict(_ row: Row) {
        #expect(Self.fault(row.answer) == row.taken, "\(row.name)")
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let answer: String
        let taken: VerdictFault.Code
        var testDescription: String { name }

        init(_ name: String, _ answer: String, _ taken: VerdictFault.Code) {
            (self.name, self.answer, self.taken) = (name, answer, taken)
        }
    }

    private static func without(_ name: String, _ text: String) -> String {
        text.split(separator: "\n").filter { !$0.hasPrefix("\(name):") }.joined(separator: "\n")
    }

    private static func with(_ old: String, _ new: String, in text: String = satisfied) -> String {
        text.replacing(old, with: new)
    }

    static let malformed: [Row] = [
        Row("nothing", "", .empty),
        Row("blanks", " \n\t\n", .empty),
        Row("a bare 'no issues'", "No issues found.", .none),
        Row("the word of another contract", "NO_ISSUES_FOUND", .none),
        Row("another grammar", "REVIEW:PASS", .none),
        Row("praise", "LGTM, looks good to me!", .none),
        Row("the token within a sentence", "I am COMPREHENSIVELY_SATISFIED with it.", .none),
        Row("the menu alone", "VERDICT: COMPREHENSIVELY_SATISFIED | FINDINGS | BLOCKED", .echo),
        Row("the menu before a verdict", "VERDICT: A | B\n\(satisfied)", .echo),
        Row("a value of the template", with("none", "required when VERDICT is COMPREHENSIVELY_SATISFIED"), .echo),
        Row("a placeholder", with("none", "<risks>"), .echo),
        Row("the same verdict twice", "\(satisfied)\n\(satisfied)", .several),
        Row("two verdicts that differ", "\(satisfied)\n\(findings)", .several),
        Row(
            "a second verdict, indented",
            with("remaining_risks: none", "remaining_risks: x\n  VERDICT: BLOCKED"),
            .several
        ),
        Row("a code fence", "```\n\(satisfied)\n```", .fenced),
        Row("a fence of tildes", "~~~text\n\(satisfied)\n~~~", .fenced),
        Row("words before it", "Here is my review.\n\(satisfied)", .stray),
        Row("words after it", "\(satisfied)\nThat is all.", .stray),
        Row("a field before it", "tree: \(tree)\n\(without("tree", satisfied))", .stray),
        Row("an unknown verdict", with("COMPREHENSIVELY_SATISFIED", "SATISFIED"), .unknownVerdict),
        Row("lower case", with("COMPREHENSIVELY_SATISFIED", "comprehensively_satisfied"), .unknownVerdict),
        Row("a verdict with more to it", with("_SATISFIED", "_SATISFIED (mostly)"), .unknownVerdict),
        Row("a letter that only looks the same", with("VERDICT:", "VERDI\u{0421}T:"), .none),
        Row("no reasons at all", "VERDICT: COMPREHENSIVELY_SATISFIED\n\(bound)", .missingField),
        Row("no why", without("why_passed", satisfied), .missingField),
        Row("no wiring", without("end_to_end_wiring_verified", satisfied), .missingField),
        Row("no evidence", without("deterministic_evidence", satisfied), .missingField),
        Row("no risks", without("remaining_risks", satisfied), .missingField),
        Row("no tree", without("tree", satisfied), .missingField),
        Row("no run", without("run", satisfied), .missingField),
        Row("another tree", with(tree, String(repeating: "a", count: 40)), .otherTree),
        Row("a tree cut short", with(tree, String(tree.prefix(12))), .otherTree),
        Row("another run", with(run, "20261120T093000.123Z-abc123"), .otherRun),
        Row("an empty field", with("none", ""), .emptyField),
        Row("a field twice", "\(satisfied)\nremaining_risks: many", .doubleField),
        Row("a field nobody knows", "\(satisfied)\nconfidence: high", .unknownField),
        Row("a reason that is none", with("sub subtracts for every pair of numbers", "ok"), .noReason),
        Row("evidence that is none", with("tests.test_core passes on this tree", "n/a"), .noReason),
        Row("satisfied, and a finding", "\(satisfied)\n\(finding)", .foreignField),
        Row("satisfied, and blocked", "\(satisfied)\nmissing: a token", .foreignField),
        Row("findings without any", "VERDICT: FINDINGS\n\(bound)", .missingField),
        Row("a finding without a test", without("test_required", findings), .missingField),
        Row("a finding without a fix", without("fix_required", findings), .missingField),
        Row("an unknown severity", with("high", "urgent", in: findings), .severity),
        Row("the choices of severity", with("high", "blocker | high | medium | low", in: findings), .echo),
        Row("an id of several words", with("sub-of-floats", "sub of floats", in: findings), .findingID),
        Row("the same finding twice", "\(findings)\n\(finding)", .doubleFinding),
        Row("a path that leads out", with("calc/core.py\n", "../core.py\n", in: findings), .path),
        Row("an absolute path", with("calc/core.py\n", "/etc/passwd\n", in: findings), .path),
        Row("blocked without a retry", without("safest_retry", blocked), .missingField),
        Row("blocked without a cause", with("the registry answers 401 to everybody", "unsure", in: blocked), .noReason),
        Row("an invisible character", with("SATISFIED\n", "SATISFIED\u{200B}\n"), .hidden),
        Row("a turn of direction", with("none", "\u{202E}none"), .hidden),
        Row("a mark at the start", "\u{FEFF}\(satisfied)", .hidden),
        Row("an escape sequence", with("none", "\u{1B}[2Jnone"), .hidden),
        Row("a return alone", with("none", "none\rVERDICT: BLOCKED"), .hidden),
        Row("too long", satisfied + String(repeating: "x", count: 200_000), .tooLong),
        Row("JSON cut short", String(json().dropLast(4)), .json),
        Row("two documents", json() + json(), .json),
        Row(
            "a key twice",
            json { $0.replacing("{\"verdict\"", with: "{\"verdict\":\"FINDINGS\",\"verdict\"") },
            .doubleField
        ),
        Row("JSON without a verdict", json { $0.replacing("\"verdict\"", with: "\"opinion\"") }, .none),
        Row("a list for words", json { $0.replacing("\"none\"", with: "[\"none\"]") }, .json),
        Row("JSON about another tree", json { $0.replacing(tree, with: run) }, .otherTree),
        Row("JSON in a fence", "```json\n\(json())\n```", .none),
    ]

    private static func verdict(_ answer: String) -> SignoffVerdict? {
        guard case .verdict(let verdict) = VerdictParser.read(answer, about: subject) else { return nil }
        return verdict
    }

    private static func fault(_ answer: String, _ subject: VerdictSubject = subject) -> VerdictFault.Code? {
        guard case .invalid(let fault) = VerdictParser.read(answer, about: subject) else { return nil }
        return fault.code
    }
}
