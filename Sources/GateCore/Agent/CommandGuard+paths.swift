extension CommandGuard {
    /// Judges what a command does to files that the gate rests on.
    func paths(_ command: ShellScript.Command, in place: PathPlace, mention: String?) -> GuardAnswer {
        var answer = GuardAnswer.pass
        for redirection in command.redirections where redirection.operation.contains(">") {
            // Streams have numbers.
            guard !redirection.target.text.allSatisfy(\.isNumber) else { continue }
            answer = answer.and(written(redirection.target.text, in: place))
        }
        guard let first = command.words.first else { return answer }
        let program = String(first.text.split(separator: "/").last ?? "")
        var words = command.words.dropFirst().map(\.text)
        var place = place
        if program == "git" {
            while words.count > 1, words[0] == "-C" || words[0] == "-c" {
                if words[0] == "-C" { place.enter(ShellScript.Word(text: words[1])) }
                words.removeFirst(2)
            }
        }
        if !reads(program, words) {
            for word in Self.touched(program, words).flatMap(Self.places) {
                if let what = place.gate(word) { return .deny(Self.gateWords(what)) }
            }
        }
        let patches = ["apply_patch", "applypatch", "patch"].contains(program)
        if patches || program == "git" && ["apply", "am"].contains(words.first) {
            for path in (command.documents + words).flatMap(PatchPaths.named) {
                answer = answer.and(written(path, in: place))
            }
        }
        let changes = changed(program, words)
        if let mention, changes.contains(where: { $0.contains(ShellScript.Word.gap) }) {
            return .deny(
                "which files '\(program)' changes is not known before it runs, and the command speaks of \(mention)"
            )
        }
        for word in changes { answer = answer.and(written(word, in: place)) }
        return answer
    }

    /// Judges the writing of one file.
    package func written(_ path: String, in folder: String) -> GuardAnswer { written(path, in: PathPlace(folder)) }

    private func written(_ path: String, in place: PathPlace) -> GuardAnswer {
        if let what = place.gate(path) { return .deny(Self.gateWords(what)) }
        guard let why = contract(place.resolve(path)) else { return .pass }
        return .ask(
            "'\(AgentAnswer.line(path))' belongs to the contract (\(why)): what it says is a person's decision. Change "
                + "the code instead, or let the person say that this file is to change."
        )
    }

    private static func gateWords(_ what: String) -> String {
        "this would change \(what); that is a person's decision"
    }

    /// The words of a program that may name what it changes; of a copy that is where it goes.
    private static func touched(_ program: String, _ words: [String]) -> [String] {
        let names = words.contains { $0.hasPrefix("-t") || $0.hasPrefix("--target") }
        guard ["cp", "rsync", "scp"].contains(program), !names else { return words }
        return words.suffix(1)
    }

    /// The words that may be paths: plain ones, and the values of options.
    private static func places(_ word: String) -> [String] {
        var found = word.hasPrefix("-") ? [] : [word]
        if let equals = word.firstIndex(of: "=") { found.append(String(word[word.index(after: equals)...])) }
        return found.filter { !$0.isEmpty }
    }

    /// Whether a program only looks at what it is given.
    private func reads(_ program: String, _ words: [String]) -> Bool {
        if program == "git" {
            let name = words.first { !$0.hasPrefix("-") } ?? ""
            return Self.gitReaders.contains(name)
        }
        switch program {
        case "find":
            return !words.contains {
                ["-delete", "-fprint", "-fls", "-fprintf"].contains($0) || $0.hasPrefix("-exec") || $0.hasPrefix("-ok")
            }
        case "sed", "perl":
            return program == "sed" && !words.contains { $0.hasPrefix("-i") || $0.hasPrefix("--in-place") }
        case "sort": return !words.contains { $0.hasPrefix("-o") || $0.hasPrefix("--output") }
        case "mkdir", "touch", "rm", "mv", "cp", "ln", "chmod", "tee", "rmdir": return false
        default: return Self.talkers.contains(program)
        }
    }

    private static let gitReaders: Set = [
        "log", "show", "diff", "status", "ls-files", "ls-tree", "cat-file", "blame", "grep", "rev-parse",
        "check-ignore",
        "check-attr", "add", "commit", "config", "gatekeeper", "shortlog", "describe", "fetch", "push", "rev-list",
    ]

    /// The files that well-known programs change.
    private func changed(_ program: String, _ words: [String]) -> [String] {
        let plain = words.filter { !$0.hasPrefix("-") }
        switch program {
        case "rm", "mv", "tee", "truncate", "unlink", "shred": return plain
        case "chmod", "chown", "touch", "rmdir": return []
        case "cp", "ln", "install", "rsync": return plain.count > 1 ? [plain[plain.count - 1]] : []
        case "sed" where words.contains { $0.hasPrefix("-i") || $0.hasPrefix("--in-place") }:
            return Array(plain.dropFirst())
        case "perl" where words.contains { $0.hasPrefix("-") && !$0.hasPrefix("--") && $0.contains("i") }:
            return Array(plain.dropFirst())
        case "dd": return words.filter { $0.hasPrefix("of=") }.map { String($0.dropFirst(3)) }
        case "git":
            guard let name = plain.first, ["rm", "mv"].contains(name) else { return [] }
            return Array(plain.dropFirst())
        default: return []
        }
    }
}
