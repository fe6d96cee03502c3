import Foundation
import GateGit
import GateTestSupport
import Testing

@Suite("the live view on a real terminal")
struct LiveViewTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
    /// Where `make terminal` puts a terminal written in Python.
    private static let python = "\(root)/.build/terminal/bin/python3"
    private static let isRequired = ProcessInfo.processInfo.environment["GIT_GATEKEEPER_TERMINAL"] == "required"

    private func run(_ python: String, _ arguments: [String], _ name: String) async throws {
        try await withScratchFolder(name) { scratch in
            let world = "\(scratch)/world"
            try FileManager.default.createDirectory(atPath: world, withIntermediateDirectories: true)
            let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
            let result = try await ProcessRunner.run(
                ProcessRequest(
                    executable: python,
                    arguments: ["-B", "\(Self.root)/Tests/Support/terminal.py", world] + arguments,
                    environment: ["PATH": "\(Program.folder):\(path)", "LANG": "C.UTF-8"],
                    workingDirectory: scratch,
                    limits: ProcessLimits(wallTime: .seconds(600))
                )
            )
            let text = result.standardOutput.text + result.standardError.text
            #expect(result.exitCode == 0, "\(text)")
            #expect(text.contains("held: Ctrl-C"), "\(text)")
        }
    }

    @Test("no line is too wide, only what is needed is asked of the terminal, and Ctrl-C leaves it as it was")
    func inShort() async throws { try await run("python3", [], "live") }

    @Test(
        "at every width, through Ctrl-Z and a change of size, on the screens of another program's terminal",
        .enabled(if: isRequired)
    )
    func atLength() async throws {
        try await run(Self.python, ["--all", "--record", "\(Self.root)/.build/terminal/screens"], "live-all")
    }
}
