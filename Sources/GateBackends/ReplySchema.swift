import GateCore

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

    /// The same in the form that servers can enforce: every member is there, and what is not meant is null.
    static let strict: JSONValue = [
        "type": "object",
        "required": ["edits", "cannot_fix"],
        "additionalProperties": false,
        "properties": [
            "edits": ["anyOf": [["type": "array", "items": strictEdit], ["type": "null"]]],
            "cannot_fix": ["anyOf": [strictRefusal, ["type": "null"]]],
        ],
    ]

    private static let strictEdit: JSONValue = [
        "type": "object",
        "required": ["path", "content", "delete", "edits"],
        "additionalProperties": false,
        "properties": [
            "path": ["type": "string", "description": "relative to the repository"],
            "content": [
                "anyOf": [["type": "string"], ["type": "null"]],
                "description": "the whole new content of the file, or null where 'edits' or 'delete' is given",
            ],
            "delete": [
                "anyOf": [["type": "boolean"], ["type": "null"]],
                "description": "true to remove the file, else null",
            ],
            "edits": [
                "anyOf": [
                    [
                        "type": "array",
                        "items": [
                            "type": "object",
                            "required": ["search", "replace"],
                            "additionalProperties": false,
                            "properties": [
                                "search": [
                                    "type": "string", "description": "a text that occurs exactly once in the file",
                                ],
                                "replace": ["type": "string"],
                            ],
                        ],
                    ],
                    ["type": "null"],
                ]
            ],
        ],
    ]

    private static let strictRefusal: JSONValue = [
        "type": "object",
        "required": ["kind", "reason", "tests"],
        "additionalProperties": false,
        "properties": [
            "kind": [
                "type": "string",
                "enum": [
                    "no-fix", "contract-is-wrong", "needs-human", "needs-dependency", "not-reproducible", "other",
                ],
            ],
            "reason": ["type": "string"],
            "tests": ["type": "array", "items": ["type": "string"]],
        ],
    ]
}

/// Whether servers can enforce a schema: objects are closed, and all their members are required.
enum StrictSchema {
    static func holds(_ schema: JSONValue) -> Bool {
        guard case .object(let members) = schema else { return true }
        if case .object(let properties) = schema["properties"] {
            let required = Set(schema["required"].elements.compactMap(\.string))
            guard schema["additionalProperties"] == false, required == Set(properties.keys) else { return false }
            if !properties.values.allSatisfy(holds) { return false }
        }
        for name in ["oneOf", "allOf", "not", "patternProperties"] where members[name] != nil { return false }
        return holds(schema["items"]) && schema["anyOf"].elements.allSatisfy(holds)
    }
}
