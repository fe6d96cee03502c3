import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("Worktrees")
struct WorktreeTests {
    /// A repository with two trees, a pool, and a folder beside them that nothing may touch.
    private struct Place {
        let fixture: TestRepository
        let repository: GitRepository
        let pool: WorktreePool
        let first: ObjectID
        let second: ObjectID
        let outside: String

        func intact() -> Bool {
            FileManager.default.contents(atPath: "\(outside)/a.py") == Data("sentinel\n".utf8)
                && (try? FileManager.default.contentsOfDirectory(atPath: outside)) == ["a.py"]
        }
    }

    private func withPlace(_ body: (Place) async throws -> Void) async throws {
        try await withTestRepository("worktree") { fixture in
            try fixture.write("src/a.py", "one\n")
            try fixture.write("src/same.py", "same\n")
            try fixture.write("swap", "a file\n")
            try fixture.write("other/x", "x\n")
            try fixture.write("run.sh", "#!/bin/sh\n")
            try await fixture.commitAll("first")
            try fixture.write("src/a.py", "two\n")
            try FileManager.default.removeItem(atPath: "\(fixture.path)/swap")
            try fixture.write("swap/inside", "a folder\n")
            try FileManager.default.removeItem(atPath: "\(fixture.path)/other")
            try fixture.write("other", "a file\n")
            try fixture.write("run.sh", "#!/bin/sh\n", executable: true)
            try fixture.write("new/deep/b.py", "new\n")
            try await fixture.commitAll("second")
            let outside = "\(fixture.scratch)/outside"
            try FileManager.default.createDirectory(atPath: outside, withIntermediateDirectories: true)
            try Data("sentinel\n".utf8).write(to: URL(fileURLWithPath: "\(outside)/a.py"))
            let repository = try await fixture.open()
            let first = try #require(ObjectID(hex: try await fixture.git("rev-parse", "HEAD~^{tree}")))
            let second = try #require(ObjectID(hex: try await fixture.git("rev-parse", "HEAD^{tree}")))
            try await body(
                Place(
                    fixture: fixture,
                    repository: repository,
                    pool: WorktreePool(folder: "\(fixture.scratch)/pool", repository: repository),
                    first: first,
                    second: second,
                    outside: outside
                )
            )
        }
    }

    /// The tree that git makes of a folder.
    private func tree(of folder: String, _ place: Place) async throws -> String {
        let index = "\(place.fixture.scratch)/check-\(UUID().uuidString.prefix(8)).index"
        for arguments in [["add", "-A"], ["write-tree"]] {
            let result = try await ProcessRunner.run(
                ProcessRequest(
                    executable: "git",
                    arguments: ["--git-dir=\(place.fixture.path)/.git", "--work-tree=\(folder)"] + arguments,
                    environment: place.fixture.environment.merging(["GIT_INDEX_FILE": index]) { _, new in new },
                    workingDirectory: folder
                )
            )
            #expect(result.isSuccess, "\(result.standardError.text)")
            if arguments == ["write-tree"] { return String(result.standardOutput.text.prefix(40)) }
        }
        return ""
    }

    private func status(_ path: String, in worktree: Worktree) throws -> FileStatus? {
        try SafeFolder(path: worktree.files).status(RepositoryPath(path))
    }

    @Test("staging gives exactly the tree, and moving on writes the difference only")
    func moves() async throws {
        try await withPlace { place in
            let worktree = try await place.pool.take()
            try await worktree.stage(place.first, keepingOutputs: false)
            #expect(try await tree(of: worktree.files, place) == place.first.hex)
            let same = try status("src/same.py", in: worktree)
            try await worktree.stage(place.second, keepingOutputs: false)
            #expect(try await tree(of: worktree.files, place) == place.second.hex)
            #expect(try status("src/same.py", in: worktree) == same)
            try await worktree.stage(place.first, keepingOutputs: true)
            #expect(try await tree(of: worktree.files, place) == place.first.hex)
            #expect(try status("src/same.py", in: worktree) == same)
            try await worktree.stage(.emptyTree, keepingOutputs: false)
            #expect(try FileManager.default.contentsOfDirectory(atPath: worktree.files).isEmpty)
        }
    }

