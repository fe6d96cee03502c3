import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

/// `git gatekeeper report`, as people call it.
@Suite("pages of runs, end to end")
struct PageTests {
    private struct Written: Decodable {
        var version: Int
        var path: String
        var bytes: Int
        var runs: [String]
    }

    private static let program = """
        #!/bin/sh
        if grep -q '"attempt" : 1,'; then new='a * b'; else new='a - b'; fi
        cat <<REPLY
        {"edits":[{"path":"calc/core.py","edits":[{"search":"def sub(a, b):\\n    return a + b",
        "replace":"def sub(a, b):\\n    return $new"}]}]}
        REPLY

        """

    private static func text(_ path: String) throws -> String {
        String(decoding: try #require(FileManager.default.contents(atPath: path)), as: UTF8.self)
    }

    @Test("a page is written where nothing is judged by it, opened where asked, and leaves the evidence as it was")
    func page() async throws {
        try await Calculator.withRepository { repository in
            let none = try await repository.gatekeeper("report")
            #expect(none.exitCode == 128 && none.standardError.text.contains("[ledger.empty]"))
            let record = try await repository.record(
                "run",
                "--backend-command",
                try repository.install("backend.sh", Self.program),
                status: 0
            )
            let before = try await repository.state()

            let answer = try await repository.gatekeeper("report").standardOutput.text
            let path = "\(repository.path)/.git/gatekeeper/reports/\(record.id).html"
            #expect(answer == path + "\n")
            let page = try Self.text(path)
            for part in [
                "<!doctype html>", record.id, "is in your working tree", "FAIL_TO_PASS", Calculator.target,
                "1 ✕ rejected", "2 ✓ accepted", "return a <b>-</b> b", "calc/core.py", "What the backend was shown",
                "gatekeeper.check.test.command", "files are as the run wrote them",
                "Nothing is signed about the tree of this run.",
            ] { #expect(page.contains(part), "\(part)") }
            #expect(try await repository.state() == before)
            #expect(try await repository.gatekeeper("show", "--verify").exitCode == 0)
            #expect(try await repository.gatekeeper("report", "--output", "-").standardOutput.text == page)

            // Opened by what the user's own environment names, with a URL and nothing else.
            let browser = try repository.install(
                "browser",
                "#!/bin/sh\nprintf '%s\\n' \"$@\" >\"$0.new\"\nmv \"$0.new\" \"$0.seen\"\n"
            )
            try FileManager.default.createDirectory(
                atPath: "\(repository.path)/a b",
                withIntermediateDirectories: false
            )
            let opened = try await repository.gatekeeper(
                "report",
                record.id,
                "--open",
                "-o",
                "a b/%s.html",
                environment: ["BROWSER": "no-such-browser:\(browser) --new"]
            )
            #expect(opened.exitCode == 0, "\(opened.standardError.text)")
            for _ in 0..<200 where !FileManager.default.fileExists(atPath: browser + ".seen") {
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(try Self.text(browser + ".seen") == "--new\nfile://\(repository.path)/a%20b/%25s.html\n")

            // Several runs.
            let json = try await repository.gatekeeper("report", "-n", "5", "--format", "json").standardOutput.bytes
            let written = try JSON.decode(Written.self, from: json)
            #expect(written.version == 1 && written.runs == [record.id] && written.path.hasSuffix("/reports/runs.html"))
            let trend = try Self.text(written.path)
            #expect(trend.utf8.count == written.bytes && trend.contains("1 run that tried a repair"))

            // What somebody wrote into the run's folder is no evidence, neither here nor there.
            let run = "\(repository.path)/.git/gatekeeper/runs/\(record.id)"
            try Data("FORGED <b>\n".utf8).write(to: URL(fileURLWithPath: "\(run)/attempt-2/patch.diff"))
            let altered = try await repository.gatekeeper("report", "--output", "-").standardOutput.text
            #expect(altered.contains("attempt-2/patch.diff is not as the run wrote it") && !altered.contains("FORGED"))
            let sealed = try Self.text("\(run)/record.json")
            try Data(sealed.replacing("rejected", with: "accepted").utf8).write(
                to: URL(fileURLWithPath: "\(run)/record.json")
            )
            #expect(
                try await repository.gatekeeper("report", "--output", "-").standardOutput.text
                    .contains("Nothing on this page is evidence.")
            )
            let uncounted = try await repository.gatekeeper("report", "--all")
            #expect(uncounted.exitCode == 128 && uncounted.standardError.text.contains("[report.empty]"))
            try Data("{".utf8).write(to: URL(fileURLWithPath: "\(run)/record.json"))
            #expect(try await repository.gatekeeper("report").standardError.text.contains("[evidence.unreadable]"))

            // A page goes when its run goes.
            #expect(try await repository.gatekeeper("clean", "--all").exitCode == 0)
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    @Test("what cannot be written or opened is refused before anything is changed")
    func refusals() async throws {
        try await Calculator.withRepository(broken: false) { repository in
            _ = try await repository.record("test", status: 0)
            let files = FileManager.default
            try files.createDirectory(atPath: "\(repository.path)/folder", withIntermediateDirectories: false)
            try Data("precious".utf8).write(to: URL(fileURLWithPath: "\(repository.scratch)/precious"))
            try files.createSymbolicLink(
                atPath: "\(repository.path)/link.html",
                withDestinationPath: "\(repository.scratch)/precious"
            )
            try files.createSymbolicLink(
                atPath: "\(repository.path)/elsewhere",
                withDestinationPath: repository.scratch
            )
            for (output, says) in [
                ("link.html", "'link.html' is a symbolic link"), ("folder", "'folder' is no file"),
                ("folder/", "names a folder"), ("nowhere/x.html", "cannot write 'nowhere/x.html'"),
                ("elsewhere/x.html", "cannot write 'elsewhere/x.html'"),
            ] {
                let refused = try await repository.gatekeeper("report", "--output", output)
                #expect(
                    refused.exitCode == 128 && refused.standardError.text.contains(says),
                    "\(refused.standardError.text)"
                )
                #expect(refused.standardError.text.contains("[report.output]") && refused.standardOutput.bytes.isEmpty)
            }
            #expect(try Self.text("\(repository.scratch)/precious") == "precious")
            #expect(!files.fileExists(atPath: "\(repository.scratch)/x.html"))
            #expect(try files.contentsOfDirectory(atPath: "\(repository.path)/folder").isEmpty)

            let blind = try await repository.gatekeeper(
                "report",
                "--open",
                environment: ["BROWSER": "no-such-browser", "PATH": try Self.path(repository)]
            )
            #expect(
                blind.exitCode == 128 && blind.standardError.text.contains("[report.browser]"),
                "\(blind.standardError.text)"
            )
            #expect(!files.fileExists(atPath: "\(repository.path)/.git/gatekeeper/reports"))

            for wrong in [
                ["report", "abc", "--all"], ["report", "-n", "0"], ["report", "-n", "2", "--all"],
                ["report", "-o", "-", "--open"], ["report", "-o", "-", "--format", "json"], ["report", "-o", ""],
            ] { #expect(try await repository.gatekeeper(arguments: wrong).exitCode == 129, "\(wrong)") }
            #expect(
                try await repository.gatekeeper("report", "zzz").standardError.text.contains("[ledger.unknown-run]")
            )

            // An old page gives way in one step, and nothing is left beside it.
            try Data("old".utf8).write(to: URL(fileURLWithPath: "\(repository.path)/folder/page.html"))
            #expect(try await repository.gatekeeper("report", "-o", "folder/page.html").exitCode == 0)
            #expect(try files.contentsOfDirectory(atPath: "\(repository.path)/folder") == ["page.html"])
            #expect(try Self.text("\(repository.path)/folder/page.html").contains("Every required test holds"))
        }
    }

    /// A search path with git and the gate on it, and nothing that opens pages.
    private static func path(_ repository: TestRepository) throws -> String {
        let folder = "\(repository.scratch)/bin"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let git = try #require(Programs.find("git", in: repository.environment))
        try FileManager.default.createSymbolicLink(atPath: "\(folder)/git", withDestinationPath: git)
        return "\(Program.folder):\(folder)"
    }
}
