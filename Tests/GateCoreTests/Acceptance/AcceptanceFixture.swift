import Foundation
import GateCore
import GateGit
import GateTestSupport
import Synchronization

/// A repository in which one acceptance changes a path of every kind, and all that may be observed of it.
struct AcceptanceFixture {
    let repository: TestRepository
    let headTree: ObjectID
    let candidateTree: ObjectID
    let headCommit: ObjectID?

    static let odd = RepositoryPath(bytes: Array("odd".utf8) + [0xFF, 0x0A] + Array("name".utf8))
    static let signature = Signature(name: "G", email: "g@example.com", time: 1_700_000_000)

    /// Makes the head: committed files, and on top of them work that is not committed.
    static func make(in scratch: String) async throws -> AcceptanceFixture {
        let fixture = try await TestRepository(in: scratch)
        try fixture.write(".gitattributes", "*.dos text eol=crlf\n")
        for (path, content) in [
            "modified.txt": "one\n", "deleted.txt": "gone\n", "deep/er/only.txt": "gone too\n", "run.sh": "#!/bin/sh\n",
            "lines.dos": "a\r\nb\r\n", "mixed.dos": "a\r\nb\n", "becomes-folder": "file\n", "becomes-file/a": "a\n",
            "becomes-file/sub/b": "b\n", "untouched": "same\n", "dirty.txt": "committed\n",
        ] {
            try fixture.write(path, content)
        }
        let folder = try SafeFolder(path: fixture.path)
        try folder.write(odd, content: Array("odd\n".utf8), mode: .file)
        try folder.write("link", content: Array("untouched".utf8), mode: .symlink)
        try folder.write("private", content: Array("secret\n".utf8), mode: .file, permissions: 0o640)
        try await fixture.commitAll("first")
        try fixture.write("dirty.txt", "not committed\n")
        try fixture.write("untracked.txt", "not even tracked\n")
        try fixture.write(".git/info/exclude", "ignored*\n")
        try fixture.write("ignored.txt", "of no concern\n")
        return try await from(fixture) { repository in
            func blob(_ text: String, _ mode: FileMode = .file) async throws -> TreeEntry {
                TreeEntry(mode: mode, id: try await repository.writeBlob(Array(text.utf8)))
            }
            let nothing: TreeEntry? = nil
            return [
                "modified.txt": try await blob("two\n"), "deleted.txt": nothing, "deep/er/only.txt": nothing,
                "run.sh": try await blob("#!/bin/sh\n", .executable), "lines.dos": try await blob("a\nc\n"),
                "mixed.dos": try await blob("a\nd\n"), "becomes-folder": nothing,
                "becomes-folder/new/x": try await blob("x\n"), "becomes-file/a": nothing,
                "becomes-file/sub/b": nothing, "becomes-file": try await blob("now a file\n"),
                "link": try await blob("modified.txt", .symlink), odd: try await blob("odder\n"),
                "brand/new/file": try await blob("new\n"), "brand/new/tool": try await blob("new\n", .executable),
                "private": try await blob("#!\n", .executable), "dirty.txt": try await blob("repaired\n"),
                "untracked.txt": try await blob("repaired too\n"),
            ]
        }
    }

    /// Snapshots the working tree of a repository and makes a candidate of it.
    static func from(
        _ fixture: TestRepository,
        changing changes: (GitRepository) async throws -> [RepositoryPath: TreeEntry?]
    ) async throws -> AcceptanceFixture {
        let repository = try await fixture.open()
        let head = try await repository.target(ofReference: "HEAD")
        let tree = try await snapshot(repository)
        return AcceptanceFixture(
            repository: fixture,
            headTree: tree,
            candidateTree: try await repository.graft(try await changes(repository), onto: tree),
            headCommit: head
        )
    }

