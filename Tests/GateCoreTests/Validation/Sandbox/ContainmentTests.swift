import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("what a check may take, and what is left when it ends")
struct ContainmentTests {
    private static let levels = SandboxFixture.walled + ["process"]

    /// Starts many processes and waits for them.
    private static let crowd = "for i in $(seq 60); do sleep 20 & done; wait"
    /// Takes memory that is really used, and keeps it.
    private static let hog =
        "import time; data = bytearray(300 << 20); data[::4096] = b'x' * len(data[::4096]); time.sleep(20)"
    /// Writes several files, each of them small.
    private static let flood = """
        import time
        for number in range(30):
            with open("f%d" % number, "wb") as file:
                file.write(b"x" * (1 << 20))
        time.sleep(20)
        """

    @Test("too many processes, too much memory or disk is a limit that was hit", arguments: levels)
    func limits(level: String) async throws {
        try await SandboxFixture.with(level: level) { fixture in
            let crowd = try await fixture.run("sh", "-c", Self.crowd, bounds: RunBounds(processes: 30))
            #expect(crowd.ending == .processLimit)
            let hog = try await fixture.run("python3", "-c", Self.hog, bounds: RunBounds(memory: 100 << 20))
            #expect(hog.ending == .memoryLimit, "\(hog.standardError.text)")
            let flood = try await fixture.run("python3", "-c", Self.flood, bounds: RunBounds(disk: 10 << 20))
            #expect(flood.ending == .diskLimit, "\(flood.standardError.text)")
        }
    }

    @Test("a file may not grow beyond its bound, and no core is written", arguments: levels)
    func fileSize(level: String) async throws {
        try await SandboxFixture.with(level: level) { fixture in
            let written = try await fixture.run(
                "sh",
                "-c",
                "ulimit -c; head -c 4000000 /dev/zero > large; wc -c < large",
                bounds: RunBounds(fileSize: 1 << 20)
            )
            let lines = written.standardOutput.text.split(separator: "\n").map { Int($0.filter(\.isNumber)) ?? -1 }
            // Shells disagree on whether a block has 512 or 1024 bytes.
            #expect(lines.first == 0 && (lines.last ?? -1) > 0 && (lines.last ?? .max) <= 2 << 20, "\(lines)")
        }
    }

    @Test("memory that looks like a disk is bounded", arguments: SandboxFixture.walled)
    func temporaryFolders(level: String) async throws {
        try await SandboxFixture.with(level: level) { fixture in
            let shown = try await fixture.run("df", "-k", "/tmp", "/run", "/var/tmp", "/dev/shm")
            let sizes = shown.standardOutput.text.split(separator: "\n").dropFirst().map { $0.split(separator: " ")[1] }
            #expect(sizes == Array(repeating: "2097152", count: 4), "\(shown.standardOutput.text)")
            let elsewhere = try await fixture.run("sh", "-c", "touch /planted; touch /dev/planted; touch /opt/planted")
            #expect(!elsewhere.isSuccess)
            #expect(elsewhere.standardError.text.split(separator: "\n").count == 3)
        }
    }

    @Test("without the defence nothing is bounded", arguments: levels)
    func limitsSwitchedOff(level: String) async throws {
        try await SandboxFixture.with(level: level) { fixture in
            try await Defence.$switchedOff.withValue([.limits]) {
                let crowd = try await fixture.run(
                    "sh",
                    "-c",
                    "for i in $(seq 60); do sleep 1 & done; wait",
                    bounds: RunBounds(processes: 30, fileSize: 1 << 20)
                )
                #expect(crowd.isSuccess)
                let written = try await fixture.run(
                    "sh",
                    "-c",
                    "head -c 4000000 /dev/zero > large",
                    bounds: RunBounds(fileSize: 1 << 20)
                )
                #expect(written.isSuccess)
            }
        }
    }

    /// Leaves its session through a parent that ends, lets go of its streams, and writes when it believes itself alone.
    private static let daemon = """
        import os, sys, time
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                null = os.open("/dev/null", os.O_RDWR)
                for number in range(3):
                    os.dup2(null, number)
                if len(sys.argv) > 2:
                    os.execve(sys.executable, [sys.executable, "-c",
                        "import time; time.sleep(2); open(%r, 'w').write('forged')" % sys.argv[1]], {})
                time.sleep(2)
                with open(sys.argv[1], "w") as file:
                    file.write("forged")
            os._exit(0)
        os.wait()
        """

    @Test("what leaves its process group ends with the run", arguments: levels)
    func survivors(level: String) async throws {
        try await SandboxFixture.with(level: level) { fixture in
            let report = "\(fixture.sandbox.reportFolder(of: fixture.layout))/forged"
            for extra in [[], ["without-environment"]] {
                let started = ContinuousClock.now
                let result = try await fixture.run(
                    arguments: ["python3", "-c", Self.daemon, report] + extra
                )
                #expect(result.isSuccess, "\(result.standardError.text)")
                #expect(result.ending == .itself)
                try await Task.sleep(until: started + .seconds(4), clock: .continuous)
                #expect(!FileManager.default.fileExists(atPath: "\(fixture.scratch)/scratch/report/forged"))
            }
        }
    }

    @Test("without the defence it goes on, and writes")
    func survivorsSwitchedOff() async throws {
        try await SandboxFixture.with(level: "process") { fixture in
            let report = "\(fixture.sandbox.reportFolder(of: fixture.layout))/forged"
            // Other tests of this process end what belongs to no run: one with the same mark keeps them from it.
            async let neighbour = fixture.run("sleep", "8")
            try await Task.sleep(for: .seconds(1))
            _ = try await Defence.$switchedOff.withValue([.sandbox]) {
                try await fixture.run("python3", "-c", Self.daemon, report)
            }
            for _ in 0..<60 where !FileManager.default.fileExists(atPath: report) {
                try await Task.sleep(for: .milliseconds(100))
            }
            #expect(FileManager.default.fileExists(atPath: report))
            _ = try await neighbour
        }
    }

    @Test("runs side by side do not end each other's processes")
    func neighbours() async throws {
        try await SandboxFixture.with(level: "process") { first in
            try await SandboxFixture.with(level: "process") { second in
                // A server in the background that an honest test started the usual way.
                async let long = second.run(
                    "sh",
                    "-c",
                    "(setsid sh -c 'sleep 3; echo served > served' >/dev/null 2>&1 &); sleep 4; cat served"
                )
                for _ in 0..<3 { _ = try await first.run("sh", "-c", "(sleep 30 &)") }
                #expect(try await long.standardOutput.text == "served\n")
            }
        }
    }
}
