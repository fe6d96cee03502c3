import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("build-context")
struct ContextEndToEndTests {
    /// A suite in a shell script: what it prints is the same every time.
    private static let script = """
        #!/bin/sh
        . ./lib/total.sh
        if [ "$(total 1 2)" != 3 ]; then
            echo "tests/run.sh: total 1 2 is $(total 1 2), not 3"
            exit 1
        fi

        """

    @Test("keeps to the tokens it is given, says what it shows and why, and gives the same bytes in any locale")
    func sameBytes() async throws {
        try await withTestRepository("context") { repository in
            try repository.write("lib/total.sh", ". ./lib/sum.sh\n\ntotal() { sum \"$@\"; }\n")
            try repository.write("lib/sum.sh", "sum() { echo $(($1 - $2)); }\n")
            try repository.write("lib/İstanbul.sh", "# a name that lower case depends on the locale for\n")
            try repository.write("tests/run.sh", Self.script, executable: true)
            try await repository.commitAll("all")
            let command = ["build-context", "--show", "--test-command", "sh tests/run.sh"]
            let plain = try await repository.gatekeeper(arguments: command)
            #expect(plain.exitCode == 0, "\(plain.standardError.text)")
            let turkish = try await repository.gatekeeper(
                arguments: command,
                environment: ["LC_ALL": "tr_TR.UTF-8", "LANG": "tr_TR.UTF-8"]
            )
            #expect(turkish.standardOutput.bytes == plain.standardOutput.bytes)

            let small = try await repository.gatekeeper(
                "build-context",
                "--tokens",
                "1000",
                "--format",
                "json",
                "--test-command",
                "sh tests/run.sh"
            )
            let record = try JSON.decode(ContextRecord.self, from: small.standardOutput.bytes)
            #expect(record.bytes <= 4000)
            let contents = try #require(record.contents)
            #expect(contents.files.first { $0.path == "tests/run.sh" }?.contract == true)
            #expect(contents.files.contains { $0.path == "lib/total.sh" && !$0.reasons.isEmpty }, "\(contents)")

            let words = try await repository.gatekeeper("build-context", "--test-command", "sh tests/run.sh")
            #expect(words.standardOutput.text.contains(" tokens; print them with 'git gatekeeper show "))
            #expect(words.standardOutput.text.contains("\n  lib/total.sh"))
            let little = try await repository.gatekeeper("build-context", "--tokens", "10")
            #expect(little.exitCode == 128)
            #expect(little.standardError.text.contains("no failure can be told"))
        }
    }
}
