import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite("what code under test can reach, in the strongest isolation")
struct SandboxEndToEndTests {
    /// Tests that pass only where what they try is impossible, or leaves no trace.
    private static func probes(_ repository: TestRepository, port: String, marker: String) -> String {
        """
        import glob
        import os
        import socket
        import subprocess
        import sys
        import unittest

        from calc import core

        ROOT = "\(repository.path)"
        HOME = "\(repository.scratch)/home"


        class ProbeTests(unittest.TestCase):
            def test_network(self):
                with self.assertRaises(OSError):
                    socket.create_connection(("127.0.0.1", \(port)), 3)

            def test_secret(self):
                self.assertNotIn("MY_SECRET_TOKEN", os.environ)
                for path in glob.glob("/proc/[0-9]*/environ"):
                    try:
                        with open(path, "rb") as file:
                            self.assertNotIn(b"s3cr3t" + b"-value", file.read(), path)
                    except OSError:
                        pass

            def test_git_directory(self):
                self.assertFalse(os.path.exists(ROOT + "/.git/HEAD"))
                self.assertFalse(os.path.exists(ROOT + "/.git/config"))
                found = subprocess.run(["git", "-C", ROOT, "log", "-1"], capture_output=True)
                self.assertNotEqual(found.returncode, 0)

            def test_writes(self):
                written = 0
                for path in [ROOT + "/planted.txt", ROOT + "/calc/core.py", ROOT + "/notes.txt", HOME + "/sentinel",
                             HOME + "/.bashrc", ROOT + "/../sentinel", ROOT + "/.git/hooks/post-commit"]:
                    try:
                        with open(path, "a") as file:
                            file.write("# planted\\n")
                        written += 1
                    except OSError:
                        pass
                # The tree itself may be written, or the attempt would show nothing.
                self.assertGreaterEqual(written, 3)

            def test_leaves_a_process(self):
                if os.fork() == 0:
                    os.setsid()
                    if os.fork() == 0:
                        for number in range(3):
                            os.close(number)
                        os.execvp("sleep", ["\(marker)", "300"])
                    os._exit(0)
                os.wait()

            def test_place(self):
                print("placed at " + os.getcwd())
                self.assertEqual(os.getcwd(), ROOT)
                self.assertEqual(os.path.dirname(os.path.abspath(core.__file__)), ROOT + "/calc")

            def test_own_code_through_an_absolute_path(self):
                program = "import calc.core; print(calc.core.__file__, calc.core.sub(5, 3))"
                answer = subprocess.run(
                    [ROOT + "/.venv/bin/python", "-c", program], cwd="/", capture_output=True, text=True
                )
                self.assertEqual(answer.stdout.strip(), ROOT + "/calc/core.py %d" % core.sub(5, 3), answer.stderr)
                self.assertEqual(core.sub(5, 3), 2)

        """
    }

    /// A program that notes every connection to a port of its own; ends by itself.
    private static func listener(_ scratch: String) -> String {
        """
        #!/usr/bin/env python3
        import os, socket, time

        server = socket.create_server(("127.0.0.1", 0))
        server.settimeout(0.1)
        with open("\(scratch)/port.new", "w") as file:
            file.write(str(server.getsockname()[1]))
        os.rename("\(scratch)/port.new", "\(scratch)/port")
        end = time.monotonic() + 600
        count = 0
        while time.monotonic() < end and not os.path.exists("\(scratch)/stop"):
            try:
                server.accept()[0].close()
                count += 1
            except TimeoutError:
                pass
        print(count)

        """
    }

    private static func level() async throws -> String {
        try await Calculator.withRepository(broken: false) { try await $0.record("test", status: 0).sandbox.level }
    }

    @Test(
        "hostile tests reach nothing and leave nothing, and see the staged code at the repository's own path",
        .enabled("isolation by an overlay cannot be had on this machine") { try await level() == "overlay" }
    )
    func hostile() async throws {
        try await withScratchFolder("hostile") { try await expectIsolation(in: $0) }
    }

    @Test(
        "the same where the repository does not lie below a temporary folder",
        .enabled("isolation by an overlay cannot be had on this machine") { try await level() == "overlay" }
    )
    func hostileElsewhere() async throws {
        try await withScratchFolderOutsideTemporary { try await expectIsolation(in: $0) }
    }

    @Test(
        "without isolation the same tests do reach all of it, so they show something; they leave no process all the same"
    )
    func control() async throws {
        try await withScratchFolder("control") { scratch in
            let repository = try await TestRepository(in: scratch)
            let marker = "gate-probe-\(UUID().uuidString.prefix(8))"
            // Nobody listens on port 1, so only the network's probe may pass.
            try await makeProject(repository, tests: Self.probes(repository, port: "1", marker: marker))
            let record = try await repository.record(
                "test",
                "--sandbox",
                "off",
                environment: ["MY_SECRET_TOKEN": "s3cr3t-value"],
                // The virtual environment leads back into the checkout, so what ran is not known to be what was staged.
                status: 125
            )
            let outcomes = try #require(record.steps.first?.outcomes)
            for probe in ["secret", "git_directory", "place", "own_code_through_an_absolute_path"] {
                #expect(outcomes["tests.test_probes.ProbeTests.test_\(probe)"] == "failed", "\(probe): \(outcomes)")
            }
            #expect(repository.read("planted.txt")?.contains("# planted") == true)
            #expect(repository.read("../home/sentinel")?.contains("# planted") == true)
            #expect(try await processes(named: marker) == "")
        }
    }

