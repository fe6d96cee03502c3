/// The JSON Schema of a reply, as a value that can be put into requests.
enum ReplySchema {
    static let value: JSONValue = [
        "type": "object",
        "oneOf": [
            ["required": ["edits"]],
            ["required": ["patch"]],
            ["required": ["cannot_fix"]],
        ],
        "additionalProperties": false,
        "properties": [
            "edits": ["type": "array", "minItems": 1, "items": edit],
            "patch": [
                "type": "string", "description": "one unified diff of the head, with a/ and b/ before the paths",
            ],
            "cannot_fix": [
                "oneOf": [
                    ["type": "string"],
                    [
                        "type": "object",
                        "required": ["reason"],
                        "additionalProperties": false,
                        "properties": [
                            "kind": [
                                "enum": [
                                    "no-fix", "contract-is-wrong", "needs-human", "needs-dependency",
                                    "not-reproducible", "other",
                                ]
                            ],
                            "reason": ["type": "string"],
                            "tests": ["type": "array", "items": ["type": "string"]],
                        ],
                    ],
                ]
            ],
            "session": ["type": "string", "description": "comes back in the request of the next attempt"],
            "explanation": ["type": "string"],
            "summary": ["type": "string"],
            "reasoning": ["type": "string"],
            "notes": ["type": "string"],
        ],
    ]

    private static let edit: JSONValue = [
        "type": "object",
        "required": ["path"],
        "oneOf": [
            ["required": ["content"]],
            ["required": ["delete"]],
            ["required": ["edits"]],
        ],
        "additionalProperties": false,
        "properties": [
            "path": ["type": "string", "description": "relative to the repository, with / between components"],
            "content": ["type": "string", "description": "the whole new content of the file"],
            "delete": ["const": true],
            "edits": [
                "type": "array",
                "minItems": 1,
                "items": [
                    "type": "object",
                    "required": ["search", "replace"],
                    "additionalProperties": false,
                    "properties": [
                        "search": ["type": "string", "description": "a text that occurs exactly once in the file"],
                        "replace": ["type": "string"],
                    ],
                ],
            ],
        ],
    ]
}

/// A JSON document written as a literal.
enum JSONValue: Encodable, Sendable, Hashable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
    case text(String)
    case number(Int)
    case truth(Bool)
    case list([JSONValue])
    case object([String: JSONValue])

    init(stringLiteral value: String) { self = .text(value) }
    init(integerLiteral value: Int) { self = .number(value) }
    init(booleanLiteral value: Bool) { self = .truth(value) }
    init(arrayLiteral elements: JSONValue...) { self = .list(elements) }
    init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements) { _, last in last })
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .text(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .truth(let value): try container.encode(value)
        case .list(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }
}
