import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("notifications")
struct NotifyTests {
    private static let secret = "a-key-of-24-characters-1"

    @Test("a webhook gets what a run came to, signed, in names and numbers only; a server that is busy is asked again")
    func webhook() async throws {
        try await Calculator.withRepository { repository in
            let script = #"[{"status": 503, "body": {}}, {"raw": "ok", "type": "text/plain"}]"#
            try await ModelServer.with(script, in: repository.scratch) { server in
                let address = "http://127.0.0.1:\(server.port)/S3cretPathWord77/responses"
                try await repository.git("config", "gatekeeper.notify.webhook", address)
                try await repository.git("config", "gatekeeper.notify.secretVariable", "HOOK_KEY")
                let environment = ["HOOK_KEY": Self.secret]
                let run = try await repository.gatekeeper("test", "--format", "json", environment: environment)
                #expect(run.exitCode == 1, "\(run.standardError.text)")
                let record = try JSON.decode(RunRecord.self, from: run.standardOutput.bytes)
                #expect(!run.standardOutput.text.contains("S3cretPathWord77"))
                let requests = try server.requests()
                #expect(requests.count == 2)
                let request = try #require(requests.last)
                #expect(request.path == "/S3cretPathWord77/responses")
                #expect(request.headers["x-gatekeeper-event"] == "ended")
                #expect(requests[0].headers["x-gatekeeper-delivery"] == request.headers["x-gatekeeper-delivery"])
                let body = try #require(JSONValue.read(Array(request.body.utf8)))
                #expect(body["run"].string == record.id)
                #expect(body["verdict"].string == "rejected")
                #expect(body["reasons"].elements.map(\.string) == ["baseline.red"])
                for word in ["test_sub", "core.py", "unittest", repository.scratch, "AssertionError"] {
                    #expect(!request.body.contains(word), "\(word)")
                }
                let shown = try await repository.gatekeeper("notify", "--format", "json")
                #expect(shown.exitCode == 0)
                let last = try #require(try JSON.decode(NotifyRecord.self, from: shown.standardOutput.bytes).last)
                #expect(last.delivered && last.signed && last.requests == 2)
                let payload = Array(last.payload.utf8)
                let key = Array(Self.secret.utf8)
                #expect(request.headers["x-hub-signature-256"] == "sha256=\(HMAC.sha256Hex(key: key, payload))")
                let stamp = try #require(request.headers["x-gatekeeper-timestamp"])
                let stamped = HMAC.sha256Hex(key: key, Array("\(stamp).".utf8) + payload)
                #expect(request.headers["x-gatekeeper-signature"] == "t=\(stamp),v1=\(stamped)")
                let tried = try await repository.gatekeeper("notify", "--test", environment: environment)
                #expect(tried.exitCode == 0, "\(tried.standardError.text)")
                let again = try await repository.gatekeeper("notify", "--replay", environment: environment)
                #expect(again.exitCode == 0)
                let later = try server.requests().suffix(2)
                #expect(Set(later.map { $0.headers["x-gatekeeper-delivery"] }).count == 1)
                #expect(later.allSatisfy { $0.headers["x-gatekeeper-event"] == "test" })
                // What was to be signed and cannot be is not sent.
                let unsigned = try await repository.gatekeeper("notify", "--test")
                #expect(unsigned.exitCode == 1)
                #expect(try server.requests().count == 4)
                let folder = "\(repository.scratch)/sent"
                try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
                for (number, request) in try server.requests().enumerated() {
                    try Data(request.body.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(number)"))
                }
                let checked = try await SchemaTests.python(["check", folder])
                #expect(checked.isSuccess, "\(checked.standardError.text)")
            }
        }
    }

    @Test("nobody who listens, or an address that nobody may be told at, turns no verdict; tracked files name none")
    func refusals() async throws {
        try await Calculator.withRepository(broken: false) { repository in
            try await repository.git("config", "gatekeeper.notify.webhook", "http://127.0.0.1:1/nobody")
            let lost = try await repository.gatekeeper("test", "--format", "json")
            #expect(lost.exitCode == 0, "\(lost.standardError.text)")
            #expect(lost.standardError.text.contains("note: the webhook was not told: "))
            let shown = try await repository.gatekeeper("notify")
            #expect(shown.exitCode == 1)
            #expect(shown.standardOutput.text.contains("NOT delivered"))
            for address in ["http://example.com/x", "ftp://127.0.0.1/x", "http://127.0.0.1.example.com/x"] {
                try await repository.git("config", "gatekeeper.notify.webhook", address)
                let refused = try await repository.gatekeeper("notify", "--test")
                #expect(refused.exitCode == 128, "\(address)")
                #expect(refused.standardError.text.contains("webhook"))
            }
            try await repository.git("config", "--unset", "gatekeeper.notify.webhook")
            try await repository.git(
                "config",
                "-f",
                ".gatekeeper/config",
                "gatekeeper.notify.webhook",
                "https://example.com/x"
            )
            let tracked = try await repository.gatekeeper("test", "--base", "HEAD")
            #expect(tracked.exitCode == 0)
            try await repository.commitAll("a policy that would tell others")
            let held = try await repository.gatekeeper("test", "--fresh")
            #expect(held.exitCode == 128)
            #expect(held.standardError.text.contains("gatekeeper.notify.webhook"))
        }
    }

    @Test("the desktop is told of long runs, where there is one", .enabled(if: DesktopPlace.isLinux))
    func desktop() async throws {
        try await Calculator.withRepository(broken: false) { repository in
            let log = "\(repository.scratch)/notified"
            _ = try repository.install("notify-send", "#!/bin/sh\nfor word; do echo \"$word\"; done >>'\(log)'\n")
            let path = "\(repository.scratch):\(Program.folder):\(repository.environment["PATH"] ?? "")"
            try await repository.git("config", "gatekeeper.notify.desktop", "1h")
            let desk = ["PATH": path, "DISPLAY": ":0"]
            _ = try await repository.gatekeeper("test", environment: desk)
            #expect(FileManager.default.contents(atPath: log) == nil)
            try await repository.git("config", "gatekeeper.notify.desktop", "1ms")
            for nobody in [["CI": "true"], ["SSH_TTY": "/dev/pts/1"], ["DISPLAY": ""]] {
                _ = try await repository.gatekeeper("test", environment: desk.merging(nobody) { $1 })
                #expect(FileManager.default.contents(atPath: log) == nil, "\(nobody)")
            }
            let told = try await repository.gatekeeper("test", "--fresh", environment: desk)
            #expect(told.exitCode == 0)
            let text = String(decoding: FileManager.default.contents(atPath: log) ?? Data(), as: UTF8.self)
            #expect(text.contains("--\ngit gatekeeper: green\nrepo: test, "))
        }
    }
}

/// Where the tests run.
enum DesktopPlace {
    #if os(Linux)
        static let isLinux = true
    #else
        static let isLinux = false
    #endif
}
