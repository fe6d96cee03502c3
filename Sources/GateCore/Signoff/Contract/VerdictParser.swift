/// Reads a reviewer's answer strictly: whatever is not one whole verdict about this very tree is none.
package enum VerdictParser {
    static let mostBytes = 128 << 10

    /// What an answer is taken for; a pure function.
    package static func read(_ answer: String, about subject: VerdictSubject) -> VerdictReading {
        do throws(VerdictFault) {
            return .verdict(try VerdictRules(subject: subject).verdict(of: try draft(answer)))
        } catch {
            return .invalid(error)
        }
    }

    /// Fields in the order in which they were given; nothing is known of what they mean.
    struct Draft: Sendable, Hashable {
        struct Field: Sendable, Hashable {
            let name: String
            let value: String
        }

        var verdict: String
        var fields: [Field] = []
        var findings: [[Field]] = []
    }

    static func draft(_ answer: String) throws(VerdictFault) -> Draft {
        guard answer.utf8.count <= mostBytes else {
            throw VerdictFault(.tooLong, "the answer has more than \(mostBytes) bytes")
        }
        let text = answer.replacing("\r\n", with: "\n")
        let census = HiddenCharacters.Census(Array(text.utf8))
        let isMarked = text.unicodeScalars.contains("\u{FEFF}")
        guard census.invisible.isEmpty, census.control.isEmpty, !isMarked else {
            throw VerdictFault(.hidden, "the answer holds characters that cannot be seen")
        }
        let body = text.trimmedBlanks
        guard !body.isEmpty else { throw VerdictFault(.empty, "the answer is empty") }
        if body.hasPrefix("{") { return try VerdictJSON.draft(body) }
        return try lines(of: text)
    }

    private static func lines(of text: String) throws(VerdictFault) -> Draft {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let verdicts = lines.filter { $0.trimmedBlanks.hasPrefix("VERDICT:") }
        guard !verdicts.isEmpty else {
            throw VerdictFault(.none, "no line begins with 'VERDICT:'; an opinion without the contract is none")
        }
        if lines.contains(where: { $0.trimmedBlanks.hasPrefix("```") || $0.trimmedBlanks.hasPrefix("~~~") }) {
            throw VerdictFault(.fenced, "the verdict stands in a code fence; answer with its lines alone")
        }
        if verdicts.contains(where: { $0.contains("|") }) {
            throw VerdictFault(.echo, "the line of choices was repeated; name one verdict")
        }
        guard verdicts.count == 1 else {
            throw VerdictFault(.several, "there are \(verdicts.count) lines with 'VERDICT:'; give one verdict")
        }
        var all: [(name: String, value: [String])] = []
        for line in lines {
            if line.allSatisfy(\.isWhitespace) { continue }
            if line.first == " " || line.first == "\t" {
                guard !all.isEmpty else { throw stray(line) }
                all[all.count - 1].value.append(line.trimmedBlanks)
                continue
            }
            guard let colon = line.firstIndex(of: ":") else { throw stray(line) }
            let name = String(line[..<colon])
            guard !name.isEmpty, name.utf8.allSatisfy(isName) else { throw stray(line) }
            all.append((name, [String(line[line.index(after: colon)...]).trimmedBlanks]))
        }
        guard let first = all.first, first.name == "VERDICT" else {
            throw VerdictFault(.stray, "the answer does not begin with 'VERDICT:'")
        }
        guard first.value.count == 1 else { throw stray(first.value[1]) }
        var draft = Draft(verdict: first.value[0])
        for (name, parts) in all.dropFirst() {
            let field = Draft.Field(name: name, value: parts.filter { !$0.isEmpty }.joined(separator: "\n"))
            if name == "finding_id" {
                draft.findings.append([field])
            } else if draft.findings.isEmpty {
                draft.fields.append(field)
            } else {
                draft.findings[draft.findings.count - 1].append(field)
            }
        }
        return draft
    }

    private static func stray(_ line: String) -> VerdictFault {
        VerdictFault(
            .stray,
            "'\(Excerpt.visible(Excerpt.line(line, maximum: 60)))' belongs to no field; lines that go on are indented"
        )
    }

    private static func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): true
        default: false
        }
    }
}

/// Reads the form for machines into the same fields.
enum VerdictJSON {
    static func draft(_ body: String) throws(VerdictFault) -> VerdictParser.Draft {
        let bytes = Array(body.utf8)
        guard case .object(let members)? = JSONValue.read(bytes) else {
            throw VerdictFault(.json, "the answer begins like JSON and is not one JSON object")
        }
        if let twice = JSONKeys.firstDouble(in: bytes) {
            throw VerdictFault(.doubleField, "'\(Excerpt.visible(Excerpt.line(twice, maximum: 40)))' is given twice")
        }
        guard let verdict = members["verdict"] else { throw VerdictFault(.none, "the object has no 'verdict'") }
        guard case .text(let word) = verdict else { throw wrong("verdict", verdict, "text") }
        if word.contains("|") { throw VerdictFault(.echo, "the choices were repeated; name one verdict") }
        var draft = VerdictParser.Draft(verdict: word)
        for (name, value) in members.sorted(by: { $0.key < $1.key }) where name != "verdict" {
            switch (name, value) {
            case (_, .null): break
            case ("findings", .list(let items)):
                for item in items {
                    guard case .object(let finding) = item else { throw wrong(name, item, "objects") }
                    draft.findings.append(try fields(finding))
                }
            case ("resolved_findings", .list(let items)):
                let ids = items.compactMap(\.string)
                guard ids.count == items.count else { throw VerdictFault(.json, "'\(name)' holds more than ids") }
                if !ids.isEmpty { draft.fields.append(.init(name: name, value: ids.joined(separator: ", "))) }
            default: draft.fields += try fields([name: value])
            }
        }
        return draft
    }

    private static func fields(_ members: [String: JSONValue]) throws(VerdictFault) -> [VerdictParser.Draft.Field] {
        var fields: [VerdictParser.Draft.Field] = []
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            guard case .text(let text) = value else { throw wrong(name, value, "text") }
            fields.append(.init(name: name, value: text.trimmedBlanks))
        }
        return fields
    }

    private static func wrong(_ name: String, _ value: JSONValue, _ wanted: String) -> VerdictFault {
        VerdictFault(.json, "'\(Excerpt.visible(Excerpt.line(name, maximum: 40)))' is \(value.kind), not \(wanted)")
    }
}
