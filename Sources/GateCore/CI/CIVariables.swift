import GateGit

/// Variables of an engine, read as what they must be. Whoever names a branch or opens a request writes into them.
struct CIVariables {
    private let environment: [String: String]

    init(_ environment: [String: String]) { self.environment = environment }

    /// A variable that says something.
    func text(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }

    /// A commit; the id of nothing is none.
    func commit(_ name: String) throws -> ObjectID? { try Self.commit(text(name), of: name) }

    func branch(_ name: String) throws -> String? { try Self.branch(text(name), of: name) }

    func number(_ name: String) throws -> Int? {
        guard let text = text(name) else { return nil }
        guard let number = Self.number(text) else { throw Self.wrong(name, text, "no number of a request") }
        return number
    }

    /// An address; one that is not plain is left out, because nothing depends on it.
    func url(_ name: String) -> String? { text(name).flatMap(Self.url) }

    static func commit(_ text: String?, of name: String) throws -> ObjectID? {
        guard let text, !text.isEmpty else { return nil }
        guard let id = ObjectID(hex: text) else { throw wrong(name, text, "no id of a commit") }
        return id.isZero ? nil : id
    }

    static func branch(_ text: String?, of name: String) throws -> String? {
        guard let text, !text.isEmpty else { return nil }
        guard BranchName.isPlain(text) else { throw wrong(name, text, "no name of a branch") }
        return text
    }

    static func number(_ text: String) -> Int? {
        guard !text.isEmpty, text.utf8.count <= 12, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(text)
    }

    static func url(_ text: String) -> String? {
        let isPlain = text.utf8.count <= 2048 && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != 0x22 }
        guard isPlain, text.hasPrefix("https://") || text.hasPrefix("http://"), !text.contains("@") else { return nil }
        return text
    }

    static func wrong(_ name: String, _ value: String, _ what: String) -> GateFailure {
        GateFailure(
            "ci.environment",
            "'\(name)' is \(what): '\(Excerpt.line(value, maximum: 120))'",
            hints: ["say it yourself with --base and --head, or have the engine corrected"]
        )
    }
}

/// The rules git has for the name of a branch, and one more: none begins like an option.
package enum BranchName {
    package static func isPlain(_ name: String) -> Bool {
        guard !name.isEmpty, name.utf8.count <= 250, !name.hasPrefix("-"), !name.hasSuffix("."), name != "@",
            !name.contains(".."), !name.contains("@{"),
            name.unicodeScalars.allSatisfy({
                $0.value > 0x20 && $0.value != 0x7F && !"~^:?*[\\".unicodeScalars.contains($0)
            })
        else { return false }
        return name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty && !part.hasPrefix(".") && !part.hasSuffix(".lock")
        }
    }

    /// Whether a name means nothing but itself in a script, a file of an engine, or a command line.
    package static func isInert(_ name: String) -> Bool {
        isPlain(name)
            && name.utf8.allSatisfy { byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x2F, 0x5F, 0x2B: true
                default: false
                }
            }
    }

    /// The branch that a full reference names; `nil` for a tag or anything else.
    package static func of(reference: String) -> String? {
        let prefix = "refs/heads/"
        guard reference.hasPrefix(prefix) else { return nil }
        let name = String(reference.dropFirst(prefix.count))
        return isPlain(name) ? name : nil
    }
}
