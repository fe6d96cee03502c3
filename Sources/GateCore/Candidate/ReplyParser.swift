import GateGit

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Why a reply is no answer.
package struct ReplyRefusal: Error, Sendable, Hashable {
    package let findings: [AdmissionFinding]

    package init(findings: [AdmissionFinding]) { self.findings = findings }

    init(_ code: String, _ message: String) {
        findings = [AdmissionFinding(code: code, message: message)]
    }
}

/// Reads what a backend wrote: JSON edits, a unified diff, search/replace blocks, or a refusal.
///
/// A reply is taken whole or not at all. Prose around one document is put aside; two documents are refused, because
/// nobody can say which of them was meant.
package enum ReplyParser {
    /// Reads a reply.
    ///
    /// - Parameter limit: largest reply in bytes; more is refused unread.
    package static func parse(_ bytes: [UInt8], limit: Int = 512 << 10) -> Result<Answer, ReplyRefusal> {
        guard bytes.count <= limit || !Defence.replyRules.isOn else {
            return .failure(ReplyRefusal("parse.limit", "the reply has \(bytes.count) bytes, and \(limit) are allowed"))
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            // A diff may hold bytes that are no text; everything else has to be text.
            if looksLikeDiff(bytes) { return checked(bytes) }
            return .failure(ReplyRefusal("parse.encoding", "the reply is not valid UTF-8"))
        }
        let trimmed = trim(text)
        guard !trimmed.isEmpty else { return .failure(ReplyRefusal("parse.empty", "the reply is empty")) }
        let fences = Fence.all(in: text)
        guard !fences.hasOpenEnd else {
            return .failure(ReplyRefusal("parse.truncated", "a fenced block of the reply is never closed"))
        }
        let documents = fences.blocks.filter { !trim($0.body).isEmpty && $0.isDocument }
        if Defence.replyRules.isOn, documents.count > 1 {
            return .failure(
                ReplyRefusal("parse.several", "the reply holds \(documents.count) documents, and one is wanted")
            )
        }
        if let only = documents.last { return document(only.body) }
        return document(text)
    }

    private static func document(_ text: String) -> Result<Answer, ReplyRefusal> {
        let trimmed = trim(text)
        if trimmed.first == "{" { return json(trimmed) }
        if looksLikeDiff(Array(text.utf8)) { return checked(Array(text.utf8)) }
        if SearchReplace.isPresent(in: text) { return SearchReplace.parse(text) }
        if let start = trimmed.firstIndex(of: "{"), let end = trimmed.lastIndex(of: "}"), start < end {
            return json(String(trimmed[start...end]))
        }
        if trimmed.hasPrefix("<") {
            return .failure(ReplyRefusal("parse.markup", "the reply is markup, not an answer"))
        }
        if trimmed.first == "[" {
            return .failure(ReplyRefusal("parse.form", "the reply is a JSON list, and an object is wanted"))
        }
        return .failure(ReplyRefusal("parse.prose", "the reply holds neither edits, nor a patch, nor a refusal"))
    }

    private static func trim(_ text: String) -> String {
        String(text.drop { $0.isWhitespace || $0 == "\u{FEFF}" }.reversed().drop { $0.isWhitespace }.reversed())
    }

    private static func checked(_ patch: [UInt8]) -> Result<Answer, ReplyRefusal> {
        switch PatchHeader.read(patch) {
        case .success: .success(.patch(patch))
        case .failure(let refusal): .failure(refusal)
        }
    }

    private static func looksLikeDiff(_ bytes: [UInt8]) -> Bool {
        bytes.starts(with: "diff --git ".utf8) || bytes.starts(with: "--- ".utf8)
            || bytes.firstRange(of: Array("\ndiff --git ".utf8)) != nil
            || bytes.firstRange(of: Array("\n--- a/".utf8)) != nil
            || bytes.firstRange(of: Array("\n--- /dev/null\n+++ ".utf8)) != nil
    }

    private static func json(_ text: String) -> Result<Answer, ReplyRefusal> {
        let reply: Reply
        do {
            reply = try JSON.decode(Reply.self, from: Array(text.utf8))
        } catch let refusal as ReplyRefusal {
            return .failure(refusal)
        } catch DecodingError.dataCorrupted {
            return .failure(ReplyRefusal("parse.json", "the reply is not one complete JSON document"))
        } catch DecodingError.keyNotFound(let key, let context) {
            return .failure(ReplyRefusal("parse.form", "'\(path(context.codingPath))' lacks '\(key.stringValue)'"))
        } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context) {
            return .failure(ReplyRefusal("parse.form", "'\(path(context.codingPath))' has the wrong type"))
        } catch {
            return .failure(ReplyRefusal("parse.json", "the reply cannot be read as JSON"))
        }
        if Defence.replyRules.isOn, let key = JSONKeys.firstDouble(in: Array(text.utf8)) {
            return .failure(ReplyRefusal("parse.duplicate-key", "one object of the reply gives the key '\(key)' twice"))
        }
        return reply.answer()
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        keys.isEmpty ? "the reply" : keys.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".")
    }
}

