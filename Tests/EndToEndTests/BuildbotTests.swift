import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

/// A real Buildbot master and two workers on this machine, with the module that `install --ci buildbot` writes.
@Suite("a fleet of Buildbot workers", .enabled(if: FleetPrograms.areRequired, "'make fleet' asks for it"))
struct BuildbotTests {
    @Test(
        "pushed branches are judged by all workers; the protected branch moves only when green; a dead worker loses nothing"
    )
    func fleet() async throws {
        try await BuildbotFleet.with { fleet in
            // Red: every part but one passes, and nothing moves.
            let main = try #require(try await fleet.job.onServer("refs/heads/main"))
            let bad = try await fleet.push("for/main/bad", ["values": "answer=41\nsum=5\n"])
            #expect(try await fleet.wholeBuild(of: bad) == 2, "\(fleet.log)")
            #expect(try await fleet.job.onServer("refs/heads/main") == main)

            // Green, and one worker dies in the middle of its part.
            let good = try await fleet.push("for/main/good", ["notes": "hello\n"])
            try await fleet.waitForPart(on: "two")
            try fleet.kill("two")
            let clone = try await fleet.job.clone("clone", at: "for/main/good")
            let early = try await clone.gatekeeper(
                "ci",
                "--merge",
                "--base",
                "origin/main",
                "--format",
                "json",
                environment: fleet.environment
            )
            #expect(early.exitCode == 125, "\(early.standardOutput.text)\(early.standardError.text)")
            let decision = try JSON.decode(FleetDecision.self, from: early.standardOutput.bytes)
            #expect(decision.verdict == "undecided")
            #expect(decision.parts.contains { $0.state == .missing })
            #expect(decision.next.contains { $0.contains("ci --shard") })
            #expect(try await fleet.job.onServer("refs/heads/main") == main)

            // The part is run again by the other worker, and only then the branch moves.
            let decided = try await fleet.wholeBuild(of: good)
            let steps = try await fleet.steps()
            #expect(decided == 0, "\(steps)\n\(fleet.log)")
            #expect(try await fleet.job.onServer("refs/heads/main") == good)
            #expect(try await fleet.results(of: "gatekeeper-part").contains(5), "no part was retried")
            let late = try await clone.gatekeeper(
                "ci",
                "--merge",
                "--base",
                main,
                "--format",
                "json",
                environment: fleet.environment
            )
            #expect(late.exitCode == 0, "\(late.standardOutput.text)\(late.standardError.text)")
            let green = try JSON.decode(FleetDecision.self, from: late.standardOutput.bytes)
            #expect(green.parts.count == 3)
            #expect(green.parts.allSatisfy { $0.state == .passed && $0.signer == "fleet@example.com" })
        }
    }

    @Test("evidence that did not arrive is asked for again by the build that decides")
    func refused() async throws {
        try await BuildbotFleet.with { fleet in
            try await fleet.refuseNotesOnce()
            let commit = try await fleet.push("for/main/good", ["notes": "hello\n"])
            let result = try await fleet.wholeBuild(of: commit)
            let steps = try await fleet.steps()
            #expect(result == 0, "\(steps)\n\(fleet.log)")
            #expect(try await fleet.job.onServer("refs/heads/main") == commit)
            #expect(try await fleet.results(of: "gatekeeper-part").contains(4), "no evidence was refused")
        }
    }
}

/// Master, workers, server, and the key that the workers sign with.
private struct BuildbotFleet {
    let job: CIJob
    let folder: String
    /// Variables of workers and of whoever looks at their evidence.
    let environment: [String: String]

    static func with(_ body: @Sendable (BuildbotFleet) async throws -> Void) async throws {
        try await CIJob.with { job in
            let folder = "\(job.scratch)/fleet"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            var environment = job.desk.environment
            environment["GIT_CONFIG_GLOBAL"] = "\(folder)/gitconfig"
            environment["PATH"] = "\(Program.folder):\(environment["PATH"] ?? "")"
            environment["PYTHONDONTWRITEBYTECODE"] = "1"
            let fleet = BuildbotFleet(job: job, folder: folder, environment: environment)
            try await fleet.prepare()
            let port = try await fleet.freePort()
            try await fleet.configure(port: port)
            let programs = try [
                (FleetPrograms.path(of: "buildbot"), "master"), (FleetPrograms.path(of: "buildbot-worker"), "one"),
                (FleetPrograms.path(of: "buildbot-worker"), "two"),
            ]
            let running = programs.map { program, name in
                Task { [environment] in
                    _ = try? await ProcessRunner.run(
                        ProcessRequest(
                            executable: program,
                            arguments: ["start", "--nodaemon", name],
                            environment: environment,
                            workingDirectory: folder,
                            limits: ProcessLimits(wallTime: .seconds(400), grace: .milliseconds(200))
                        )
                    )
                }
            }
            defer { for task in running { task.cancel() } }
            try await fleet.waitForWorkers()
            try await body(fleet)
        }
    }

