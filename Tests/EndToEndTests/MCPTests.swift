import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

/// The MCP server as a stream of bytes sees it.
@Suite("MCP server")
struct MCPTests {
    private static let hello =
        #"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-06-18","capabilities":{},"clientInfo":{"name":"t","version":"1"}}}"#

    /// Sends lines, closes the stream, and gives what came back.
    private static func talk(
        _ repository: TestRepository,
        _ lines: [String],
        _ options: String...,
        environment: [String: String] = [:]
    ) async throws -> [JSONValue] {
        let result = try await repository.gatekeeper(
            arguments: ["mcp"] + options,
            input: lines.joined(separator: "\n") + "\n",
            environment: environment
        )
        #expect(result.exitCode == 0, "\(result.standardError.text)")
        return try result.standardOutput.text.split(separator: "\n").map { line in
            try #require(JSONValue.read(Array(line.utf8)), "not of the protocol: \(line)")
        }
    }

    private static func call(_ id: Int, _ tool: String, _ arguments: String = "{}") -> String {
        #"{"jsonrpc":"2.0","id":\#(id),"method":"tools/call","params":{"name":"\#(tool)","arguments":\#(arguments)}}"#
    }

    @Test("every message that is none gets its error, and the conversation goes on")
    func malformed() async throws {
        try await withTestRepository("mcp") { repository in
            let big = String(repeating: "x", count: 5 << 20)
            let deep = String(repeating: "[", count: 100_000)
            let cases: [(line: String, code: Int, id: JSONValue)] = [
                ("nonsense", -32700, .null), ("{", -32700, .null), (deep, -32700, .null), ("[]", -32600, .null),
                ("\"x\"", -32600, .null), ("{}", -32600, .null),
                (#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#, -32600, 1),
                (#"{"jsonrpc":"2.0","id":2}"#, -32600, 2),
                (#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, -32600, .null),
                (#"{"jsonrpc":"2.0","id":[1],"method":"ping"}"#, -32600, .null),
                (#"{"jsonrpc":"2.0","id":1.5,"method":"ping"}"#, -32600, .null),
                (#"{"jsonrpc":"2.0","id":3,"method":"ping","params":[]}"#, -32602, 3),
                (#"{"jsonrpc":"2.0","id":"a","method":"nope"}"#, -32601, "a"),
                (#"{"jsonrpc":"2.0","id":4,"method":"tools/list"}"#, -32600, 4),
                (#"{"jsonrpc":"2.0","id":5,"method":"initialize","params":{}}"#, -32602, 5),
                (#"{"id" : 6, "jsonrpc":"2.0","method":"ping","params":{"x":"\#(big)"}}"#, -32600, 6),
                (#"{"jsonrpc":"2.0","method":"ping","params":{"id":1,"x":"\#(big)"},"id":6}"#, -32600, .null),
                (#"{"jsonrpc":"2.0","id":7,"method":"server/discover"}"#, -32602, 7),
                (
                    #"{"jsonrpc":"2.0","id":8,"method":"tools/list","params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"2099-01-01","io.modelcontextprotocol/clientCapabilities":{}}}}"#,
                    -32022, 8
                ),
            ]
            let quiet = [
                "", "   ", #"{"jsonrpc":"2.0","method":"notifications/initialized"}"#,
                #"{"jsonrpc":"2.0","id":9,"result":{}}"#,
                #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":77}}"#,
            ]
            let answers = try await Self.talk(
                repository,
                cases.map(\.line) + quiet + [#"{"jsonrpc":"2.0","id":"end","method":"ping"}"#]
            )
            #expect(answers.count == cases.count + 1)
            for (answer, expected) in zip(answers, cases) {
                #expect(answer["error"]["code"].integer == expected.code, "\(expected.line.prefix(80))")
                #expect(answer["id"] == expected.id, "\(expected.line.prefix(80))")
                #expect((answer["error"]["message"].string ?? "").utf8.count < 300)
            }
            #expect(answers.last == ["jsonrpc": "2.0", "id": "end", "result": [:]])
        }
    }

    @Test(
        "the revision is agreed on",
        arguments: [
            ("2024-11-05", "2024-11-05"), ("2025-06-18", "2025-06-18"), ("2025-11-25", "2025-11-25"),
            ("1999-01-01", "2025-11-25"),
        ]
    )
    func revisions(_ wanted: String, _ given: String) async throws {
        try await withTestRepository("mcp") { repository in
            let answers = try await Self.talk(
                repository,
                [
                    Self.hello.replacing("2025-06-18", with: wanted), Self.hello,
                    #"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#,
                ]
            )
            #expect(answers[0]["result"]["protocolVersion"].string == given)
            #expect(answers[1]["error"]["code"].integer == -32600)
            let tools = answers[2]["result"]["tools"].elements
            #expect(
                tools.compactMap { $0["name"].string } == [
                    "gate_test", "gate_run", "gate_judge", "gate_context", "gate_show", "gate_status",
                ]
            )
            // No tool takes anything that would loosen the gate.
            let names = tools.flatMap { tool -> [String] in
                guard case .object(let members) = tool["inputSchema"]["properties"] else { return ["?"] }
                return Array(members.keys)
            }
            #expect(Set(names) == ["fresh", "patch", "tokens", "run", "artifact", "offset"])
            for tool in tools { #expect(tool["inputSchema"]["additionalProperties"] == false) }
        }
    }

    @Test("a client that goes away ends what it had started, and a cancelled call is not answered")
    func ending() async throws {
        try await Calculator.withRepository { repository in
            let number = Int.random(in: 100_000..<1_000_000)
            try repository.write(
                "tests/test_core.py",
                """
                import subprocess, unittest

                class T(unittest.TestCase):
                    def test(self):
                        subprocess.run(["sleep", "5987.\(number)"])

                """
            )
            // The pattern does not match itself, and so none of the programs that are given it.
            let result = try await repository.run(
                "/bin/sh",
                [
                    "-c",
                    """
                    PATH="$1:$PATH"
                    sleeps() { ps -A -o args= | grep -q "sleep 5987[.]$7"; }
                    wait_for() { n=0; until "$@"; do n=$((n + 1)); [ $n -lt 600 ] || exit 9; sleep 0.1; done; }
                    asleep() { ! sleeps; }
                    mkfifo in; git gatekeeper mcp <in >../out & exec 3>in; rm in
                    printf '%s\\n' "$2" "$3" >&3
                    wait_for sleeps
                    printf '%s\\n' "$5" >&3
                    wait_for asleep
                    printf '%s\\n' "$4" "$6" >&3
                    wait_for sleeps
                    exec 3>&-
                    wait
                    sleeps && exit 8
                    cat ../out
                    """, "sh", Program.folder, Self.hello, Self.call(1, "gate_test"), Self.call(2, "gate_test"),
                    #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":1}}"#,
                    #"{"jsonrpc":"2.0","id":3,"method":"ping"}"#, "\(number)",
                ]
            )
            #expect(result.exitCode == 0, "\(result.standardError.text)")
            let ids = result.standardOutput.text.split(separator: "\n").compactMap {
                JSONValue.read(Array($0.utf8))?["id"]
            }
            #expect(ids == [0, 3])
            #expect(try await RunLedger(repository: repository.open()).active() == [])
        }
    }

    @Test("nothing is written, whoever asks, unless the person who started the server allowed it")
    func applying() async throws {
        try await Calculator.withRepository { repository in
            try await repository.git("config", "gatekeeper.backend", "revert")
            let before = try await repository.state()
            // A pipe that is closed at once would end the call: it is kept open until the answer is there.
            func run(
                _ options: String,
                _ arguments: String,
                _ tool: String = "gate_run"
            ) async throws -> JSONValue {
                let result = try await repository.run(
                    "/bin/sh",
                    [
                        "-c",
                        """
                        PATH="$1:$PATH"; mkfifo in$4; git gatekeeper mcp $4 <in$4 >../out & exec 3>in$4; rm in$4
                        printf '%s\\n' "$2" "$3" >&3
                        until grep -q '"id":1' ../out; do sleep 0.1; done
                        exec 3>&-; wait; cat ../out
                        """, "sh", Program.folder, Self.hello, Self.call(1, tool, arguments), options,
                    ]
                )
                let last = try #require(result.standardOutput.text.split(separator: "\n").last)
                return try #require(JSONValue.read(Array(last.utf8)))["result"]
            }
            #expect(try await run("", #"{"apply":true}"#)["isError"] == true)
            #expect(try await repository.state() == before)
            let kept = try await run("", "{}")["structuredContent"]
            #expect(kept["verdict"] == "accepted" && kept["proven"] == false && kept["next"]["action"] == "take_fix")
            #expect(repository.read("calc/core.py") == Calculator.broken)
            let applied = try await run("--allow-apply", #"{"apply":true}"#)["structuredContent"]
            #expect(applied["proven"] == true && applied["next"]["action"] == "finish")
            #expect(repository.read("calc/core.py") == Calculator.healthy)
            // What an earlier run said is no proof of what is there now.
            let shown = try await run("", "{}", "gate_show")["structuredContent"]["answer"]
            #expect(shown["verdict"] == "accepted" && shown["proven"] == false && shown["next"]["action"] == "retry")
        }
    }
}
