/// Fills `${{ … }}` of GitHub's files where their value is known from the files alone.
struct JobExpression: Sendable {
    var matrix = JobMatrix.Instance()
    var environment: [String: String] = [:]
    var inputs: [String: String] = [:]

    enum Filled: Sendable, Hashable {
        case text(String)
        /// What would have to be known, in words.
        case needs(String)

        var text: String? {
            guard case .text(let text) = self else { return nil }
            return text
        }
    }

    func fill(_ text: String) -> Filled {
        var filled = ""
        var rest = text[...]
        while let start = rest.firstRange(of: "${{") {
            filled += rest[..<start.lowerBound]
            guard let end = rest[start.upperBound...].firstRange(of: "}}") else {
                return .needs("an expression to its end")
            }
            let expression = String(rest[start.upperBound..<end.lowerBound]).trimmedBlanks
            guard let value = value(expression) else { return .needs(Self.words(expression)) }
            filled += value
            rest = rest[end.upperBound...]
        }
        return .text(filled + rest)
    }

    /// Whether a text names something of the matrix.
    static func namesMatrix(_ text: String) -> Bool {
        text.split(separator: "${{").dropFirst().contains { $0.prefix { $0 != "}" }.contains("matrix.") }
    }

    private func value(_ expression: String) -> String? {
        // Of several, the first that is something.
        if expression.contains("||") {
            var last = ""
            for part in expression.split(separator: "||") {
                guard let value = value(String(part).trimmedBlanks) else { return nil }
                if !value.isEmpty, value != "false", value != "0" { return value }
                last = value
            }
            return last
        }
        if expression.count >= 2, expression.hasPrefix("'"), expression.hasSuffix("'"),
            !expression.dropFirst().dropLast().contains("'")
        {
            return String(expression.dropFirst().dropLast())
        }
        guard let dot = expression.firstIndex(of: "."),
            expression.allSatisfy({ $0.isLetter || $0.isNumber || "._-".contains($0) })
        else { return nil }
        let name = String(expression[expression.index(after: dot)...])
        switch expression[..<dot] {
        case "matrix": return matrix.value(of: name)
        case "env": return environment[name]
        case "inputs": return inputs[name]
        case "runner": return name == "os" ? Self.system : nil
        default: return nil
        }
    }

    private static func words(_ expression: String) -> String {
        if let name = secret(expression) { return "the secret \(name)" }
        return "the value of '\(Excerpt.visible(Excerpt.line(expression, maximum: 80)))', which only the engine knows"
    }

    /// Name of the first secret in an expression.
    private static func secret(_ expression: String) -> String? {
        if expression.contains("github.token") { return "github.token" }
        guard let start = expression.firstRange(of: "secrets.") else { return nil }
        return String(expression[start.upperBound...].prefix { $0.isLetter || $0.isNumber || $0 == "_" })
    }

    #if os(macOS)
        static let system = "macOS"
    #else
        static let system = "Linux"
    #endif
}
