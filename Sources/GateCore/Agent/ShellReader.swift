/// Reads the text of a script, character by character, as a shell's parser does.
struct ShellReader {
    private let text: [Character]
    /// Never behind the end.
    private var index = 0 { didSet { index = min(index, text.count) } }
    private var variables: [String: String]
    private let depth: Int
    private(set) var commands: [ShellScript.Command] = []
    private(set) var problem: String?

    private var command = ShellScript.Command()
    /// Here-documents whose bodies begin at the next line: the word that ends each, and whether nothing in it is run.
    private var pendingDocuments: [(end: String, isLiteral: Bool)] = []
    /// The first command of this line.
    private var lineStart = 0

    /// Deepest nesting that is followed; and most characters.
    private static let deepest = 12
    private static let longest = 64 << 10
    /// Words after which another command begins.
    private static let openers: Set = [
        "if", "then", "else", "elif", "fi", "while", "until", "do", "done", "esac", "{", "}", "!", "time", "coproc",
    ]

    init(_ text: String, variables: [String: String], depth: Int) {
        // "\r\n" is one character.
        self.text = Array(text.replacing("\r\n", with: "\n"))
        self.variables = variables
        self.depth = depth
    }

    mutating func read() {
        guard depth <= Self.deepest, text.count <= Self.longest else {
            problem = "it is nested too deeply, or too long"
            return
        }
        while index < text.count, problem == nil { step() }
        endCommand()
        if !pendingDocuments.isEmpty { problem = problem ?? "a here-document does not begin" }
    }

    private var current: Character? { index < text.count ? text[index] : nil }
    private func peek(_ offset: Int = 1) -> Character? { index + offset < text.count ? text[index + offset] : nil }

    private mutating func step() {
        guard let character = current else { return }
        switch character {
        case "\n":
            index += 1
            endCommand()
            readDocuments()
        case " ", "\t": index += 1
        case "\\" where peek() == "\n": index += 2
        case "#": while let next = current, next != "\n" { index += 1 }
        case ";":
            index += 1
            endCommand()
        case "&":
            index += 1
            if current == ">" {
                redirect("&>")
            } else {
                if current == "&" { index += 1 }
                endCommand()
            }
        case "|":
            index += 1
            let isOr = current == "|"
            if isOr || current == "&" { index += 1 }
            endCommand()
            command.isPiped = !isOr
        case "(", ")":
            // A subshell, a function, or the pattern of a case: what is inside is commands.
            index += 1
            if character == "(", current == "(", command.isEmpty {
                skipArithmetic()
            } else {
                endCommand()
            }
        case "<", ">": redirect("")
        default: word()
        }
    }

    private mutating func endCommand() {
        // Nothing yet: a pipe may go on in the next line, or behind a brace.
        guard !command.isEmpty else { return }
        defer { command = ShellScript.Command() }
        if command.words.isEmpty {
            for (name, value) in command.assignments { variables[name] = value.isKnown ? value.text : nil }
        }
        commands.append(command)
    }

    private mutating func word() {
        let start = index
        let (word, isQuoted) = readWord()
        // A digit before a redirection names a stream.
        if !isQuoted, let next = current, "<>".contains(next), word.text.allSatisfy(\.isNumber), !word.text.isEmpty {
            redirect("")
            return
        }
        guard index > start else {
            index += 1
            return
        }
        if command.words.isEmpty {
            if !isQuoted, Self.openers.contains(word.text) {
                endCommand()
                return
            }
            if let assignment = Self.assignment(word, String(text[start..<index])) {
                command.assignments.append(assignment)
                return
            }
        }
        command.words.append(word)
        if ["export", "declare", "typeset", "local", "readonly"].contains(command.words[0].text),
            let (name, value) = Self.assignment(word, String(text[start..<index]))
        {
            variables[name] = value.isKnown ? value.text : nil
        }
        if command.words[0].text == "for" || command.words[0].text == "select", command.words.count == 2 {
            variables[word.text] = nil
        }
    }

    private static func assignment(
        _ word: ShellScript.Word,
        _ source: String
    ) -> (name: String, value: ShellScript.Word)? {
        guard let equals = source.firstIndex(of: "="), let split = word.text.firstIndex(of: "=") else { return nil }
        var name = source[..<equals]
        if name.last == "+" { name = name.dropLast() }
        guard let first = name.first, first.isLetter || first == "_",
            name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" })
        else { return nil }
        return (String(name), ShellScript.Word(text: String(word.text[word.text.index(after: split)...])))
    }