    /// The key, whom the target branch trusts, and parts that take a while.
    private func prepare() async throws {
        let made = try await job.desk.run(
            "ssh-keygen",
            ["-q", "-t", "ed25519", "-N", "", "-C", "fleet", "-f", "\(folder)/key"]
        )
        try #require(made.isSuccess, "\(made.standardError.text)")
        let key = try String(contentsOfFile: "\(folder)/key.pub", encoding: .utf8)
        try Data(
            "[gatekeeper]\n\tsigningKey = \(folder)/key\n[user]\n\tname = Fleet\n\temail = fleet@example.com\n".utf8
        )
        .write(to: URL(fileURLWithPath: "\(folder)/gitconfig"))
        try job.desk.write(".gatekeeper/allowed_signers", "fleet@example.com \(key)")
        for script in ["tests/run.sh", "tests/sum.sh", "lint.sh"] {
            try job.desk.write(script, "sleep 4\n" + (job.desk.read(script) ?? ""))
        }
        try await job.desk.commitAll("signers, and tests that take a while")
        try await job.desk.git("push", "-q", "origin", "main")
    }

    private func configure(port: Int) async throws {
        for (program, arguments) in [
            ("buildbot", ["create-master", "-q", "master"]),
            ("buildbot-worker", ["create-worker", "-q", "one", "127.0.0.1:\(port)", "one", "secret"]),
            ("buildbot-worker", ["create-worker", "-q", "two", "127.0.0.1:\(port)", "two", "secret"]),
        ] {
            let result = try await ProcessRunner.run(
                ProcessRequest(
                    executable: try FleetPrograms.path(of: program),
                    arguments: arguments,
                    environment: environment,
                    workingDirectory: folder
                )
            )
            try #require(result.isSuccess, "\(result.standardOutput.text)\(result.standardError.text)")
        }
        let module = try CIJobFile.make(.buildbot, target: "main")
        try Data(module.text.utf8).write(to: URL(fileURLWithPath: "\(folder)/master/gatekeeper_buildbot.py"))
        let configuration = """
            import os, sys
            sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)) if "__file__" in globals() else ".")
            sys.path.insert(0, "\(folder)/master")
            from buildbot.plugins import changes, worker
            import gatekeeper_buildbot
            c = BuildmasterConfig = {}
            c["title"] = "fleet"
            c["buildbotNetUsageData"] = None
            c["buildbotURL"] = "http://127.0.0.1:1/"
            c["protocols"] = {"pb": {"port": "tcp:\(port):interface=127.0.0.1"}}
            c["workers"] = [
                worker.Worker("one", "secret", max_builds=2), worker.Worker("two", "secret", max_builds=1),
            ]
            c["change_source"] = [changes.PBChangeSource(user="push", passwd="secret")]
            gatekeeper_buildbot.add(c, repository="file://\(job.server)", workers=["one", "two"], deciders=["one"])
            """
        try Data(configuration.utf8).write(to: URL(fileURLWithPath: "\(folder)/master/master.cfg"))
        // Real pushes tell the master, as servers do it.
        let hook = """
            #!/bin/sh
            while read -r old new ref; do
                case $ref in refs/heads/for/*) ;; *) continue ;; esac
                "\(try FleetPrograms.path(of: "buildbot"))" sendchange --master 127.0.0.1:\(port) --auth push:secret \\
                    --who somebody --vc git --branch "${ref#refs/heads/}" --revision "$new" \\
                    --repository "file://\(job.server)" values
            done
            """
        _ = try job.desk.install("server.git/hooks/post-receive", hook + "\n")
        let refuse = """
            #!/bin/sh
            case $1 in refs/notes/*) ! rm "\(folder)/refuse" 2>/dev/null ;; esac
            """
        _ = try job.desk.install("server.git/hooks/update", refuse + "\n")
    }

    /// Pushes a branch that is to go into main.
    func push(_ branch: String, _ files: [String: String]) async throws -> String {
        try await job.push(branch, files)
    }

    /// The server refuses the next push of evidence, and no other.
    func refuseNotesOnce() async throws {
        try Data().write(to: URL(fileURLWithPath: "\(folder)/refuse"))
    }

