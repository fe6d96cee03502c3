/// What the second look knows of Python beyond sequences of tokens.
enum PythonLook {
    private static let equal = "an equality that always holds makes every comparison pass"
    private static let exit = "an exit while a module is loaded ends the tests with it, and chooses their exit status"

    static func places(_ tokens: [LookToken]) -> [SecondLook.Place] { equalities(tokens) + moduleExits(tokens) }

    /// `def __eq__` whose whole body is a constant.
    private static func equalities(_ tokens: [LookToken]) -> [SecondLook.Place] {
        tokens.indices.compactMap { index in
            guard tokens[index].text == "def", index + 2 < tokens.count else { return nil }
            let name = tokens[index + 1].text
            let constants: Set<String>
            switch name {
            case "__eq__": constants = ["True", "1"]
            case "__ne__": constants = ["False", "0"]
            default: return nil
            }
            var next = index + 2
            var depth = 0
            repeat {
                if tokens[next].text == "(" { depth += 1 }
                if tokens[next].text == ")" { depth -= 1 }
                next += 1
            } while depth > 0 && next < tokens.count
            while next < tokens.count, tokens[next].text != ":" { next += 1 }
            next += 1
            while next < tokens.count, tokens[next].kind == .text { next += 1 }
            guard next + 1 < tokens.count, tokens[next].text == "return", constants.contains(tokens[next + 1].text),
                next + 2 >= tokens.count || tokens[next + 2].line > tokens[next + 1].line
            else { return nil }
            return SecondLook.Place(
                rule: "look.always-equal",
                why: equal,
                key: "look.always-equal \(name)",
                line: tokens[next].line
            )
        }
    }

    /// `sys.exit` and `raise SystemExit` outside of any function and of the block that runs the module as a program.
    private static func moduleExits(_ tokens: [LookToken]) -> [SecondLook.Place] {
        var places: [SecondLook.Place] = []
        var shelters: [Int] = []
        var depth = 0
        var line = 0
        for index in tokens.indices {
            let token = tokens[index]
            if token.line > line, depth == 0, token.kind != .text {
                shelters.removeAll { $0 >= token.column }
                let isFunction = token.text == "def" || token.text == "async" || token.text == "@"
                let isMain = token.text == "if" && tokens[index...].prefix(4).contains { $0.text == "__name__" }
                if isFunction || isMain { shelters.append(token.column) }
            }
            line = max(line, token.line)
            if token.kind == .mark {
                if ["(", "[", "{"].contains(token.text) { depth += 1 }
                if [")", "]", "}"].contains(token.text) { depth = max(0, depth - 1) }
            }
            guard shelters.isEmpty, token.kind == .word, index + 2 < tokens.count else { continue }
            let isExit =
                token.text == "sys" && tokens[index + 1].text == "." && tokens[index + 2].text == "exit"
                || token.text == "raise" && tokens[index + 1].text == "SystemExit"
            if isExit {
                places.append(
                    SecondLook.Place(rule: "look.exit", why: exit, key: "look.exit module", line: token.line)
                )
            }
        }
        return places
    }
}

/// What the second look knows of shell scripts beyond sequences of tokens.
enum ShellLook {
    /// `exit` in a script that others source.
    static func places(_ tokens: [LookToken]) -> [SecondLook.Place] {
        tokens.filter { $0.kind == .word && $0.text == "exit" }.map { token in
            SecondLook.Place(
                rule: "look.exit",
                why: "an exit in a script that is sourced ends the script that sources it, and chooses its exit status",
                key: "look.exit sourced",
                line: token.line
            )
        }
    }
}
