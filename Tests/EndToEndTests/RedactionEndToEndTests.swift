import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("secrets, end to end")
struct RedactionEndToEndTests {
    private static let secret = "zX9-deploy/Value+42=="
    private static let environment = ["DEPLOY_TOKEN": secret, "CI_RUNNER": "q8Zt71LmNvw02HsPd5"]

    /// A test that prints what it knows in every way, and fails with it.
    private static let leakyTests = """
        import base64, os, sys, unittest, urllib.parse

        from calc import core

        SECRET = os.environ["DEPLOY_TOKEN"]


        class CalcTests(unittest.TestCase):
            def test_sub(self):
                raw = SECRET.encode()
                print("raw", SECRET)
                print("b64", base64.b64encode(b"user:" + raw).decode(), base64.b64encode(raw).decode(), file=sys.stderr)
                print("hex", raw.hex(), raw.hex().upper())
                print("url", urllib.parse.quote(SECRET), urllib.parse.quote(SECRET, safe=""))
                print("repr", repr(SECRET), "https://me:hunter22@example.com/x")
                print("key ghp_" + "aB3" * 12)
                self.assertEqual(core.sub(5, 3), 2, SECRET)

        """

    private func withLeak<R>(_ body: (TestRepository) async throws -> R) async throws -> R {
        try await Calculator.withRepository { repository in
            try repository.write("tests/test_core.py", Self.leakyTests)
            try await repository.git("config", "gatekeeper.environment", "DEPLOY_TOKEN")
            return try await body(repository)
        }
    }

    /// Everything a secret could be read from: the ledger, and what the program said.
    private static func traces(in text: String) -> [String] {
        let data = Data(secret.utf8)
        let hex = data.map { String(format: "%02x", $0) }.joined()
        return [
            secret, data.base64EncodedString(), Data("user:\(secret)".utf8).base64EncodedString(), hex,
            hex.uppercased(),
            "zX9-deploy/Value%2B42", "zX9-deploy%2FValue%2B42", "hunter22", "q8Zt71LmNvw02HsPd5", "ghp_aB3",
        ].filter { text.contains($0) }
    }

    @Test("no secret in any form is in what a backend is sent, in the ledger, or in what is printed")
    func nothingLeaves() async throws {
        try await withLeak { repository in
            try repository.write(".env", "X=1\n")
            let program = try repository.install(
                "backend.py",
                """
                #!/usr/bin/env python3
                import os, sys
                here = os.path.dirname(os.path.abspath(sys.argv[0]))
                with open(here + "/asked", "a") as out:
                    out.write(sys.stdin.read())
                print('{"edits":[{"path":"calc/core.py","edits":[{"search":"def sub(a, b):\\\\n    return a + b",'
                      '"replace":"def sub(a, b):\\\\n    return a * b"}]}]}')
                print("\(Self.secret)", file=sys.stderr)

                """
            )
            for format in ["text", "json"] {
                let result = try await repository.gatekeeper(
                    arguments: ["run", "--backend-command", program, "--max-retries", "2", "--format", format],
                    environment: Self.environment
                )
                #expect(result.exitCode == 1, "\(result.standardError.text)")
                #expect(Self.traces(in: result.standardOutput.text + result.standardError.text) == [])
                #expect(result.standardOutput.text.contains("‹redacted:env.DEPLOY_TOKEN:"))
            }
            let asked = try #require(FileManager.default.contents(atPath: "\(repository.scratch)/asked"))
            let text = String(decoding: asked, as: UTF8.self)
            #expect(text.contains("‹redacted:env.DEPLOY_TOKEN:"))
            #expect(Self.traces(in: text) == [])
            let ledger = "\(repository.path)/.git/gatekeeper/runs"
            var files = 0
            for name in FileManager.default.enumerator(atPath: ledger)?.compactMap({ $0 as? String }) ?? [] {
                guard let data = FileManager.default.contents(atPath: "\(ledger)/\(name)") else { continue }
                files += 1
                #expect(Self.traces(in: String(decoding: data, as: UTF8.self)) == [], "\(name)")
            }
            #expect(files > 8)
        }
    }

    @Test("with redaction left out, the secret is in the context")
    func withoutIt() async throws {
        try await withLeak { repository in
            let result = try await repository.gatekeeper(
                arguments: ["build-context", "--show"],
                environment: Self.environment.merging(["GIT_GATEKEEPER_WITHOUT": "redaction"]) { $1 }
            )
            #expect(result.standardOutput.text.contains(Self.secret))
        }
    }

    @Test("a candidate that writes a known secret down is refused")
    func candidate() async throws {
        try await Calculator.withRepository { repository in
            let content = Calculator.healthy + "\nTOKEN = \"\(Self.secret)\"\n"
            let bytes = try JSONEncoder().encode(["edits": [["path": "calc/core.py", "content": content]]])
            let record = try await repository.record(
                "judge",
                "-",
                input: String(decoding: bytes, as: UTF8.self),
                environment: Self.environment,
                status: 1
            )
            #expect(record.result?.reasons.map(\.code) == ["admission.refused"])
            #expect(record.result?.reasons.first?.message.hasPrefix("content.secret: 'calc/core.py'") == true)
        }
    }

    @Test("a file of credentials is never put into a context")
    func deniedFiles() async throws {
        try await Calculator.withRepository(broken: false) { repository in
            // As near to the failure as a file can be: its module is imported, and its name is among the words.
            try repository.write("calc/server.pem", "the content of a key\n")
            try repository.write("calc/server.py", "the_other_content = 1\n")
            try repository.write("calc/core.py", "from calc import server\n\n\n" + Calculator.broken)
            let result = try await repository.gatekeeper("build-context", "--show")
            #expect(result.standardOutput.text.contains("the_other_content"))
            #expect(!result.standardOutput.text.contains("the content of a key"))
        }
    }
}
