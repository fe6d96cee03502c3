import Foundation
import GateGit
import GateTestSupport
import Testing

@Suite("every command of the tutorial and the how-tos")
struct PagesTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    struct Page: Sendable, CustomTestStringConvertible {
        let path: String
        /// Blocks of commands that cannot be run here, each marked with its reason in the page.
        let notRun: Int
        var testDescription: String { path }
    }

    /// Whoever hides a command from the test has to say so here as well.
    static let pages = [
        Page(path: "docs/tutorial.md", notRun: 1),
        Page(path: "docs/how-to/pre-push.md", notRun: 0),
        Page(path: "docs/how-to/ci.md", notRun: 0),
        Page(path: "docs/how-to/council.md", notRun: 0),
        Page(path: "docs/how-to/private-model.md", notRun: 1),
        Page(path: "docs/how-to/monorepo.md", notRun: 0),
        Page(path: "docs/how-to/containers.md", notRun: 1),
    ]

    private func run(_ page: String, in scratch: String) async throws -> (status: Int32?, text: String) {
        let folder = "\(scratch)/page"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let result = try await ProcessRunner.run(
            ProcessRequest(
                executable: "python3",
                arguments: ["-B", "\(Self.root)/Tests/Support/docs.py", page, folder],
                environment: ["PATH": "\(Program.folder):\(path)"],
                workingDirectory: scratch,
                limits: ProcessLimits(wallTime: .seconds(600))
            )
        )
        return (result.exitCode, result.standardOutput.text + result.standardError.text)
    }

    @Test("does what the page says, and prints what it shows", arguments: pages)
    func page(_ page: Page) async throws {
        try await withScratchFolder("page") { scratch in
            let (status, text) = try await run("\(Self.root)/\(page.path)", in: scratch)
            #expect(status == 0, "\(text)")
            #expect(text.hasSuffix("not run \(page.notRun)\n"), "\(text)")
        }
    }

    @Test("no page is left out")
    func all() throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: "\(Self.root)/docs/how-to").map {
            "docs/how-to/\($0)"
        }
        #expect(Set(files + ["docs/tutorial.md"]) == Set(Self.pages.map(\.path)))
    }

    @Test(
        "a page that has drifted is found out",
        arguments: [
            ("```console\n$ echo one\ntwo\n```", "does not print what the page shows"),
            ("```console\n$ echo one\n```", "does not print what the page shows"),
            ("```console\n$ printf 'a\\nb\\nc\\n'\na\n…\nd\n```", "does not print what the page shows"),
            ("```sh\nfalse\necho later\n```", "ended with 1, not 0"),
            ("<!-- exit 1 -->\n```console\n$ true\n```", "ended with 0, not 1"),
            ("```sh\nexit 0\n```", "the shell ended"),
            ("```bash\necho\n```", "a block of 'bash' that nobody runs"),
            ("```text\n$ git push\n```", "a command in a block that nobody runs"),
            ("<!-- not ran: forgotten -->\n```sh\nfalse\n```", "a comment that nobody reads"),
            ("```sh\ntrue", "the block does not end"), ("text\n\n    git push", "a command outside of a block"),
        ]
    )
    func drift(_ text: String, _ complaint: String) async throws {
        try await withScratchFolder("drift") { scratch in
            try Data((text + "\n").utf8).write(to: URL(fileURLWithPath: "\(scratch)/page.md"))
            let found = try await run("\(scratch)/page.md", in: scratch)
            #expect(found.status == 1 && found.text.contains(complaint), "\(found.text)")
        }
    }
}