    /// Reads one word; `isQuoted` says whether any of it stood in quotes, so that it is no keyword.
    private mutating func readWord() -> (ShellScript.Word, isQuoted: Bool) {
        var result = ""
        var isQuoted = false
        while let character = current, problem == nil {
            switch character {
            case " ", "\t", "\n", ";", "&", "|", "(", ")", "<", ">": return (ShellScript.Word(text: result), isQuoted)
            case "\\":
                isQuoted = true
                if let next = peek(), next != "\n" { result.append(next) }
                index += 2
            case "'":
                isQuoted = true
                index += 1
                result += until("'")
            case "\"":
                isQuoted = true
                index += 1
                result += doubleQuoted()
            case "$", "`": result += expansion()
            default:
                result.append(character)
                index += 1
            }
        }
        return (ShellScript.Word(text: result), isQuoted)
    }

    /// Everything up to a character, which is passed over.
    private mutating func until(_ end: Character) -> String {
        var result = ""
        while let character = current {
            index += 1
            if character == end { return result }
            if character == "\\", end == "`", let next = current {
                result.append(character)
                result.append(next)
                index += 1
                continue
            }
            result.append(character)
        }
        problem = problem ?? "a quote is not closed"
        return result
    }

    private mutating func doubleQuoted() -> String {
        var result = ""
        while let character = current, problem == nil {
            switch character {
            case "\"":
                index += 1
                return result
            case "\\":
                if let next = peek() {
                    if "$`\"\\".contains(next) { result.append(next) } else if next != "\n" { result += "\\\(next)" }
                }
                index += 2
            case "$", "`": result += expansion(isInsideQuotes: true)
            default:
                result.append(character)
                index += 1
            }
        }
        problem = problem ?? "a quote is not closed"
        return result
    }

    /// What a dollar or a backtick begins.
    private mutating func expansion(isInsideQuotes: Bool = false) -> String {
        guard current == "`" else { return dollar(isInsideQuotes: isInsideQuotes) }
        index += 1
        substitute(until("`").replacing("\\`", with: "`"))
        return String(ShellScript.Word.gap)
    }

    /// What a dollar and what follows it stand for.
    private mutating func dollar(isInsideQuotes: Bool) -> String {
        let gap = String(ShellScript.Word.gap)
        index += 1
        guard let character = current else { return "$" }
        switch character {
        case "(":
            index += 1
            if current == "(" {
                skipArithmetic()
            } else {
                substitute(balanced())
            }
            return gap
        case "{":
            index += 1
            var name = ""
            while let next = current, next.isLetter || next.isNumber || next == "_" {
                name.append(next)
                index += 1
            }
            if current == "}", !name.isEmpty {
                index += 1
                return variables[name] ?? gap
            }
            // A default, a cut, a replacement: what it gives is not followed, but commands in it are.
            var inner = 1
            while let next = current, problem == nil {
                if next == "$" || next == "`" {
                    _ = expansion(isInsideQuotes: isInsideQuotes)
                    continue
                }
                index += next == "\\" ? 2 : 1
                if next == "{" { inner += 1 }
                if next == "}" { inner -= 1 }
                if inner == 0 { return gap }
            }
            problem = problem ?? "a brace is not closed"
            return gap
        case "'" where !isInsideQuotes:
            index += 1
            return escaped()
        case "\"" where !isInsideQuotes:
            index += 1
            return doubleQuoted()
        case _ where character.isLetter || character == "_":
            var name = ""
            while let next = current, next.isLetter || next.isNumber || next == "_" {
                name.append(next)
                index += 1
            }
            return variables[name] ?? gap
        case _ where character.isNumber || "@*#?$!-".contains(character):
            index += 1
            return gap
        default: return "$"
        }
    }

    /// The text of `$'…'`, in which characters may be spelled by number.
    private mutating func escaped() -> String {
        var result = ""
        while let character = current {
            index += 1
            if character == "'" { return result }
            guard character == "\\", let next = current else {
                result.append(character)
                continue
            }
            index += 1
            switch next {
            case "n": result.append("\n")
            case "t": result.append("\t")
            case "x", "u", "U": result += number(radix: 16, most: next == "x" ? 2 : next == "u" ? 4 : 8)
            case "0"..."7":
                index -= 1
                result += number(radix: 8, most: 3)
            default: result.append(next)
            }
        }
        problem = problem ?? "a quote is not closed"
        return result
    }

