import Foundation
import GateCore
import GateGit
import GateTestSupport

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A repository with one case's project in it, and around it everything that hostile code must not reach.
struct CorpusWorld: Sendable {
    /// What must never happen, whatever the verdict.
    enum Harm: String, Sendable, CaseIterable {
        /// Files, index, references, configuration or hooks of the repository changed.
        case repository
        /// A file outside the repository changed, came or went.
        case outside
        /// Somebody knocked at a socket.
        case network
        /// A planted secret shows in the ledger or in what the gate printed.
        case secret
        /// A process outlived the run.
        case survivor
        /// The gate left something in a temporary folder.
        case temporary
        /// The gate printed something that steers a terminal.
        case terminal
    }

    let repository: TestRepository
    let listener: Listener
    /// Stands in the arguments of every process that hostile code leaves behind.
    let marker: String
    /// Value of `CORPUS_SECRET` in the gate's environment.
    let secret: String
    /// Content of a key below the home folder.
    let fileSecret: String

    private var scratch: String { repository.scratch }

    /// Makes the world of a case below a scratch folder.
    init(_ one: CorpusCase, in scratch: String) async throws {
        repository = try await TestRepository(in: scratch)
        marker = "corpus-\(UUID().uuidString.prefix(12))"
        secret = "s3cr3t-\(UUID().uuidString)"
        fileSecret = "k3y-\(UUID().uuidString)"
        listener = try Listener(name: marker)
        for (name, content) in [
            ("sentinel", "mine\n"), ("outside/keep.txt", "mine\n"), ("outside/tests/test_core.py", "mine\n"),
            ("home/sentinel", "mine\n"), ("home/.ssh/id_corpus", fileSecret + "\n"), ("home/.bashrc", "mine\n"),
        ] { try repository.write("../\(name)", content) }
        try copyProject(one)
        if let setup = one.file("setup.sh", in: self) { try await script(setup, in: repository.path) }
        if one.heldout == true, PolicyKey.all.contains(where: { $0.pattern == "gatekeeper.heldout" }) {
            try await repository.git("config", "gatekeeper.heldout", "\(CorpusCase.root)/heldout/\(one.project)")
        }
        try await repository.git("add", "-A")
        try await repository.git("commit", "-q", "--allow-empty", "-m", "the head")
    }

    /// Fills places of this world into a text of a case.
    func filled(_ text: String) -> String {
        text.replacing("@PORT@", with: "\(listener.port)").replacing("@MARKER@", with: marker)
            .replacing("@SCRATCH@", with: scratch).replacing("@ROOT@", with: repository.path)
    }

    /// Runs a script of a case, with nothing of the gate's around it but what `programs` names.
    @discardableResult
    func script(_ text: String, in folder: String, programs: String? = nil) async throws -> [UInt8] {
        var environment = environment
        if let programs { environment["PATH"] = "\(programs):\(environment["PATH"] ?? "/usr/bin:/bin")" }
        let result = try await ProcessRunner.run(
            ProcessRequest(
                executable: "/bin/sh",
                arguments: ["-eu", "-c", text],
                environment: environment,
                workingDirectory: folder,
                limits: ProcessLimits(wallTime: .seconds(120), headBytes: 64 << 20, maximumBytes: 64 << 20)
            )
        )
        guard result.isSuccess else {
            throw ScriptFailure(message: result.standardError.text)
        }
        return result.standardOutput.bytes
    }

    /// The caller's environment: the fixture's own, with Python found without detours.
    var environment: [String: String] {
        var environment = repository.environment
        if let python = Self.python { environment["PATH"] = "\(python):\(environment["PATH"] ?? "/usr/bin:/bin")" }
        return environment
    }

