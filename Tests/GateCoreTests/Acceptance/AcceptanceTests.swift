import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("Acceptance")
struct AcceptanceTests {
    @Test(
        "a change of every kind arrives as git would check it out, and undo returns every byte",
        arguments: [true, false]
    )
    func roundTrip(canExchange: Bool) async throws {
        try await withScratchFolder("accept") { scratch in
            let fixture = try await AcceptanceFixture.make(in: scratch)
            let repository = try await fixture.repository.open()
            let before = try await AcceptanceFixture.look(at: fixture.repository)
            let acceptance = try await Acceptance(repository: repository, canExchange: canExchange)
            let outcome = try await acceptance.accept(fixture.request(commit: false))
            guard case .applied(let undo, let paths, let commit, []) = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect(commit == nil)
            #expect(paths.count == 18)
            #expect(try await AcceptanceFixture.snapshot(repository) == fixture.candidateTree)
            let after = try await AcceptanceFixture.look(at: fixture.repository)
            #expect(after.index == before.index)
            #expect(after.references == before.references)
            #expect(after.files["lines.dos"] == "file 644 a\r\nc\r\n")
            #expect(after.files["private"] == "file 750 #!\n")
            #expect(after.files["link"]?.hasSuffix(" modified.txt") == true)
            #expect(after.files["deep"] == nil)
            #expect(try await repository.target(ofReference: undo) != nil)
            #expect(
                try await acceptance.undo() == .undone(runID: "run-1", paths: paths, removedCommit: nil, keptAside: [])
            )
            #expect(try await AcceptanceFixture.look(at: fixture.repository) == before)
            #expect(try await acceptance.undo() == .nothingToUndo)
        }
    }

    @Test(
        "with a commit, branch and index follow, the status is clean, and undo takes all of it back",
        arguments: [true, false]
    )
    func commit(staged: Bool) async throws {
        try await withScratchFolder("accept") { scratch in
            let fixture = try await AcceptanceFixture.make(in: scratch)
            if staged { try await fixture.repository.git("add", "-A") }
            let repository = try await fixture.repository.open()
            let before = try await AcceptanceFixture.look(at: fixture.repository)
            let acceptance = try await Acceptance(repository: repository)
            let outcome = try await acceptance.accept(fixture.request(commit: true))
            guard case .applied(_, let paths, let commit?, []) = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect(try await fixture.repository.git("status", "--porcelain") == "")
            #expect(try await fixture.repository.git("rev-parse", "HEAD") == commit.hex)
            #expect(try await fixture.repository.git("rev-parse", "HEAD^{tree}") == fixture.candidateTree.hex)
            #expect(try await fixture.repository.git("rev-parse", "HEAD^") == fixture.headCommit?.hex)
            #expect(try await fixture.repository.git("log", "-1", "--format=%(trailers)") == "Gate-Run: run-1\n")
            #expect(
                try await fixture.repository.git("reflog", "-1", "--format=%gs") == "gatekeeper: accepted run run-1"
            )
            try await fixture.repository.git("fsck", "--strict")
            #expect(
                try await acceptance.undo()
                    == .undone(runID: "run-1", paths: paths, removedCommit: commit, keptAside: [])
            )
            #expect(try await AcceptanceFixture.look(at: fixture.repository) == before)
        }
    }

    @Test("the first commit of a branch can be accepted, and undone")
    func unborn() async throws {
        try await withScratchFolder("accept") { scratch in
            let test = try await TestRepository(in: scratch)
            try test.write("a", "1\n")
            let fixture = try await AcceptanceFixture.from(test) { repository in
                ["a": TreeEntry(mode: .file, id: try await repository.writeBlob(Array("2\n".utf8)))]
            }
            let before = try await AcceptanceFixture.look(at: test)
            let acceptance = try await Acceptance(repository: try await test.open())
            guard case .applied = try await acceptance.accept(fixture.request(commit: true)) else {
                Issue.record("not applied")
                return
            }
            #expect(try await test.git("status", "--porcelain") == "")
            guard case .undone = try await acceptance.undo() else {
                Issue.record("not undone")
                return
            }
            #expect(try await AcceptanceFixture.look(at: test) == before)
        }
    }

    @Test("in a linked worktree on a detached HEAD, only that worktree moves")
    func linkedWorktree() async throws {
        try await withScratchFolder("accept") { scratch in
            let main = try await TestRepository(in: scratch)
            try main.write("a", "1\n")
            try await main.commitAll("first")
            try await main.git("worktree", "add", "-q", "--detach", "../linked")
            let linked = TestRepository(at: "\(scratch)/linked", scratch: scratch)
            let before = try await AcceptanceFixture.look(at: main)
            let fixture = try await AcceptanceFixture.from(linked) { repository in
                ["a": TreeEntry(mode: .file, id: try await repository.writeBlob(Array("2\n".utf8)))]
            }
            let acceptance = try await Acceptance(repository: try await linked.open())
            guard case .applied(_, _, let commit?, []) = try await acceptance.accept(fixture.request(commit: true))
            else {
                Issue.record("not applied")
                return
            }
            #expect(try await linked.git("rev-parse", "HEAD") == commit.hex)
            #expect(try await linked.git("status", "--porcelain") == "")
            #expect(try await AcceptanceFixture.look(at: main) == before)
            #expect(try await Acceptance(repository: try await main.open()).undo() == .nothingToUndo)
        }
    }

    @Test("attribute files that are accepted count for the files accepted with them")
    func attributes() async throws {
        try await withScratchFolder("accept") { scratch in
            let test = try await TestRepository(in: scratch)
            try test.write("sub/a.txt", "1\n")
            try await test.commitAll("first")
            let fixture = try await AcceptanceFixture.from(test) { repository in
                func blob(_ text: String) async throws -> TreeEntry {
                    TreeEntry(mode: .file, id: try await repository.writeBlob(Array(text.utf8)))
                }
                return [
                    "sub/.gitattributes": try await blob("*.txt eol=crlf\n"), "sub/a.txt": try await blob("2\n"),
                    "other.txt": try await blob("3\n"),
                ]
            }
            let acceptance = try await Acceptance(repository: try await test.open())
            guard case .applied = try await acceptance.accept(fixture.request(commit: true)) else {
                Issue.record("not applied")
                return
            }
            #expect(test.read("sub/a.txt") == "2\r\n")
            #expect(test.read("other.txt") == "3\n")
            #expect(try await test.git("status", "--porcelain") == "")
            guard case .undone = try await acceptance.undo() else {
                Issue.record("not undone")
                return
            }
            #expect(test.read("sub/a.txt") == "1\n")
        }
    }

    /// Something a user does while, or before, the gate accepts.
    enum Meddling: String, CaseIterable, Sendable {
        case edit, delete, makeExecutable, turnIntoLink, createNew, createIgnoredNew, createParentOfNew, linkParentOfNew
        case fillFolderThatGoes, editDeleted, editLink, moveHead

        var path: RepositoryPath? {
            switch self {
            case .edit, .delete, .makeExecutable, .turnIntoLink: "modified.txt"
            case .createNew, .createIgnoredNew, .createParentOfNew, .linkParentOfNew: "brand/new/file"
            case .fillFolderThatGoes: "becomes-file"
            case .editDeleted: "deleted.txt"
            case .editLink: "link"
            case .moveHead: nil
            }
        }

        func act(in path: String) throws {
            let files = FileManager.default
            func write(_ name: String) throws {
                try Data("mine\n".utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
            }
            switch self {
            case .edit: try write("modified.txt")
            case .delete: try files.removeItem(atPath: "\(path)/modified.txt")
            case .makeExecutable:
                try files.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(path)/modified.txt")
            case .turnIntoLink:
                try files.removeItem(atPath: "\(path)/modified.txt")
                try files.createSymbolicLink(atPath: "\(path)/modified.txt", withDestinationPath: "untouched")
            case .createNew, .createIgnoredNew:
                try files.createDirectory(atPath: "\(path)/brand/new", withIntermediateDirectories: true)
                if self == .createIgnoredNew {
                    try Data("file\n".utf8).write(to: URL(fileURLWithPath: "\(path)/.git/info/exclude"))
                }
                try write("brand/new/file")
            case .createParentOfNew: try write("brand")
            case .linkParentOfNew:
                try files.createDirectory(atPath: "\(path)/../elsewhere/new", withIntermediateDirectories: true)
                try files.createSymbolicLink(atPath: "\(path)/brand", withDestinationPath: "../elsewhere")
            case .fillFolderThatGoes: try write("becomes-file/ignored-mine")
            case .editDeleted: try write("deleted.txt")
            case .editLink:
                try files.removeItem(atPath: "\(path)/link")
                try files.createSymbolicLink(atPath: "\(path)/link", withDestinationPath: "elsewhere")
            case .moveHead: break
            }
        }
    }

    @Test(
        "whatever the user changed before the check: nothing is written, and the candidate is kept",
        arguments: Meddling.allCases
    )
    func movedBefore(meddling: Meddling) async throws {
        try await withScratchFolder("accept") { scratch in
            let fixture = try await AcceptanceFixture.make(in: scratch)
            try meddling.act(in: fixture.repository.path)
            if meddling == .moveHead {
                try await fixture.repository.git("commit", "-q", "--allow-empty", "-m", "meanwhile")
            }
            let before = try await AcceptanceFixture.look(at: fixture.repository)
            let repository = try await fixture.repository.open()
            let outcome = try await Acceptance(repository: repository).accept(fixture.request(commit: false))
            guard case .moved(let movement, let reference) = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect(movement.head == (meddling == .moveHead))
            if let path = meddling.path { #expect(movement.paths.contains(path)) }
            #expect(try await AcceptanceFixture.look(at: fixture.repository) == before)
            let kept = try #require(try await repository.target(ofReference: reference))
            #expect(try await repository.tree(ofCommit: kept) == fixture.candidateTree)
            #expect(outcome.hints.allSatisfy { $0.contains(reference) || !$0.contains("refs/") })
        }
    }

    @Test(
        "whatever the user changes between check and exchange: theirs stays, all else is as before",
        arguments: Meddling.allCases.filter { $0 != .moveHead },
        [true, false]
    )
    func movedDuring(meddling: Meddling, canExchange: Bool) async throws {
        try await withScratchFolder("accept") { scratch in
            let fixture = try await AcceptanceFixture.make(in: scratch)
            let repository = try await fixture.repository.open()
            let path = fixture.repository.path
            let twin = try await fixture.copy(to: "\(scratch)/twin")
            try meddling.act(in: twin.path)
            let outcome = try await Faults(also: { name in
                if name == "acceptance.swapping" { try meddling.act(in: path) }
            }).run {
                try await Acceptance(repository: repository, canExchange: canExchange)
                    .accept(fixture.request(commit: true))
            }
            guard case .moved(let movement, _) = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect(!movement.paths.isEmpty)
            #expect(movement.keptAside.isEmpty)
            #expect(try await AcceptanceFixture.look(at: fixture.repository) == AcceptanceFixture.look(at: twin))
            #expect(try await Acceptance.recover(repository) == nil)
        }
    }

    @Test(
        "staged changes, and a merge under way, are refused before anything is written",
        arguments: ["staged", "merge"]
    )
    func refusals(kind: String) async throws {
        try await withScratchFolder("accept") { scratch in
            let fixture = try await AcceptanceFixture.make(in: scratch)
            if kind == "staged" {
                try await fixture.repository.git("add", "dirty.txt")
            } else {
                try fixture.repository.write(".git/MERGE_HEAD", "\(fixture.headCommit?.hex ?? "")\n")
            }
            let before = try await AcceptanceFixture.look(at: fixture.repository)
            let acceptance = try await Acceptance(repository: try await fixture.repository.open())
            let error = await #expect(throws: GateFailure.self) {
                _ = try await acceptance.accept(fixture.request(commit: true))
            }
            #expect(
                error?.code == (kind == "staged" ? "acceptance.staged-changes" : "acceptance.operation-in-progress")
            )
            #expect(try await AcceptanceFixture.look(at: fixture.repository) == before)
            guard case .applied = try await acceptance.accept(fixture.request(commit: false)) else {
                Issue.record("without a commit it is not applied")
                return
            }
            #expect(try await AcceptanceFixture.look(at: fixture.repository).index == before.index)
        }
    }

    @Test("someone else's index lock is respected, and all goes back", .timeLimit(.minutes(5)))
    func foreignIndexLock() async throws {
        try await withScratchFolder("accept") { scratch in
            let fixture = try await AcceptanceFixture.make(in: scratch)
            let before = try await AcceptanceFixture.look(at: fixture.repository)
            try fixture.repository.write(".git/index.lock", "")
            let acceptance = try await Acceptance(repository: try await fixture.repository.open())
            let error = await #expect(throws: GateFailure.self) {
                _ = try await acceptance.accept(fixture.request(commit: true))
            }
            #expect(error?.code == "acceptance.index-locked")
            #expect(fixture.repository.read(".git/index.lock") == "")
            #expect(try await AcceptanceFixture.look(at: fixture.repository) == before)
        }
    }

    @Test(
        "undo refuses where something changed since, names it, and writes nothing",
        arguments: ["path", "head", "index"]
    )
    func undoRefusals(kind: String) async throws {
        try await withScratchFolder("accept") { scratch in
            let fixture = try await AcceptanceFixture.make(in: scratch)
            let acceptance = try await Acceptance(repository: try await fixture.repository.open())
            _ = try await acceptance.accept(fixture.request(commit: true))
            switch kind {
            case "path": try fixture.repository.write("modified.txt", "mine\n")
            case "head": try await fixture.repository.git("commit", "-q", "--allow-empty", "-m", "later")
            default:
                try fixture.repository.write("staged", "mine\n")
                try await fixture.repository.git("add", "staged")
            }
            let before = try await AcceptanceFixture.look(at: fixture.repository)
            let outcome = try await acceptance.undo()
            guard case .refused("run-1", let movement, .some, let reference) = outcome else {
                Issue.record("\(outcome)")
                return
            }
            #expect(movement.paths == (kind == "path" ? ["modified.txt"] : []))
            #expect(movement.head == (kind == "head"))
            #expect(movement.index == (kind == "index"))
            #expect(!outcome.hints.isEmpty)
            #expect(reference == "refs/gatekeeper/undo/run-1")
            #expect(try await AcceptanceFixture.look(at: fixture.repository) == before)
        }
    }

    @Test("a second undo undoes the acceptance before the last")
    func twoUndos() async throws {
        try await withScratchFolder("accept") { scratch in
            let test = try await TestRepository(in: scratch)
            try test.write("a", "0\n")
            try await test.commitAll("first")
            let acceptance = try await Acceptance(repository: try await test.open())
            for number in 1...2 {
                let fixture = try await AcceptanceFixture.from(test) { repository in
                    ["a": TreeEntry(mode: .file, id: try await repository.writeBlob(Array("\(number)\n".utf8)))]
                }
                let request = AcceptanceRequest(
                    runID: "run-\(number)",
                    headTree: fixture.headTree,
                    candidateTree: fixture.candidateTree,
                    headCommit: fixture.headCommit,
                    recorder: AcceptanceFixture.signature
                )
                _ = try await acceptance.accept(request)
            }
            // A line that a kill cut short is no obstacle.
            let ledger = "\(test.path)/.git/gatekeeper/acceptances.jsonl"
            let handle = try #require(FileHandle(forWritingAtPath: ledger))
            try handle.seekToEnd()
            try handle.write(contentsOf: Data("{\"event\":\"unf".utf8))
            try handle.close()
            #expect(test.read("a") == "2\n")
            #expect(
                try await acceptance.undo() == .undone(runID: "run-2", paths: ["a"], removedCommit: nil, keptAside: [])
            )
            #expect(test.read("a") == "1\n")
            #expect(
                try await acceptance.undo() == .undone(runID: "run-1", paths: ["a"], removedCommit: nil, keptAside: [])
            )
            #expect(test.read("a") == "0\n")
            #expect(try await acceptance.undo() == .nothingToUndo)
        }
    }

    @Test("a process that goes on writing into a displaced file loses nothing: its file is kept aside and named")
    func lateWriter() async throws {
        try await withScratchFolder("accept") { scratch in
            let fixture = try await AcceptanceFixture.make(in: scratch)
            let repository = try await fixture.repository.open()
            let handle = try #require(FileHandle(forWritingAtPath: "\(fixture.repository.path)/modified.txt"))
            let outcome = try await Faults(also: { name in
                if name == "acceptance.swapped" { try handle.write(contentsOf: Data("late".utf8)) }
            }).run { try await Acceptance(repository: repository).accept(fixture.request(commit: false)) }
            guard case .applied(_, _, _, let kept) = outcome, let path = kept.first else {
                Issue.record("\(outcome)")
                return
            }
            #expect(fixture.repository.read("modified.txt") == "two\n")
            #expect(fixture.repository.read(path.description) == "late")
        }
    }

    @Test("where the file system has no executable bit, the bit decides nothing")
    func noExecutableBit() async throws {
        try await withScratchFolder("accept") { scratch in
            let test = try await TestRepository(in: scratch)
            try test.write("a", "1\n")
            try await test.commitAll("first")
            try await test.git("config", "core.fileMode", "false")
            let fixture = try await AcceptanceFixture.from(test) { repository in
                ["a": TreeEntry(mode: .file, id: try await repository.writeBlob(Array("2\n".utf8)))]
            }
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(test.path)/a")
            let acceptance = try await Acceptance(repository: try await test.open())
            guard case .applied = try await acceptance.accept(fixture.request(commit: true)) else {
                Issue.record("not applied")
                return
            }
            #expect(test.read("a") == "2\n")
            #expect(try await test.git("status", "--porcelain") == "")
        }
    }

    @Test("submodules and odd run names are refused")
    func unsupported() async throws {
        try await withScratchFolder("accept") { scratch in
            let test = try await TestRepository(in: scratch)
            try await test.commitAll("first")
            let fixture = try await AcceptanceFixture.from(test) { _ in
                ["sub": TreeEntry(mode: .gitlink, id: .emptyTree)]
            }
            let acceptance = try await Acceptance(repository: try await test.open())
            let error = await #expect(throws: GateFailure.self) {
                _ = try await acceptance.accept(fixture.request(commit: false))
            }
            #expect(error?.code == "acceptance.unsupported-path")
            for name in ["", "a/b", "..", "x.lock", "a b"] {
                let request = AcceptanceRequest(
                    runID: name,
                    headTree: .emptyTree,
                    candidateTree: .emptyTree,
                    headCommit: nil,
                    recorder: AcceptanceFixture.signature
                )
                await #expect(throws: GateFailure.self) { _ = try await acceptance.accept(request) }
            }
        }
    }
}
