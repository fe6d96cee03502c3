import Foundation
import GateGit
import Testing

@Suite("Process input")
struct ProcessInputTests {
    struct Case: Sendable {
        let script: String
        let size: Int
        let output: String
    }

    @Test(
        "a program reads all of its input, some of it, or none, and ends as it likes",
        arguments: [
            Case(script: "wc -c | tr -d ' '", size: 0, output: "0\n"),
            Case(script: "wc -c | tr -d ' '", size: 4 << 20, output: "4194304\n"),
            Case(script: "head -c 3", size: 4 << 20, output: "xxx"),
            Case(script: "exec <&-; echo done", size: 4 << 20, output: "done\n"),
            Case(script: "echo done", size: 4 << 20, output: "done\n"),
        ]
    )
    func input(item: Case) async throws {
        let result = try await ProcessRunner.run(
            ProcessRequest(
                executable: "sh",
                arguments: ["-c", item.script],
                environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"],
                workingDirectory: "/",
                input: Array(repeating: UInt8(ascii: "x"), count: item.size)
            )
        )
        #expect(result.isSuccess)
        #expect(result.standardOutput.text == item.output)
    }
}
