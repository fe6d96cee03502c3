import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("what of the machine a check can read")
struct MachineViewTests {
    private func make(_ path: String, _ text: String = "text\n", executable: Bool = false) throws {
        let url = URL(fileURLWithPath: path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: url)
        if executable { try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path) }
    }

    @Test("homes, other repositories and data folders are not there", arguments: SandboxFixture.walled)
    func nothingElse(level: String) async throws {
        try await withFolderOutsideTemporary { outside in
            try make("\(outside)/other-repository/secret.txt")
            try await SandboxFixture.with(level: level) { fixture in
                try make("\(fixture.scratch)/home/notes.txt")
                let listed = try await fixture.run(
                    "/bin/sh",
                    "-c",
                    """
                    ls -A / /home /root /srv /mnt /media /work /var 2>/dev/null
                    cat "$HOME/../notes.txt" \(fixture.scratch)/home/notes.txt \(outside)/other-repository/secret.txt
                    cat /etc/shadow /etc/gshadow | sed 's/^/shadow: /'
                    ls -A /etc/ssl/private
                    echo done; cat data.txt
                    """
                )
                let text = listed.standardOutput.text
                #expect(text.hasSuffix("done\nstaged\n"), "\(text)\(listed.standardError.text)")
                #expect(!text.contains("text") && !text.contains("shadow:"))
                for name in ["srv", "mnt", "media", "boot", "home"] {
                    #expect(!text.split(separator: "\n").contains(Substring(name)), "/\(name) is there")
                }
            }
        }
    }

    @Test("without the defence all of it is there")
    func switchedOff() async throws {
        try await withFolderOutsideTemporary { outside in
            try make("\(outside)/secret.txt")
            try await Defence.$switchedOff.withValue([.sandbox]) {
                try await SandboxFixture.with(level: "process") { fixture in
                    let read = try await fixture.run("cat", "\(outside)/secret.txt")
                    #expect(read.standardOutput.text == "text\n")
                }
            }
        }
    }

    @Test("what the user makes readable is there, less the git directory below it", arguments: SandboxFixture.walled)
    func readable(level: String) async throws {
        try await withFolderOutsideTemporary { outside in
            try make("\(outside)/models/small.bin")
            try make("\(outside)/repo.git/config")
            try FileManager.default.createSymbolicLink(atPath: "\(outside)/link", withDestinationPath: "models")
            try await SandboxFixture.with(
                level: level,
                readable: ["\(outside)/link", outside],
                hidden: ["\(outside)/repo.git"]
            ) { fixture in
                let read = try await fixture.run("cat", "\(outside)/link/small.bin")
                #expect(read.standardOutput.text == "text\n", "\(read.standardError.text)")
                let hidden = try await fixture.run("cat", "\(outside)/repo.git/config")
                #expect(!hidden.isSuccess)
                let written = try await fixture.run("touch", "\(outside)/models/new")
                #expect(!written.isSuccess)
            }
        }
    }

    @Test("a program on the path brings its installation, and nothing above it", arguments: SandboxFixture.walled)
    func installations(level: String) async throws {
        try await withFolderOutsideTemporary { outside in
            try make("\(outside)/tool/bin/greet", "#!/bin/sh\ncat \"${0%/bin/*}/lib/words\"\n", executable: true)
            try make("\(outside)/tool/lib/words", "hello\n")
            // Links of a folder of programs lead to other installations.
            try make("\(outside)/store/bin/part", "#!\(outside)/python/bin/run\n", executable: true)
            try make("\(outside)/store/lib/keep", "")
            try make("\(outside)/links/readme", "")
            try make("\(outside)/python/lib/keep", "")
            try FileManager.default.copyItem(atPath: "/bin/echo", toPath: "\(outside)/python/bin-run")
            try FileManager.default.createDirectory(
                atPath: "\(outside)/python/bin",
                withIntermediateDirectories: true
            )
            try FileManager.default.moveItem(
                atPath: "\(outside)/python/bin-run",
                toPath: "\(outside)/python/bin/run"
            )
            try FileManager.default.createSymbolicLink(
                atPath: "\(outside)/links/part",
                withDestinationPath: "\(outside)/store/bin/part"
            )
            // Somebody's repository with a folder of programs shows its programs only.
            try make("\(outside)/project/bin/serve", "#!/bin/sh\nls -A \"${0%/bin/*}\"\n", executable: true)
            try make("\(outside)/project/lib/code", "")
            try make("\(outside)/project/.git/config", "")
            try make("\(outside)/project/secret", "")
            let path = "\(outside)/tool/bin:\(outside)/links:\(outside)/project/bin:/usr/bin:/bin"
            try await SandboxFixture.with(level: level, caller: ["PATH": path]) { fixture in
                let greeting = try await fixture.run("greet")
                #expect(greeting.standardOutput.text == "hello\n", "\(greeting.standardError.text)")
                let part = try await fixture.run("part")
                #expect(part.standardOutput.text == "\(outside)/links/part\n", "\(part.standardError.text)")
                let served = try await fixture.run("serve")
                #expect(served.standardOutput.text == "bin\nlib\n", "\(served.standardError.text)")
            }
        }
    }

    @Test("an interpreter of a virtual environment is found through its notes", arguments: SandboxFixture.walled)
    func virtualEnvironment(level: String) async throws {
        try await SandboxFixture.with(level: level) { fixture in
            let python = try await fixture.run("python3", "-c", "import sys, ssl, sqlite3; print(sys.prefix)")
            #expect(python.isSuccess, "\(python.standardError.text)")
            var layout = fixture.layout
            layout.carried = ["\(layout.root)/.venv"]
            let made = try await ProcessRunner.run(
                ProcessRequest(
                    executable: "python3",
                    arguments: ["-m", "venv", "--without-pip", "\(layout.root)/.venv"],
                    environment: fixture.caller,
                    workingDirectory: "/"
                )
            )
            #expect(made.isSuccess, "\(made.standardError.text)")
            let placement = try fixture.sandbox.place(
                ["\(layout.root)/.venv/bin/python", "-c", "import json, sys; print(sys.prefix)"],
                layout,
                environment: ["PATH": "/usr/bin:/bin"]
            )
            let result = try await ProcessRunner.run(placement.request(limits: ProcessLimits()))
            #expect(result.standardOutput.text == "\(layout.root)/.venv\n", "\(result.standardError.text)")
        }
    }

    /// The temporary folders are replaced by empty ones in a sandbox; here something has to lie elsewhere.
    private func withFolderOutsideTemporary(_ body: (String) async throws -> Void) async throws {
        let path = "\(Program.folder)/gatekeeper-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await body(path)
    }
}
