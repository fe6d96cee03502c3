import GateCore

/// The shapes of answers, as JSON Schema.
enum ToolSchemas {
    private static let text: JSONValue = ["type": "string"]
    private static let number: JSONValue = ["type": "integer", "minimum": 0]
    private static let truth: JSONValue = ["type": "boolean"]
    private static let texts: JSONValue = ["type": "array", "items": ["type": "string"]]

    private static func object(_ members: [String: JSONValue], optional: Set<String> = []) -> JSONValue {
        [
            "type": "object", "properties": .object(members),
            "required": .list(members.keys.filter { !optional.contains($0) }.sorted().map { .text($0) }),
        ]
    }

    static let step = object([
        "action": ["type": "string", "enum": .list(AgentStep.Action.allCases.map { .text($0.rawValue) })],
        "text": text,
    ])

    /// `AgentAnswer`
    static let answer = object(answerMembers, optional: ["advice", "candidate"])

    private static let answerMembers: [String: JSONValue] = [
        "version": ["type": "integer", "const": 1],
        "run": text,
        "verdict": ["type": "string", "enum": ["green", "accepted", "rejected", "undecided", "skipped"]],
        "proven": truth,
        "stop": text,
        "summary": text,
        "reasons": ["type": "array", "items": object(["code": text, "message": text])],
        "failing": [
            "type": "array",
            "items": object(
                ["test": text, "message": text, "path": text, "line": ["type": "integer"]],
                optional: ["path", "line"]
            ),
        ],
        "failingTotal": number,
        "likelyFiles": texts,
        "advice": text,
        "candidate": object(["paths": texts, "patch": text]),
        "seconds": ["type": "number", "minimum": 0],
        "next": step,
        "notice": text,
    ]

    /// `ToolBox.ContextAnswer`
    static let context = object(
        [
            "version": ["type": "integer", "const": 1], "run": text, "verdict": text, "tokens": number, "context": text,
            "next": step,
        ]
    )

    /// `ToolBox.ShowAnswer`
    static let show = object(
        [
            "version": ["type": "integer", "const": 1], "run": text, "artifacts": texts, "artifactsTotal": number,
            "answer": answer, "artifact": text, "content": text, "offset": number, "bytes": number,
            "nextOffset": number,
            "notice": text,
        ],
        optional: ["answer", "artifact", "content", "offset", "bytes", "nextOffset"]
    )

    /// `ToolBox.StatusAnswer`
    static let status = object(
        [
            "version": ["type": "integer", "const": 1], "branch": text, "commit": text, "headProven": truth,
            "run": text,
            "why": text, "problem": text, "changedPaths": number, "activeRuns": texts, "fixes": texts, "next": step,
        ],
        optional: ["branch", "commit", "run", "why", "problem"]
    )
}
