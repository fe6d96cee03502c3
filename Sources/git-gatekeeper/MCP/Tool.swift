import GateCore

/// One tool as a client sees it: its name, what it takes, what it gives.
struct Tool: Sendable {
    /// One argument. There is none that loosens anything: policy, base, sandbox and commands are not a caller's.
    struct Argument: Sendable {
        enum Kind: Sendable {
            case text(most: Int)
            case number(ClosedRange<Int>)
            case truth
        }

        let name: String
        let kind: Kind
        var isRequired = false
        let about: String

        fileprivate var json: JSONValue {
            switch kind {
            case .text(let most):
                ["type": "string", "minLength": 1, "maxLength": .number(most), "description": .text(about)]
            case .number(let range):
                [
                    "type": "integer", "minimum": .number(range.lowerBound), "maximum": .number(range.upperBound),
                    "description": .text(about),
                ]
            case .truth: ["type": "boolean", "description": .text(about)]
            }
        }
    }

    let name: String
    let title: String
    let about: String
    var arguments: [Argument] = []
    let output: JSONValue
    /// Whether it leaves the working tree alone.
    var isReadOnly = true
    /// Whether something beyond this machine may be asked.
    var reachesOut = false

    var json: JSONValue {
        [
            "name": .text(name), "title": .text(title), "description": .text(about),
            "inputSchema": [
                "type": "object",
                "properties": .object(Dictionary(uniqueKeysWithValues: arguments.map { ($0.name, $0.json) })),
                "required": .list(arguments.filter(\.isRequired).map { .text($0.name) }),
                "additionalProperties": false,
            ],
            "outputSchema": output,
            "annotations": [
                "title": .text(title), "readOnlyHint": .truth(isReadOnly), "destructiveHint": false,
                "idempotentHint": .truth(isReadOnly), "openWorldHint": .truth(reachesOut),
            ],
        ]
    }

    /// Holds what a caller gave against the schema.
    ///
    /// - Throws: `GateFailure` with `mcp.arguments`, naming the argument.
    func check(_ given: [String: JSONValue]) throws(GateFailure) {
        if let stranger = given.keys.sorted().first(where: { name in !arguments.contains { $0.name == name } }) {
            throw refusal(
                "'\(name)' takes no argument '\(Excerpt.line(Excerpt.visible(stranger), maximum: 60))'",
                arguments.isEmpty
                    ? "call it without arguments" : "it takes: \(arguments.map(\.name).joined(separator: ", "))"
            )
        }
        for argument in arguments {
            guard let value = given[argument.name] else {
                if argument.isRequired {
                    throw refusal("'\(name)' needs the argument '\(argument.name)'", argument.about)
                }
                continue
            }
            switch (argument.kind, value) {
            case (.text(let most), .text(let text)):
                guard !text.isEmpty else { throw refusal("'\(argument.name)' is empty", argument.about) }
                guard text.unicodeScalars.count <= most else {
                    throw refusal("'\(argument.name)' is longer than \(most) characters", "send less")
                }
            case (.number(let range), _):
                guard let number = value.integer, range.contains(number) else {
                    throw refusal(
                        "'\(argument.name)' must be a whole number from \(range.lowerBound) to \(range.upperBound)",
                        argument.about
                    )
                }
            case (.truth, .truth): break
            case (.text, _): throw refusal("'\(argument.name)' must be text, and not \(value.kind)", argument.about)
            case (.truth, _): throw refusal("'\(argument.name)' must be true or false", argument.about)
            }
        }
    }

    private func refusal(_ message: String, _ hint: String) -> GateFailure {
        GateFailure("mcp.arguments", message, hints: [hint])
    }
}