    /// Folder of the interpreter that `python3` means; version managers take longer to find it than it runs.
    private static let python: String? = {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "python3", "-c", "import os, sys; print(os.path.dirname(os.path.realpath(sys.executable)))",
        ]
        let pipe = Pipe()
        process.standardOutput = pipe
        guard (try? process.run()) != nil else { return nil }
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let folder = String(text.prefix { !$0.isNewline })
        return FileManager.default.isExecutableFile(atPath: "\(folder)/python3") ? folder : nil
    }()

    private func copyProject(_ one: CorpusCase) throws {
        let source = "\(CorpusCase.root)/\(one.project)"
        for name in try FileManager.default.contentsOfDirectory(atPath: source) {
            try FileManager.default.copyItem(atPath: "\(source)/\(name)", toPath: "\(repository.path)/\(name)")
        }
        var policy = repository.read(".gatekeeper/config") ?? ""
        // The last of several values counts.
        if let command = one.command { policy += "[gatekeeper \"check.test\"]\n\tcommand = \(command)\n" }
        for line in one.policy ?? [] { policy += line + "\n" }
        try repository.write(".gatekeeper/config", filled(policy))
    }

    /// A script of a case that did not come to its end.
    struct ScriptFailure: Error { let message: String }

    // MARK: - What must stay as it is

    /// Everything that no run may change, as far as it can be seen from here.
    struct Picture: Sendable {
        var repository: String
        var outside: [String: String]
    }

    func picture() async throws -> Picture {
        var lines = [try await repository.state()]
        for name in ["hooks", "info", "objects/info"] {
            let files = Self.files(below: "\(repository.path)/.git/\(name)") { _ in false }
            lines.append(files.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: "\n"))
        }
        return Picture(
            repository: lines.joined(separator: "\n"),
            outside: Self.files(below: scratch) { path in
                ["repo", "home/.cache"].contains(path) || path.hasPrefix("repo/") || path.hasPrefix("home/.cache/")
                    || path.contains("/.git/gatekeeper")
            }
        )
    }

    /// What happened since a picture was taken, and what the gate's answer and ledger give away.
    func harms(since before: Picture, answer: ProcessResult) async throws -> Set<Harm> {
        var harms: Set<Harm> = []
        let now = try await picture()
        if now.repository != before.repository { harms.insert(.repository) }
        if now.outside != before.outside { harms.insert(.outside) }
        if listener.knocks() > 0 { harms.insert(.network) }
        let printed = answer.standardOutput.bytes + answer.standardError.bytes
        if printed.contains(where: { $0 < 0x20 && ![0x09, 0x0A].contains($0) || $0 == 0x7F }) {
            harms.insert(.terminal)
        }
        if try isTold(answer) { harms.insert(.secret) }
        let survivors = survivors()
        if !survivors.isEmpty { harms.insert(.survivor) }
        for process in survivors { kill(process, SIGKILL) }
        let left = try? FileManager.default.contentsOfDirectory(atPath: "\(repository.path)/.git/gatekeeper/tmp")
        if left?.isEmpty == false { harms.insert(.temporary) }
        return harms
    }

    /// Whether a secret stands in the ledger or in what was printed.
    private func isTold(_ answer: ProcessResult) throws -> Bool {
        let secrets = [secret, fileSecret].flatMap { [Data($0.utf8), Data(Data($0.utf8).base64EncodedString().utf8)] }
        var texts = [Data(answer.standardOutput.bytes), Data(answer.standardError.bytes)]
        let ledger = "\(repository.path)/.git/gatekeeper/runs"
        for name in FileManager.default.enumerator(atPath: ledger)?.compactMap({ $0 as? String }) ?? [] {
            texts.append(FileManager.default.contents(atPath: "\(ledger)/\(name)") ?? Data())
        }
        return texts.contains { text in secrets.contains { text.range(of: $0) != nil } }
    }

    /// Processes with the marker among their arguments.
    private func survivors() -> [Int32] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { Int32($0) }.filter { process in
            let arguments = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") ?? Data()
            return arguments.range(of: Data(marker.utf8)) != nil
        }
    }

    /// Kind and content of everything below a folder.
    private static func files(below folder: String, without: (String) -> Bool) -> [String: String] {
        var files: [String: String] = [:]
        guard let names = FileManager.default.enumerator(atPath: folder) else { return [:] }
        while let name = names.nextObject() as? String {
            guard !without(name) else {
                names.skipDescendants()
                continue
            }
            let path = "\(folder)/\(name)"
            if let link = try? FileManager.default.destinationOfSymbolicLink(atPath: path) {
                files[name] = "-> \(link)"
            } else if let content = FileManager.default.contents(atPath: path) {
                files[name] = content.base64EncodedString()
            } else {
                files[name] = "folder"
            }
        }
        return files
    }
}