    private func expectIsolation(in scratch: String) async throws {
        let repository = try await TestRepository(in: scratch)
        let marker = "gate-probe-\(UUID().uuidString.prefix(8))"
        let program = try repository.install("listener.py", Self.listener(scratch))
        async let listening = ProcessRunner.run(
            ProcessRequest(
                executable: program,
                arguments: [],
                environment: repository.environment,
                workingDirectory: "/",
                // It has to outlive the gate's run, however busy the machine is; the stop file ends it before.
                limits: ProcessLimits(wallTime: .seconds(900))
            )
        )
        try await waitForFile("\(scratch)/port")
        let port = try String(contentsOfFile: "\(scratch)/port", encoding: .utf8)
        try await makeProject(repository, tests: Self.probes(repository, port: port, marker: marker))
        let before = try await repository.state()

        // The user's own checkout is broken, the candidate is not: only staged code can make every probe pass.
        let reply =
            #"{"edits":[{"path":"calc/core.py","edits":[{"search":"def sub(a, b):\n    return a + b","#
            + #""replace":"def sub(a, b):\n    return a - b"}]}]}"#
        let result = try await repository.gatekeeper(
            "judge",
            "-",
            "--format",
            "json",
            input: reply,
            environment: ["MY_SECRET_TOKEN": "s3cr3t-value"]
        )
        try Data().write(to: URL(fileURLWithPath: "\(scratch)/stop"))
        #expect(result.exitCode == 0, "\(result.standardError.text)\(result.standardOutput.text)")
        let record = try JSON.decode(RunRecord.self, from: result.standardOutput.bytes)
        #expect(record.sandbox.level == "overlay")
        #expect(record.result?.verdict == "accepted")
        let last = record.steps.last { $0.phase.hasSuffix("confirm-2") }
        let probes = last?.outcomes.filter { $0.key.contains("ProbeTests") } ?? [:]
        #expect(probes.count == 7 && probes.values.allSatisfy { $0 == "passed" }, "\(probes)")
        // Before the candidate only the probe that asks for the repaired code is red.
        let head = record.steps.first?.outcomes.filter { $0.value == "failed" }.keys.sorted() ?? []
        #expect(
            head == [Calculator.target, "tests.test_probes.ProbeTests.test_own_code_through_an_absolute_path"],
            "\(head)"
        )
        let output = try await repository.gatekeeper("show", try #require(last?.standardOutput))
        #expect(output.standardOutput.text.contains("placed at \(repository.path)\n"))

        #expect(try await listening.standardOutput.text == "0\n")
        #expect(try await repository.state() == before)
        #expect(repository.read("planted.txt") == nil)
        #expect(repository.read("../home/sentinel") == "mine\n")
        #expect(repository.read("../home/.bashrc") == nil)
        #expect(repository.read("../sentinel") == "mine\n")
        #expect(repository.read(".git/hooks/post-commit") == nil)
        #expect(try await processes(named: marker) == "")
    }

    private func makeProject(_ repository: TestRepository, tests: String) async throws {
        try repository.write("calc/__init__.py", "")
        try repository.write("calc/core.py", Calculator.healthy)
        try repository.write("tests/__init__.py", "")
        try repository.write("tests/test_core.py", Calculator.tests)
        try repository.write("tests/test_probes.py", tests)
        try repository.write(".gitignore", ".venv/\n")
        try repository.write(
            ".gatekeeper/config",
            "[gatekeeper \"check.test\"]\n\tcommand = python3 -m unittest discover -t . -s tests\n"
        )
        try await repository.commitAll("a calculator with hostile tests")
        try repository.write("calc/core.py", Calculator.broken)
        try repository.write("notes.txt", "mine\n")
        try repository.write("../home/sentinel", "mine\n")
        try repository.write("../sentinel", "mine\n")
        let made = try await ProcessRunner.run(
            ProcessRequest(
                executable: "python3",
                arguments: ["-m", "venv", "--without-pip", ".venv"],
                environment: repository.environment,
                workingDirectory: repository.path
            )
        )
        #expect(made.isSuccess, "\(made.standardError.text)")
        let library = "\(repository.path)/.venv/lib"
        let version = try #require(try FileManager.default.contentsOfDirectory(atPath: library).first)
        try repository.write(".venv/lib/\(version)/site-packages/editable.pth", repository.path + "\n")
    }

    private func processes(named marker: String) async throws -> String {
        try await ProcessRunner.run(
            ProcessRequest(
                executable: "/bin/sh",
                arguments: ["-c", "grep -las \"^$1\" /proc/[0-9]*/cmdline; true", "sh", marker],
                environment: ["PATH": "/usr/bin:/bin"],
                workingDirectory: "/"
            )
        ).standardOutput.text
    }
}