    static func snapshot(_ repository: GitRepository) async throws -> ObjectID {
        let index = "\(repository.gitDirectory)/snapshot.index"
        _ = try await repository.command.output(["add", "-A"], indexFile: index)
        let text = String(
            decoding: try await repository.command.output(["write-tree"], indexFile: index),
            as: UTF8.self
        )
        try FileManager.default.removeItem(atPath: index)
        guard let id = ObjectID(hex: text.dropLast()) else { throw GateFailure("test", "no tree") }
        return id
    }

    /// The same state in another folder.
    func copy(to path: String) async throws -> TestRepository {
        let result = try await ProcessRunner.run(
            ProcessRequest(
                executable: "cp",
                arguments: ["-a", repository.path, path],
                environment: repository.environment,
                workingDirectory: "/"
            )
        )
        guard result.isSuccess else { throw GateFailure("test", result.standardError.text) }
        return TestRepository(at: path, scratch: repository.scratch)
    }

    func request(commit: Bool) -> AcceptanceRequest {
        AcceptanceRequest(
            runID: "run-1",
            headTree: headTree,
            candidateTree: candidateTree,
            headCommit: headCommit,
            recorder: Self.signature,
            commit: commit
                ? CommitPlan(message: "fix: it", trailers: [.init("Gate-Run", "run-1")], author: Self.signature) : nil
        )
    }

    /// Everything a user could see of a repository.
    struct Seen: Equatable, CustomStringConvertible {
        var files: [RepositoryPath: String] = [:]
        var index = ""
        var references = ""

        var description: String {
            files.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }.joined(separator: "\n")
                + "\n\(index)\n\(references)"
        }
    }

    static func look(at fixture: TestRepository) async throws -> Seen {
        var seen = Seen()
        let folder = try SafeFolder(path: fixture.path)
        for found in try folder.walk(maximum: 10_000, includingFolders: true, descend: { $0 != ".git" })
        where found.path != ".git" {
            var text = "\(found.status.kind) \(String(found.status.permissions, radix: 8))"
            if let (content, _) = try folder.read(found.path, limit: 1 << 20, unless: found.status.kind == .folder) {
                text += " " + String(decoding: content, as: UTF8.self)
            }
            seen.files[found.path] = text
        }
        seen.index = try await fixture.git("ls-files", "--stage")
        seen.references = try await fixture.git("for-each-ref", "refs/heads") + fixture.git("symbolic-ref", "HEAD")
        return seen
    }
}

extension SafeFolder {
    fileprivate func read(
        _ path: RepositoryPath,
        limit: Int,
        unless isFolder: Bool
    ) throws -> (content: [UInt8], mode: FileMode)? {
        isFolder ? nil : try read(path, limit: limit)
    }
}

extension RepositoryPath: ExpressibleByStringLiteral {
    package init(stringLiteral text: String) { self.init(text) }
}

/// Counts the fault points a task comes to, and dies at one of them.
final class Faults: Sendable {
    private let reached = Mutex<[String]>([])
    private let fatal: Int
    private let also: @Sendable (String) throws -> Void

    /// - Parameter fatal: at which point, counted from 1, to die; 0 for none.
    init(fatal: Int = 0, also: @escaping @Sendable (String) throws -> Void = { _ in }) {
        self.fatal = fatal
        self.also = also
    }

    var names: [String] { reached.withLock { $0 } }

    func run<R: Sendable>(_ body: @Sendable () async throws -> R) async throws -> R {
        try await FaultPoint.$handler.withValue({ name in
            let count = self.reached.withLock { reached in
                reached.append(name)
                return reached.count
            }
            try self.also(name)
            if count == self.fatal { throw FaultPoint.Crash(name: name) }
        }) {
            try await body()
        }
    }

    /// Runs `body`, and says whether it died.
    func diesIn(_ body: @Sendable () async throws -> Void) async throws -> Bool {
        do {
            try await run(body)
            return false
        } catch is FaultPoint.Crash {
            return true
        }
    }
}