    @Test(
        "what a check planted never leads a write outside, whether outputs are kept or not",
        arguments: [true, false]
    )
    func planted(_ keepsOutputs: Bool) async throws {
        try await withPlace { place in
            let manager = FileManager.default
            let plants: [(String, (String) throws -> Void)] = [
                (
                    "a link for a file",
                    { files in
                        try manager.removeItem(atPath: "\(files)/src/a.py")
                        try manager.createSymbolicLink(
                            atPath: "\(files)/src/a.py",
                            withDestinationPath: "\(place.outside)/a.py"
                        )
                    }
                ),
                (
                    "a hard link for a file",
                    { files in
                        try manager.removeItem(atPath: "\(files)/src/a.py")
                        try manager.linkItem(atPath: "\(place.outside)/a.py", toPath: "\(files)/src/a.py")
                    }
                ),
                (
                    "a link for a folder",
                    { files in
                        try manager.removeItem(atPath: "\(files)/src")
                        try manager.createSymbolicLink(atPath: "\(files)/src", withDestinationPath: place.outside)
                    }
                ),
                (
                    "a link where a new folder comes",
                    { files in
                        try manager.createSymbolicLink(atPath: "\(files)/new", withDestinationPath: place.outside)
                    }
                ),
                (
                    "a folder for a file",
                    { files in
                        try manager.removeItem(atPath: "\(files)/src/a.py")
                        try manager.createDirectory(atPath: "\(files)/src/a.py/x", withIntermediateDirectories: true)
                    }
                ),
                (
                    "a folder nobody may enter",
                    { files in
                        try manager.createDirectory(atPath: "\(files)/locked/x", withIntermediateDirectories: true)
                        try manager.setAttributes([.posixPermissions: 0], ofItemAtPath: "\(files)/locked")
                    }
                ),
            ]
            for (name, plant) in plants {
                let worktree = try await place.pool.take()
                try await worktree.stage(place.first, keepingOutputs: false)
                try await worktree.expose()
                try plant(worktree.files)
                do {
                    try await worktree.stage(place.second, keepingOutputs: keepsOutputs)
                    for path in ["src/a.py", "src/same.py", "new/deep/b.py", "swap/inside"] {
                        let entry = try #require(
                            try await place.repository.entry(RepositoryPath(path), in: place.second)
                        )
                        let content = try SafeFolder(path: worktree.files).read(RepositoryPath(path), limit: 100)?
                            .content
                        let wanted = try await place.repository.blob(entry.id)
                        #expect(content == wanted, "\(name): \(path)")
                    }
                    if !keepsOutputs {
                        #expect(try await tree(of: worktree.files, place) == place.second.hex, "\(name)")
                    }
                } catch let error as GitError {
                    // Refusing is as good as doing it right; what follows must not believe the folder either way.
                    #expect(keepsOutputs, "\(name): \(error.message)")
                }
                #expect(place.intact(), "\(name)")
                #expect(!manager.fileExists(atPath: "\(worktree.slot)/state") || !keepsOutputs, "\(name)")
            }
        }
    }

    @Test("line endings, links and submodules come out the same by a move as in a fresh folder")
    func attributes() async throws {
        try await withPlace { place in
            let fixture = place.fixture
            try fixture.write(".gitattributes", "*.txt text eol=crlf\n")
            try fixture.write("kept.txt", "one\n")
            try fixture.write("odd\nname.txt", "one\n")
            try FileManager.default.createSymbolicLink(atPath: "\(fixture.path)/link", withDestinationPath: "kept.txt")
            let commit = try await fixture.git("rev-parse", "HEAD")
            try await fixture.git("update-index", "--add", "--cacheinfo", "160000,\(commit),sub")
            try await fixture.git("add", "-A", "--", ".", ":!sub")
            try await fixture.git("commit", "-q", "-m", "third")
            let third = try #require(ObjectID(hex: try await fixture.git("rev-parse", "HEAD^{tree}")))
            let moved = try await place.pool.take()
            try await moved.stage(place.second, keepingOutputs: false)
            try await moved.stage(third, keepingOutputs: false)
            let fresh = try await place.pool.take()
            try await fresh.stage(third, keepingOutputs: false)
            func listing(_ worktree: Worktree) throws -> [String] {
                let folder = try SafeFolder(path: worktree.files)
                return try folder.walk(maximum: 1000).map { found in
                    let content = try folder.read(found.path, limit: 1000)?.content ?? []
                    return "\(found.path) \(String(decoding: content, as: UTF8.self).debugDescription)"
                }.sorted()
            }
            #expect(try listing(moved) == listing(fresh))
            #expect(FileManager.default.contents(atPath: "\(moved.files)/kept.txt") == Data("one\r\n".utf8))
            for worktree in [moved, fresh] { #expect(FileManager.default.fileExists(atPath: "\(worktree.files)/sub")) }
            try await moved.stage(place.second, keepingOutputs: false)
            #expect(!FileManager.default.fileExists(atPath: "\(moved.files)/sub"))
        }
    }

    @Test("outputs of a check are kept where asked for, and swept otherwise")
    func outputs() async throws {
        try await withPlace { place in
            let worktree = try await place.pool.take()
            try await worktree.stage(place.first, keepingOutputs: true)
            try await worktree.expose()
            try Data("built\n".utf8).write(to: URL(fileURLWithPath: "\(worktree.files)/build.o"))
            try Data("hacked\n".utf8).write(to: URL(fileURLWithPath: "\(worktree.files)/src/same.py"))
            try await worktree.stage(place.second, keepingOutputs: true)
            let manager = FileManager.default
            #expect(manager.fileExists(atPath: "\(worktree.files)/build.o"))
            #expect(manager.contents(atPath: "\(worktree.files)/src/same.py") == Data("same\n".utf8))
            try await worktree.stage(place.second, keepingOutputs: false)
            #expect(!manager.fileExists(atPath: "\(worktree.files)/build.o"))
            #expect(try await tree(of: worktree.files, place) == place.second.hex)
        }
    }

    @Test("a worktree without its state file is filled anew, whatever lies in it")
    func crash() async throws {
        try await withPlace { place in
            var slot = ""
            do {
                let worktree = try await place.pool.take()
                try await worktree.stage(place.first, keepingOutputs: false)
                slot = worktree.slot
            }
            let manager = FileManager.default
            try Data("half\n".utf8).write(to: URL(fileURLWithPath: "\(slot)/files/src/a.py"))
            try Data("left\n".utf8).write(to: URL(fileURLWithPath: "\(slot)/files/left"))
            try manager.createDirectory(atPath: "\(slot)/runs/run-1", withIntermediateDirectories: true)
            try manager.removeItem(atPath: "\(slot)/state")
            let worktree = try await place.pool.take(preferring: place.first)
            #expect(worktree.slot == slot)
            #expect(!manager.fileExists(atPath: "\(slot)/runs"))
            try await worktree.stage(place.first, keepingOutputs: true)
            #expect(try await tree(of: worktree.files, place) == place.first.hex)
        }
    }

    @Test("a state file that says nonsense is not believed", arguments: ["", "zzz", String(repeating: "1", count: 39)])
    func nonsense(_ state: String) async throws {
        try await withPlace { place in
            try FileManager.default.createDirectory(
                atPath: "\(place.pool.folder)/1/files",
                withIntermediateDirectories: true
            )
            try Data(state.utf8).write(to: URL(fileURLWithPath: "\(place.pool.folder)/1/state"))
            let worktree = try await place.pool.take()
            try await worktree.stage(place.first, keepingOutputs: true)
            #expect(try await tree(of: worktree.files, place) == place.first.hex)
        }
    }

    @Test("two at once never share a worktree, and one that is done is free again")
    func slots() async throws {
        try await withPlace { place in
            let other = WorktreePool(folder: place.pool.folder, repository: place.repository)
            var one: Worktree? = try await place.pool.take()
            let two = try await other.take()
            #expect(one?.slot != two.slot)
            #expect(try place.pool.clean() == (removed: 0, inUse: 2))
            let freed = one?.slot
            one = nil
            let three = try await other.take()
            #expect(three.slot == freed)
            withExtendedLifetime((two, three)) {}
        }
    }

    @Test("a worktree that holds the wanted tree is preferred")
    func preference() async throws {
        try await withPlace { place in
            var slot = ""
            do {
                let one = try await place.pool.take()
                let two = try await place.pool.take()
                try await one.stage(place.first, keepingOutputs: false)
                try await two.stage(place.second, keepingOutputs: false)
                slot = two.slot
            }
            let found = try await place.pool.take(preferring: place.second)
            #expect(found.slot == slot)
        }
    }
}