    private mutating func number(radix: Int, most: Int) -> String {
        var digits = ""
        while digits.count < most, let next = current, Int(String(next), radix: radix) != nil {
            digits.append(next)
            index += 1
        }
        let scalar = UInt32(digits, radix: radix).flatMap(UnicodeScalar.init)
        return scalar.map { String(Character($0)) } ?? String(ShellScript.Word.gap)
    }

    /// The text up to the bracket that closes one which has been passed; quotes inside are respected.
    private mutating func balanced() -> String {
        var result = ""
        var open = 1
        while let character = current, problem == nil {
            switch character {
            case "(": open += 1
            case ")": open -= 1
            case "\\":
                result.append(character)
                index += 1
                if let next = current { result.append(next) }
                index += 1
                continue
            case "'", "\"":
                // Here-documents hold single quotes that close nothing; one that stays open ends with the text.
                let from = index
                index += 1
                if character == "'" {
                    guard let end = text[index...].firstIndex(of: "'") else {
                        result.append(character)
                        continue
                    }
                    index = end + 1
                } else {
                    skipDoubleQuoted()
                }
                result += String(text[from..<index])
                continue
            default: break
            }
            index += 1
            if open == 0 { return result }
            result.append(character)
        }
        problem = problem ?? "a bracket is not closed"
        return result
    }

    private mutating func skipDoubleQuoted() {
        while let character = current {
            index += character == "\\" ? 2 : 1
            if character == "\"" { return }
        }
    }

    private mutating func skipArithmetic() {
        var open = 1
        index += 1
        while let character = current, problem == nil {
            if character == "$" || character == "`" {
                _ = expansion()
                continue
            }
            index += 1
            if character == "(" { open += 1 }
            if character == ")" { open -= 1 }
            if open == 0 {
                if current == ")" { index += 1 }
                return
            }
        }
        problem = problem ?? "a bracket is not closed"
    }

    /// Reads a script inside of this one.
    private mutating func substitute(_ script: String) {
        let inner = ShellScript(script, variables: variables, depth: depth + 1)
        commands += inner.commands
        problem = problem ?? inner.problem
    }

    private mutating func redirect(_ prefix: String) {
        var operation = prefix
        while let character = current, "<>&|-".contains(character), operation.count < 4 {
            if character == "&" || character == "|" || character == "-",
                !(operation.hasSuffix("<") || operation.hasSuffix(">") || operation == "<<")
            {
                break
            }
            operation.append(character)
            index += 1
        }
        if operation.hasSuffix("<") || operation.hasSuffix(">"), current == "(" {
            index += 1
            substitute(balanced())
            command.words.append(ShellScript.Word(text: String(ShellScript.Word.gap)))
            return
        }
        while let character = current, character == " " || character == "\t" { index += 1 }
        let (target, isQuoted) = readWord()
        if operation == "<<" || operation == "<<-" {
            pendingDocuments.append((target.text, isQuoted))
            return
        }
        if operation == "<<<" {
            command.documents.append(target.text)
            return
        }
        command.redirections.append(ShellScript.Redirection(operation: operation, target: target))
    }

    /// Takes the bodies of here-documents, which begin on the line after their commands.
    private mutating func readDocuments() {
        for document in pendingDocuments {
            var body: [String] = []
            var isClosed = false
            while index < text.count {
                let end = text[index...].firstIndex(of: "\n") ?? text.count
                let line = String(text[index..<end])
                index = min(end + 1, text.count)
                if line == document.end || line.drop(while: { $0 == "\t" }) == document.end {
                    isClosed = true
                    break
                }
                body.append(line)
            }
            if !isClosed { problem = problem ?? "a here-document does not end" }
            // Without quotes around its end a document is as a text in double quotes: commands in it are run.
            if !document.isLiteral {
                let text = body.joined(separator: "\n").replacing("\"", with: "\\\"")
                substitute(": \"\(text)\"")
            }
            // Which command of the line gets it does not matter: all of them are looked at with it.
            for place in lineStart..<commands.count { commands[place].documents.append(body.joined(separator: "\n")) }
        }
        pendingDocuments = []
        lineStart = commands.count
    }
}
