/// A test command taken apart: the program that matters, behind wrappers that only start it.
///
/// `env A=1 uv run pytest -q`, `timeout 60 npx jest` and `sh -c 'cmake --build build && ctest'` all start a test
/// runner. Adapters look at the program and add options to it; everything around it stays as written.
struct CommandWords: Sendable, Hashable {
    /// The words of the simple command that runs the tests, wrappers included.
    private(set) var words: [String]
    /// Where in `words` the program is.
    private(set) var program: Int
    /// What surrounds the simple command where a shell runs it as the last of several.
    private let shell: Shell?

    private struct Shell: Hashable {
        /// `sh -c`, or `bash -euc`.
        var prefix: [String]
        /// The script up to the simple command.
        var head: String
        /// Words after the script: `$0` and the positional parameters.
        var suffix: [String]
    }

    /// Takes a command apart.
    ///
    /// - Returns: `nil` where no program can be told apart with certainty.
    init?(_ command: [String]) {
        if let name = command.first.map(Self.baseName), ["sh", "bash", "dash", "zsh"].contains(name) {
            guard let (shell, words) = Self.lastOfShell(command) else { return nil }
            self.shell = shell
            self.words = words
            var start = 0
            while start < words.count, Self.isAssignment(words[start]) { start += 1 }
            guard let program = Self.skipWrappers(words, from: start) else { return nil }
            self.program = program
        } else {
            shell = nil
            words = command
            guard let program = Self.skipWrappers(command, from: 0) else { return nil }
            self.program = program
        }
    }

    /// Last component of the program's path.
    var name: String { Self.baseName(words[program]) }

    /// What follows the program.
    var arguments: ArraySlice<String> { words[(program + 1)...] }

    /// Whether a shell runs other commands before this one.
    var followsOtherCommands: Bool { shell.map { !$0.head.isEmpty } ?? false }

    /// The whole command again.
    var command: [String] {
        guard let shell else { return words }
        return shell.prefix + [shell.head + words.map(Self.quoted).joined(separator: " ")] + shell.suffix
    }

    /// Puts words in place of a range of words.
    mutating func replace(_ range: Range<Int>, with new: [String]) {
        words.replaceSubrange(range, with: new)
    }

    /// Puts words behind the word at an index.
    mutating func insert(_ new: [String], after index: Int) {
        words.insert(contentsOf: new, at: index + 1)
    }

    /// Puts a folder in front of a path-like variable wherever the command itself assigns it.
    ///
    /// An assignment in the command would otherwise hide the one the gate makes in the environment.
    mutating func prepend(_ folder: String, toAssigned variable: String) {
        for index in words[..<program].indices where words[index].hasPrefix(variable + "=") {
            let value = words[index].dropFirst(variable.utf8.count + 1)
            words[index] = "\(variable)=\(folder)" + (value.isEmpty ? "" : ":\(value)")
        }
    }

    /// Last component of a path.
    static func baseName(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    // MARK: - Shells

    /// Characters of a word that means itself in every shell.
    private static let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./=:@%+,-")

    private static func quoted(_ word: String) -> String {
        if !word.isEmpty, word.allSatisfy(plain.contains) { return word }
        return "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
    }

    /// The last command of `sh -c 'a && b && c'`, where it is made of plain words.
    private static func lastOfShell(_ command: [String]) -> (Shell, [String])? {
        guard command.count >= 3, command[1].hasPrefix("-"), command[1].hasSuffix("c"), !command[1].hasPrefix("--")
        else { return nil }
        let script = command[2]
        // With other separators the exit status of the whole would not be that of the last command.
        guard !script.contains(where: { ";|\n()`#<".contains($0) }) else { return nil }
        var tail = script[...]
        if let cut = script.lastRange(of: "&&") { tail = script[cut.upperBound...] }
        let spaces = tail.prefix { $0 == " " }
        tail = tail.dropFirst(spaces.count)
        guard tail.allSatisfy({ $0 == " " || plain.contains($0) }) else { return nil }
        let words = tail.split(separator: " ").map(String.init)
        guard !words.isEmpty else { return nil }
        let shell = Shell(
            prefix: Array(command[..<2]),
            head: String(script[..<tail.startIndex]),
            suffix: Array(command[3...])
        )
        return (shell, words)
    }

    // MARK: - Wrappers

    private static func isAssignment(_ word: String) -> Bool {
        guard let equals = word.firstIndex(of: "="), equals != word.startIndex else { return false }
        let name = word[..<equals]
        return name.allSatisfy { ($0.isASCII && ($0.isLetter || $0.isNumber)) || $0 == "_" }
            && name.first?.isNumber == false
    }

    /// Options of `uv run` and its like that take the next word as their value.
    private static let valued: Set<String> = [
        "--with", "--with-requirements", "--with-editable", "--python", "-p", "--extra", "--group", "--only-group",
        "--project", "--directory", "--env-file", "--package", "-C", "-P", "-e", "--env", "--index-url", "-w",
    ]

    private static func skipOptions(_ words: [String], from start: Int, values: Set<String>) -> Int {
        var index = start
        while index < words.count, words[index].hasPrefix("-") {
            if words[index] == "--" { return index + 1 }
            if words[index] == "-m" { return index }
            index += values.contains(words[index]) ? 2 : 1
        }
        return index
    }

    private static func skipWrappers(_ words: [String], from start: Int) -> Int? {
        var index = start
        while index < words.count {
            let next: Int
            switch baseName(words[index]) {
            case "env":
                var at = index + 1
                while at < words.count, isAssignment(words[at]) || words[at].hasPrefix("-") {
                    if words[at] == "-u" {
                        at += 1
                    } else if words[at].hasPrefix("-"), !words[at].hasPrefix("--unset="), words[at] != "--" {
                        // `-i` would drop what the gate puts into the environment; `-S` hides words in a string.
                        return nil
                    }
                    at += 1
                }
                next = at
            case "nice": next = skipOptions(words, from: index + 1, values: ["-n"])
            case "stdbuf", "xvfb-run": next = skipOptions(words, from: index + 1, values: ["-o", "-e", "-i"])
            case "timeout": next = skipOptions(words, from: index + 1, values: ["-k", "-s"]) + 1
            case "uv", "poetry", "pipenv", "pdm", "rye", "hatch":
                guard let run = words[index...].firstIndex(of: "run") else { return nil }
                let at = skipOptions(words, from: run + 1, values: valued)
                // `uv run -m module` is python's own spelling: `run` then stands for the interpreter.
                if at < words.count, words[at] == "-m" { return run }
                next = at
            case "npx", "bunx": next = skipOptions(words, from: index + 1, values: ["-p", "--package"])
            case "npm":
                guard index + 1 < words.count, ["exec", "x"].contains(words[index + 1]) else { return index }
                next = skipOptions(words, from: index + 2, values: ["-p", "--package", "-w", "--workspace"])
            case "yarn", "pnpm":
                var at = skipOptions(words, from: index + 1, values: ["-C", "--dir", "--filter", "-F", "--cwd"])
                if at < words.count, ["run", "exec"].contains(words[at]) { at += 1 }
                next = at
            default: return index
            }
            index = next
        }
        return nil
    }
}

extension String {
    /// Where another string occurs last.
    fileprivate func lastRange(of other: String) -> Range<Index>? {
        ranges(of: other).last
    }
}
