import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("what a check finds of the gate that started it")
struct EnclosureTests {
    @Test("process 1 shows no variable and no path of the machine", arguments: SandboxFixture.walled)
    func processOne(level: String) async throws {
        try await SandboxFixture.with(level: level, caller: ["MY_TOKEN": "s3cr3t"]) { fixture in
            let shown = try await fixture.run(
                "/bin/sh",
                "-c",
                "tr '\\0' '\\n' < /proc/1/environ; tr '\\0' '\\n' < /proc/1/cmdline"
            )
            #expect(shown.isSuccess, "\(shown.standardError.text)")
            let text = shown.standardOutput.text
            #expect(text.contains("--args"))
            #expect(!text.contains("s3cr3t") && !text.contains("PATH="))
            #expect(!text.contains(fixture.scratch), "\(text)")
        }
    }

    @Test("the environment is the one that policy makes, and nothing else", arguments: SandboxFixture.walled)
    func environment(level: String) async throws {
        try await SandboxFixture.with(level: level, caller: ["MY_TOKEN": "s3cr3t", "LD_PRELOAD": ""]) { fixture in
            let shown = try await fixture.run("/usr/bin/env", settings: ["GREETING=hello world"])
            let names = shown.standardOutput.text.split(separator: "\n").map { String($0.prefix { $0 != "=" }) }
            #expect(
                Set(names).subtracting(["PATH", "LANG", "LC_ALL", "TZ", "USER", "LOGNAME"]) == [
                    "CI", "GREETING", "HOME", "PWD", "PYTHONDONTWRITEBYTECODE", "TERM", "TMPDIR",
                ]
            )
            #expect(shown.standardOutput.text.contains("GREETING=hello world\n"))
        }
    }

    @Test("without the defence the caller's variables are there", arguments: SandboxFixture.walled)
    func environmentSwitchedOff(level: String) async throws {
        try await Defence.$switchedOff.withValue([.environment]) {
            try await SandboxFixture.with(level: level, caller: ["MY_TOKEN": "s3cr3t"]) { fixture in
                let shown = try await fixture.run("/usr/bin/env")
                #expect(shown.standardOutput.text.contains("MY_TOKEN=s3cr3t"))
            }
        }
    }

    @Test("no descriptor is inherited but the three", arguments: SandboxFixture.walled + ["process"])
    func descriptors(level: String) async throws {
        // A descriptor of ours that a careless start would hand down.
        let pipe = Pipe()
        defer { try? pipe.fileHandleForWriting.close() }
        try await SandboxFixture.with(level: level) { fixture in
            let program = """
                import os
                for number in range(3, 1024):
                    try:
                        print(number, os.fstat(number), os.readlink("/proc/self/fd/%d" % number))
                    except OSError:
                        pass
                print("looked")
                """
            let shown = try await fixture.run("python3", "-S", "-c", program)
            #expect(shown.standardOutput.text == "looked\n", "\(shown.standardError.text)")
        }
    }
}
