/// Looks at what an agent wants to run, and stops what would lead around the gate.
///
/// It reads commands and runs none. Whoever is set on it can write a program that the guard does not read: it keeps
/// agents honest, and what must hold is held by the server's hook and the CI job.
package struct CommandGuard: Sendable {
    /// What git's configuration knows as aliases, by name.
    var aliases: [String: String]
    /// Why a path, absolute or from `folder`, belongs to the contract; `nil` where it does not.
    let contract: @Sendable (String) -> String?

    package init(
        aliases: [String: String] = [:],
        contract: @escaping @Sendable (String) -> String? = { _ in nil }
    ) {
        self.aliases = aliases
        self.contract = contract
    }

    /// Deepest nesting of scripts in scripts and of aliases in aliases.
    static let deepest = 6

    /// Most words of one command that may be commands themselves.
    private static let mostInner = 32

    /// Judges the text of a shell command.
    ///
    /// - Parameter folder: absolute path of the folder it would run in.
    package func judge(_ text: String, in folder: String) -> GuardAnswer { judge(text, in: folder, depth: 0) }

    func judge(_ text: String, in folder: String, depth: Int) -> GuardAnswer {
        let script = ShellScript(text, variables: ["IFS": " "])
        let mention = Mention.first(in: text)
        if let problem = script.problem {
            guard let mention else { return .pass }
            return .deny("this command cannot be read (\(problem)), and it speaks of \(mention)")
        }
        guard depth <= Self.deepest else { return .deny("this command is nested too deeply to be followed") }
        var answer = GuardAnswer.pass
        var place = PathPlace(folder)
        var guardian = self
        for command in script.commands {
            answer = answer.and(guardian.judge(command, in: place, mention: mention, depth: depth))
            place.follow(command)
            guardian.learn(command)
        }
        return answer
    }

    /// One simple command.
    ///
    /// - Parameter mention: what the whole script speaks of.
    private func judge(
        _ command: ShellScript.Command,
        in place: PathPlace,
        mention: String?,
        depth: Int
    ) -> GuardAnswer {
        var answer = paths(command, in: place, mention: mention)
        for (name, value) in command.assignments { answer = answer.and(Self.assignment(name, value.text)) }
        guard let first = command.words.first else { return answer }
        let program = Self.program(first)
        guard first.isKnown else {
            guard let mention else { return answer }
            return answer.and(.deny("what this runs is not known before it runs, and it speaks of \(mention)"))
        }
        let pieces = first.text.split(separator: " ")
        if pieces.count > 1, depth < Self.deepest {
            // A variable that stands for several words.
            var parted = command
            parted.words = pieces.map { ShellScript.Word(text: String($0)) } + command.words.dropFirst()
            return answer.and(judge(parted, in: place, mention: mention, depth: depth + 1))
        }
        if let git = Self.git(program, command.words) {
            return answer.and(judge(git: git, in: place, mention: mention, depth: depth))
        }
        if Self.talkers.contains(program), !Self.executes(program, command) { return answer }
        if Self.shells.contains(program) {
            return answer.and(shell(command, in: place, mention: mention, depth: depth))
        }
        let inner = command.words.dropFirst().count { Self.mayRun($0) }
        guard inner <= Self.mostInner else { return .deny("this command holds too many others to be followed") }
        // Whatever it is (sudo, env, xargs, find -exec, timeout …), a git or a shell among its words may be run.
        for (index, word) in command.words.enumerated().dropFirst() {
            let tail = Array(command.words[index...])
            if let equals = word.text.firstIndex(of: "="), !word.text.hasPrefix("-") {
                answer = answer.and(
                    Self.assignment(
                        String(word.text[..<equals]),
                        String(word.text[word.text.index(after: equals)...])
                    )
                )
            }
            if let git = Self.git(Self.program(word), tail) {
                answer = answer.and(judge(git: git, in: place, mention: mention, depth: depth))
            } else if word.text.contains(" "), word.text.contains("git") {
                // One word that may be a script: for eval, su -c, watch, ssh …
                answer = answer.and(judge(word.text, in: place.path, depth: depth + 1))
            } else if Self.shells.contains(Self.program(word)) {
                var inner = command
                inner.words = tail
                answer = answer.and(shell(inner, in: place, mention: mention, depth: depth))
            }
        }
        if program == "eval" {
            let joined = command.words.dropFirst().map(\.text).joined(separator: " ")
            answer = answer.and(judge(joined, in: place.path, depth: depth + 1))
        }
        guard answer == .pass else { return answer }
        let said = command.words.map(\.text) + command.documents
        if let word = said.lazy.compactMap(Mention.first).first {
            return .deny("'\(Excerpt.line(program, maximum: 40))' is given something that speaks of \(word)")
        }
        // Its input, or what it makes of it, is not seen.
        if program == "eval" || program == "source" || program == "." || program == "xargs", let mention {
            return .deny("'\(program)' runs what is not known before it runs, and the command speaks of \(mention)")
        }
        return answer
    }

    /// Whether a word of another program's may be a command, or a script.
    private static func mayRun(_ word: ShellScript.Word) -> Bool {
        let name = program(word)
        return name == "git" || name.hasPrefix("git-") || shells.contains(name)
            || word.text.contains(" ") && word.text.contains("git")
    }

    /// A shell that is started: what it is given is read as a script.
    private func shell(
        _ command: ShellScript.Command,
        in place: PathPlace,
        mention: String?,
        depth: Int
    ) -> GuardAnswer {
        var answer = GuardAnswer.pass
        let words = command.words.dropFirst()
        let options = words.prefix { $0.text.hasPrefix("-") || $0.text.hasPrefix("+") }
        let takesText = options.contains { $0.text.hasPrefix("-") && !$0.text.hasPrefix("--") && $0.text.contains("c") }
        if takesText {
            // What follows the options is the script; more words are its arguments.
            for word in words.dropFirst(options.count) {
                if !word.isKnown, let mention {
                    answer = answer.and(.deny("a shell is given what is not known before it runs, with \(mention)"))
                }
                answer = answer.and(judge(word.text, in: place.path, depth: depth + 1))
            }
            return answer
        }
        for document in command.documents { answer = answer.and(judge(document, in: place.path, depth: depth + 1)) }
        if command.isPiped, let mention {
            return answer.and(.deny("a shell reads its commands from a pipe, and the command speaks of \(mention)"))
        }
        return answer
    }

    /// A variable that is set for a command, or for all that follow.
    private static func assignment(_ name: String, _ value: String) -> GuardAnswer {
        if ["GIT_GATEKEEPER_SKIP", "SKIP_CI_GATEKEEPER_PRE_COMMIT"].contains(name) {
            return .deny("'\(name)' passes over the gate; that is a person's decision")
        }
        if name.hasPrefix("GIT_CONFIG") {
            return .deny("'\(name)' changes git's configuration for a command, which can switch the gate off")
        }
        let isOff = ["HUSKY", "LEFTHOOK"].contains(name) && ["0", "false"].contains(value)
        if isOff || ["SKIP", "LEFTHOOK_EXCLUDE"].contains(name), isOff || value.lowercased().contains("gatekeeper") {
            return .deny("'\(name)' switches hooks off; that is a person's decision")
        }
        return .pass
    }

    /// The name of a program, whatever folder it is called from.
    private static func program(_ word: ShellScript.Word) -> String {
        String(word.text.split(separator: "/").last ?? "").lowercased()
    }

    /// The words behind `git`, where a command is one of git's.
    private static func git(_ program: String, _ words: [ShellScript.Word]) -> [ShellScript.Word]? {
        let name = program.hasSuffix(".exe") ? String(program.dropLast(4)) : program
        if name == "git" { return Array(words.dropFirst()) }
        guard name.hasPrefix("git-"), name.count > 4 else { return nil }
        return [ShellScript.Word(text: String(name.dropFirst(4)))] + words.dropFirst()
    }

    private static let shells: Set = ["sh", "bash", "zsh", "dash", "ksh", "ash", "fish", "mksh", "busybox"]

    /// Programs whose words are never commands: they may speak of anything.
    static let talkers: Set = [
        "echo", "printf", "cat", "bat", "batcat", "ls", "less", "more", "head", "tail", "grep", "egrep", "fgrep", "rg",
        "ag", "ack", "wc", "stat", "file", "diff", "cmp", "test", "[", "[[", "cd", "pushd", "popd", "pwd", "sort",
        "uniq", "cut", "tr", "sed", "jq", "xxd", "od", "hexdump", "strings", "tree", "du", "realpath", "readlink",
        "dirname", "basename", "md5sum", "sha1sum", "sha256sum", "column", "nl", "tac", "rev", "true", "false", ":",
        "man", "which", "type", "find", "case", "for", "select", "gh", "glab", "mkdir", "touch", "rm", "mv", "cp", "ln",
        "chmod", "tee", "rmdir",
    ]

    /// Whether a script of sed may hold its command 'e', or the flag of that name.
    private static func runsBySed(_ script: String) -> Bool {
        let letters = Array(script)
        return letters.indices.contains { index in
            guard letters[index] == "e" else { return false }
            let before = index > 0 ? letters[index - 1] : " "
            let after = index + 1 < letters.count ? letters[index + 1] : " "
            return !before.isLetter && before != "-" && !after.isLetter && after != "-"
        }
    }

    /// Whether one of them is told to run, or to write, something all the same.
    private static func executes(_ program: String, _ command: ShellScript.Command) -> Bool {
        let words = command.words.dropFirst().map(\.text)
        switch program {
        case "find": return words.contains { $0.hasPrefix("-exec") || $0.hasPrefix("-ok") }
        // sed's own 'e' runs commands.
        case "sed": return words.contains(where: Self.runsBySed)
        case "rg": return words.contains { $0.hasPrefix("--pre") }
        case "sort": return words.contains { $0.hasPrefix("--compress-program") }
        default: return false
        }
    }
}