/// The JSON form of a reply.
private struct Reply: Decodable {
    var edits: [FileEdit]?
    var patch: String?
    var cannotFix: Refusal?

    struct FileEdit: Decodable {
        let path: String
        var content: String?
        var delete: Bool?
        var edits: [Piece]?

        init(from decoder: any Decoder) throws {
            try Reply.refuseUnknown(decoder, known: ["path", "content", "delete", "edits"])
            let values = try decoder.container(keyedBy: Key.self)
            path = try values.decode(String.self, forKey: Key("path"))
            content = try values.decodeIfPresent(String.self, forKey: Key("content"))
            delete = try values.decodeIfPresent(Bool.self, forKey: Key("delete"))
            edits = try values.decodeIfPresent([Piece].self, forKey: Key("edits"))
        }
    }

    struct Piece: Decodable {
        let search: String
        let replace: String
    }

    struct Refusal: Decodable {
        let kind: CannotFix.Kind
        let reason: String
        var tests: [String] = []

        init(from decoder: any Decoder) throws {
            if let text = try? decoder.singleValueContainer().decode(String.self) {
                (kind, reason) = (.noFix, text)
                return
            }
            let values = try decoder.container(keyedBy: Key.self)
            let name = try values.decodeIfPresent(String.self, forKey: Key("kind")) ?? CannotFix.Kind.noFix.rawValue
            guard let known = CannotFix.Kind(rawValue: name) else {
                throw ReplyRefusal("parse.form", "'cannot_fix.kind' is '\(name)', which is not one of its words")
            }
            kind = known
            reason = try values.decode(String.self, forKey: Key("reason"))
            tests = Array((try values.decodeIfPresent([String].self, forKey: Key("tests")) ?? []).prefix(100))
        }
    }

    struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(_ name: String) { stringValue = name }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        // Fields that models like to add beside the answer are put up with; anything that asks for an action is not.
        try Self.refuseUnknown(
            decoder,
            known: ["edits", "patch", "cannot_fix", "session", "explanation", "summary", "reasoning", "notes"]
        )
        let values = try decoder.container(keyedBy: Key.self)
        edits = try values.decodeIfPresent([FileEdit].self, forKey: Key("edits"))
        patch = try values.decodeIfPresent(String.self, forKey: Key("patch"))
        cannotFix = try values.decodeIfPresent(Refusal.self, forKey: Key("cannot_fix"))
    }

    static func refuseUnknown(_ decoder: any Decoder, known: Set<String>) throws {
        let unknown = try decoder.container(keyedBy: Key.self).allKeys.map(\.stringValue).filter { !known.contains($0) }
        guard Defence.replyRules.isOn, let first = unknown.min() else { return }
        throw ReplyRefusal("parse.unknown-key", "the reply has the key '\(first)', which no answer has")
    }

    func answer() -> Result<Answer, ReplyRefusal> {
        let given = [edits != nil, patch != nil, cannotFix != nil].count { $0 }
        guard given == 1 else {
            return .failure(
                given == 0
                    ? ReplyRefusal("parse.form", "the reply has neither 'edits', nor 'patch', nor 'cannot_fix'")
                    : ReplyRefusal(
                        "parse.several",
                        "the reply gives more than one of 'edits', 'patch' and 'cannot_fix'"
                    )
            )
        }
        if let cannotFix {
            return .success(
                .cannotFix(CannotFix(kind: cannotFix.kind, reason: cannotFix.reason, tests: cannotFix.tests))
            )
        }
        if let patch {
            switch PatchHeader.read(Array(patch.utf8)) {
            case .success: return .success(.patch(Array(patch.utf8)))
            case .failure(let refusal): return .failure(refusal)
            }
        }
        guard let edits, !edits.isEmpty else { return .failure(ReplyRefusal("parse.empty", "'edits' is empty")) }
        var all: [Edit] = []
        for edit in edits {
            switch edit.edit() {
            case .success(let one): all.append(one)
            case .failure(let refusal): return .failure(refusal)
            }
        }
        return .success(.edits(all))
    }
}