    /// Result of the build that decided over a commit: 0 green, 2 red. One that is to be run again has decided nothing.
    func wholeBuild(of commit: String) async throws -> Int? {
        for _ in 0..<240 {
            let found = try await query(
                """
                select b.results from builds b join buildrequests r on r.id = b.buildrequestid
                join builders n on n.id = b.builderid join buildset_sourcestamps s on s.buildsetid = r.buildsetid
                join sourcestamps t on t.id = s.sourcestampid
                where n.name = 'gatekeeper' and b.complete_at is not null and b.results <> 5
                and t.revision = '\(commit)'
                """
            )
            if let last = found.last { return last }
            try await Task.sleep(for: .milliseconds(500))
        }
        return nil
    }

    func results(of builder: String) async throws -> [Int] {
        try await query(
            """
            select b.results from builds b join builders n on n.id = b.builderid
            where n.name = '\(builder)' and b.complete_at is not null
            """
        )
    }

    /// Waits until a part runs on a worker.
    func waitForPart(on worker: String) async throws {
        for _ in 0..<240 {
            let running = try await query(
                """
                select s.number from builds b join builders n on n.id = b.builderid join workers w on w.id = b.workerid
                join steps s on s.buildid = b.id
                where n.name = 'gatekeeper-part' and w.name = '\(worker)' and b.complete_at is null and s.name = 'part'
                """
            )
            if !running.isEmpty { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw BuildbotTrouble(message: "no part came to worker '\(worker)': \(log)")
    }

    private func waitForWorkers() async throws {
        for _ in 0..<240 {
            if let connected = try? await query("select count(*) from connected_workers"), connected.first == 2 {
                return
            }
            try await Task.sleep(for: .milliseconds(250))
        }
        throw BuildbotTrouble(message: "the workers did not come: \(log)")
    }

    /// Ends a worker and all it started, as if its machine had lost power.
    func kill(_ worker: String) throws {
        // The one that this test started: it runs below this test's own folder.
        let names = try FileManager.default.contentsOfDirectory(atPath: "/proc")
        let found = names.compactMap(Int32.init).filter { id in
            let line = FileManager.default.contents(atPath: "/proc/\(id)/cmdline").map {
                String(decoding: $0, as: UTF8.self)
            }
            let place = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(id)/cwd")
            return line?.contains("start\0--nodaemon\0\(worker)\0") == true && place?.hasPrefix(folder) == true
        }
        let root = try #require(found.first, "worker '\(worker)' is not there")
        var children: [Int32: [Int32]] = [:]
        for name in names {
            guard let id = Int32(name), let stat = FileManager.default.contents(atPath: "/proc/\(name)/stat") else {
                continue
            }
            let fields = String(decoding: stat, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
            if fields.count > 1, let parent = Int32(fields[1]) { children[parent, default: []].append(id) }
        }
        var family = [root]
        var next = 0
        while next < family.count {
            family += children[family[next]] ?? []
            next += 1
        }
        for id in family { Foundation.kill(id, SIGKILL) }
    }

    /// Every step with its result, for whoever has to find out what went wrong.
    func steps() async throws -> String {
        try await rows(
            "select b.id || ' ' || s.name || ' ' || s.results || ' ' || s.state_string from steps s join builds b on b.id = s.buildid"
        )
    }

    /// Numbers that the master's database holds.
    private func query(_ text: String) async throws -> [Int] {
        try await rows(text).split(separator: "\n").compactMap { Int($0) }
    }

    private func rows(_ text: String) async throws -> String {
        let script = """
            import sqlite3, sys
            base = sqlite3.connect("file:\(folder)/master/state.sqlite?mode=ro", uri=True, timeout=10)
            for row in base.execute(sys.argv[1]):
                print(-1 if row[0] is None else row[0])
            """
        let result = try await job.desk.run("python3", ["-B", "-c", script, text])
        guard result.isSuccess else { throw BuildbotTrouble(message: result.standardError.text) }
        return result.standardOutput.text
    }

    private func freePort() async throws -> Int {
        let script = "import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); print(s.getsockname()[1])"
        let result = try await job.desk.run("python3", ["-c", script])
        return try #require(Int(result.standardOutput.text.filter(\.isNumber)))
    }

    /// The end of what the master wrote.
    var log: String {
        let text = (try? String(contentsOfFile: "\(folder)/master/twistd.log", encoding: .utf8)) ?? ""
        return String(text.suffix(4000))
    }
}

/// What the fleet itself did not do.
private struct BuildbotTrouble: Error {
    let message: String
}