extension Reply.FileEdit {
    fileprivate func edit() -> Result<Edit, ReplyRefusal> {
        let given = [content != nil, delete == true, edits != nil].count { $0 }
        guard given == 1 else {
            return .failure(
                ReplyRefusal("parse.form", "the edit of '\(path)' needs exactly one of 'content', 'delete' and 'edits'")
            )
        }
        let place = RepositoryPath(path)
        if let content { return .success(Edit(path: place, change: .content(Array(content.utf8)))) }
        if delete == true { return .success(Edit(path: place, change: .remove)) }
        guard let edits, !edits.isEmpty else {
            return .failure(ReplyRefusal("parse.empty", "the edit of '\(path)' replaces nothing"))
        }
        return .success(
            Edit(
                path: place,
                change: .replace(edits.map { .init(search: Array($0.search.utf8), replace: Array($0.replace.utf8)) })
            )
        )
    }
}

/// Lines of a reply.
private enum Lines {
    /// Splits at newlines only; as characters, a carriage return and a newline would be one that is neither.
    static func of(_ text: String) -> [Substring] {
        text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map(Substring.init)
    }
}

/// Fenced blocks of a reply.
private struct Fence {
    let label: String
    let body: String

    /// Whether the block is meant as an answer, and not as an example of code.
    var isDocument: Bool {
        ["json", "diff", "patch", ""].contains(label) || SearchReplace.isPresent(in: body)
    }

    static func all(in text: String) -> (blocks: [Fence], hasOpenEnd: Bool) {
        var blocks: [Fence] = []
        var open: (mark: Substring, label: String, lines: [Substring])?
        for line in Lines.of(text) {
            let bare = line.drop { $0 == " " }
            let mark = bare.prefix { $0 == "`" }
            if let current = open {
                if mark.count >= current.mark.count, bare.dropFirst(mark.count).allSatisfy(\.isWhitespace) {
                    blocks.append(Fence(label: current.label, body: current.lines.joined(separator: "\n") + "\n"))
                    open = nil
                } else {
                    open?.lines.append(line)
                }
            } else if mark.count >= 3 {
                let label = bare.dropFirst(mark.count).filter { !$0.isWhitespace }.lowercased()
                open = (mark, label, [])
            }
        }
        return (blocks, open != nil)
    }
}

/// Search/replace blocks, each behind a line with the path of its file.
private enum SearchReplace {
    private static let searchMark = "<<<<<<< SEARCH"
    private static let middleMark = "======="
    private static let replaceMark = ">>>>>>> REPLACE"

    static func isPresent(in text: String) -> Bool { text.contains(searchMark) }

    static func parse(_ text: String) -> Result<Answer, ReplyRefusal> {
        var pieces: [(path: String, piece: Edit.Replacement)] = []
        var path: String?
        var search: [Substring]?
        var replace: [Substring]?
        for line in Lines.of(text) {
            let mark = line.last == "\r" ? line.dropLast() : line
            if mark == searchMark, search == nil {
                guard path != nil else {
                    return .failure(ReplyRefusal("parse.form", "a search block has no path before it"))
                }
                search = []
            } else if mark == middleMark, search != nil, replace == nil {
                replace = []
            } else if mark == replaceMark, let found = search, let new = replace, let file = path {
                let join = { (lines: [Substring]) in Array(lines.map { $0 + "\n" }.joined().utf8) }
                pieces.append((file, Edit.Replacement(search: join(found), replace: join(new))))
                search = nil
                replace = nil
            } else if replace != nil {
                replace?.append(line)
            } else if search != nil {
                search?.append(line)
            } else if !mark.allSatisfy(\.isWhitespace), !mark.hasPrefix("```") {
                path = String(mark.drop { $0 == " " })
            }
        }
        guard search == nil else { return .failure(ReplyRefusal("parse.truncated", "a search block is never closed")) }
        guard !pieces.isEmpty else { return .failure(ReplyRefusal("parse.empty", "the reply replaces nothing")) }
        var order: [String] = []
        var byPath: [String: [Edit.Replacement]] = [:]
        for (file, piece) in pieces {
            if byPath[file] == nil { order.append(file) }
            byPath[file, default: []].append(piece)
        }
        return .success(
            .edits(order.map { Edit(path: RepositoryPath($0), change: .replace(byPath[$0] ?? [])) })
        )
    }
}
