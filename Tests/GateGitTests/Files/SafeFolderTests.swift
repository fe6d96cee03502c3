import Foundation
import GateGit
import GateTestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What hostile code may have planted at a name.
enum Plant: String, CaseIterable, Sendable {
    case nothing, file, link, danglingLink, folderLink, hardLink, pipe, folder

    /// Plants it; links lead to the outside folder, whose file is `victim`.
    func place(at path: String, outside: String) throws {
        switch self {
        case .nothing: break
        case .file: try Data("planted".utf8).write(to: URL(fileURLWithPath: path))
        case .link: try #require(symlink("\(outside)/victim", path) == 0)
        case .danglingLink: try #require(symlink("\(outside)/new", path) == 0)
        case .folderLink: try #require(symlink(outside, path) == 0)
        case .hardLink: try #require(makeHardLink("\(outside)/victim", path) == 0)
        case .pipe: try #require(mkfifo(path, 0o600) == 0)
        case .folder: try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        }
    }
}

/// `link(2)`, which inside the enumeration would be its case of that name.
private func makeHardLink(_ from: String, _ to: String) -> Int32 { link(from, to) }

/// A folder to write into, beside an outside that must never change.
private func withFolders(_ body: (SafeFolder, String, String) async throws -> Void) async throws {
    try await withScratchFolder("files") { scratch in
        let outside = "\(scratch)/outside"
        try FileManager.default.createDirectory(atPath: outside, withIntermediateDirectories: false)
        try Data("precious".utf8).write(to: URL(fileURLWithPath: "\(outside)/victim"))
        let inside = "\(scratch)/inside"
        try await body(try SafeFolder(creating: inside), inside, outside)
        #expect(try FileManager.default.contentsOfDirectory(atPath: outside) == ["victim"])
        let text = FileManager.default.contents(atPath: "\(outside)/victim").map { String(decoding: $0, as: UTF8.self) }
        #expect(text == "precious")
    }
}

@Suite("Safe folder")
struct SafeFolderTests {
    @Test("whatever is planted at the last name, the file is written there and nowhere else", arguments: Plant.allCases)
    func lastName(plant: Plant) async throws {
        try await withFolders { folder, inside, outside in
            try folder.makeFolder("a/b")
            try plant.place(at: "\(inside)/a/b/f", outside: outside)
            if plant == .folder {
                #expect(throws: GitError.self) { try folder.write("a/b/f", content: [1], mode: .file) }
            }
            try folder.write("a/b/f", content: Array("new".utf8), mode: .file, replacingFolders: true)
            let read = try #require(try folder.read("a/b/f", limit: 100))
            #expect(read.content == Array("new".utf8))
            #expect(read.mode == .file)
            #expect(try folder.status("a/b/f")?.links == 1)
        }
    }

    @Test(
        "whatever is planted above the last name gives way to a real folder",
        arguments: Plant.allCases,
        ["a", "a/b", "a/b/c"]
    )
    func component(plant: Plant, place: String) async throws {
        try await withFolders { folder, inside, outside in
            let path = RepositoryPath(place)
            if let above = path.ancestors.last { try folder.makeFolder(above) }
            try plant.place(at: "\(inside)/\(place)", outside: outside)
            try folder.write("a/b/c/victim", content: Array("new".utf8), mode: .executable)
            #expect(try folder.status(path)?.kind == .folder)
            #expect(try folder.read("a/b/c/victim", limit: 100)?.mode == .executable)
        }
    }

    @Test("nothing is read, removed or looked at through a link", arguments: ["read", "remove", "tree", "status"])
    func noReachThroughLinks(operation: String) async throws {
        try await withFolders { folder, inside, outside in
            try Plant.folderLink.place(at: "\(inside)/lnk", outside: outside)
            switch operation {
            case "read": #expect(try folder.read("lnk/victim", limit: 100) == nil)
            case "remove": try folder.remove("lnk/victim")
            case "tree": try folder.removeTree("lnk/victim")
            default: #expect(try folder.status("lnk/victim") == nil)
            }
            #expect(try folder.status("lnk")?.kind == .symlink)
            #expect(try folder.read("lnk", limit: 4096)?.content == Array(outside.utf8))
            #expect(try folder.folder("lnk") == nil)
            #expect(throws: GitError.self) { _ = try SafeFolder(path: "\(inside)/lnk") }
        }
    }

    @Test("removing a tree removes links, not what they lead to, and folders nobody may enter")
    func removeTree() async throws {
        try await withFolders { folder, inside, outside in
            for plant in Plant.allCases {
                try folder.makeFolder("t/deep")
                try plant.place(at: "\(inside)/t/deep/\(plant.rawValue)", outside: outside)
            }
            try folder.write("t/shut/file", content: [], mode: .file)
            try #require(chmod("\(inside)/t/shut", 0) == 0)
            try folder.removeTree("t")
            #expect(try folder.status("t") == nil)
            try Plant.folderLink.place(at: "\(inside)/lnk", outside: outside)
            try folder.write("x/y", content: [], mode: .file)
            try folder.removeContents()
            #expect(try folder.walk(maximum: 10, includingFolders: true).isEmpty)
        }
    }

    @Test("folders nested deeper than there are descriptors are removed")
    func deepTree() async throws {
        try await withFolders { folder, _, _ in
            var here = try #require(try folder.folder("t", creating: true))
            for _ in 0..<1500 {
                here = try #require(try here.folder("d", creating: true))
            }
            try here.write("leaf", content: [1], mode: .file)
            #expect(throws: GitError.self) { _ = try folder.walk(maximum: 10_000) }
            try folder.removeTree("t")
            #expect(try folder.status("t") == nil)
        }
    }

    @Test("names are bytes, and the walk finds them all with their kinds")
    func bytesAndWalk() async throws {
        try await withFolders { folder, inside, outside in
            let odd = RepositoryPath(bytes: Array("dir/n".utf8) + [0xFF, 0xFE, 0x0A])
            try folder.write(odd, content: [0, 1, 2], mode: .executable)
            try folder.write("link", content: Array("no/where".utf8), mode: .symlink)
            try folder.write("private", content: [7], mode: .file, permissions: 0o600, durably: true)
            try Plant.pipe.place(at: "\(inside)/pipe", outside: outside)
            try Plant.folderLink.place(at: "\(inside)/out", outside: outside)
            let found = try folder.walk(maximum: 100)
            #expect(found.map(\.path) == [odd, "link", "out", "pipe", "private"])
            #expect(found.map(\.status.kind) == [.file, .symlink, .symlink, .other, .file])
            #expect(found.map(\.status.mode) == [.executable, .symlink, .symlink, nil, .file])
            #expect(found.last?.status.permissions == 0o600)
            #expect(try folder.walk(maximum: 100, includingFolders: true).map(\.path).first == "dir")
            #expect(try folder.walk(maximum: 100, descend: { _ in false }).count == 4)
            #expect(throws: GitError.self) { _ = try folder.walk(maximum: 3) }
            #expect(throws: GitError.self) { _ = try folder.read("pipe", limit: 10) }
            #expect(throws: GitError.self) { _ = try folder.read(odd, limit: 2) }
            #expect(try folder.read(odd, limit: 3)?.content == [0, 1, 2])
        }
    }

    @Test("removing a file removes the folders it leaves empty, and no others")
    func pruning() async throws {
        try await withFolders { folder, _, _ in
            try folder.write("a/b/c/one", content: [], mode: .file)
            try folder.write("a/two", content: [], mode: .file)
            try folder.remove("a/b/c/one")
            #expect(try folder.walk(maximum: 10, includingFolders: true).map(\.path) == ["a", "a/two"])
            try folder.remove("a/two", pruning: false)
            #expect(try folder.status("a")?.kind == .folder)
            #expect(throws: GitError.self) { try folder.remove("a") }
            try folder.remove("not/there")
            #expect(try folder.walk(maximum: 10, includingFolders: true).map(\.path) == ["a"])
        }
    }

    @Test(
        "paths that mean nothing, or lead out, are refused before anything is touched",
        arguments: ["", "/abs", "a//b", "a/", ".", "..", "a/../b", "./a", "a\0b"]
    )
    func refusedPaths(path: String) async throws {
        try await withFolders { folder, _, _ in
            let path = RepositoryPath(path)
            for attempt in attempts(on: path, in: folder) {
                #expect {
                    try attempt()
                } throws: { error in
                    (error as? GitError)?.code == .invalidPath
                }
            }
            let left = try folder.walk(maximum: 10)
            #expect(left.isEmpty)
        }
    }

    private func attempts(on path: RepositoryPath, in folder: SafeFolder) -> [() throws -> Void] {
        [
            { try folder.write(path, content: [], mode: .file) },
            { try folder.remove(path) },
            { try folder.removeTree(path) },
            { _ = try folder.read(path, limit: 1) },
            { _ = try folder.status(path) },
            { _ = try folder.renameNoReplace(path, to: "x") },
            { try folder.makeFolder(path) },
        ]
    }

    @Test("modes that are neither file nor link are refused", arguments: [FileMode.gitlink, .tree])
    func refusedModes(mode: FileMode) async throws {
        try await withFolders { folder, _, _ in
            #expect(throws: GitError.self) { try folder.write("x", content: [], mode: mode) }
        }
    }

    @Test("a folder is made once: a second maker is told")
    func creation() async throws {
        try await withScratchFolder("files") { scratch in
            _ = try SafeFolder(creating: "\(scratch)/new")
            #expect(throws: GitError.self) { _ = try SafeFolder(creating: "\(scratch)/new") }
            var value = stat()
            try #require(stat("\(scratch)/new", &value) == 0)
            #expect(value.st_mode & 0o777 == 0o700)
        }
    }

    @Test("many writers of the same paths leave whole files and real folders")
    func racingWriters() async throws {
        try await withFolders { folder, inside, outside in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for writer in 0..<4 {
                    group.addTask {
                        for round in 0..<50 {
                            if writer == 0 {
                                // The enemy: puts a link to the outside where a folder belongs, again and again.
                                _ = symlink(outside, "\(inside)/r\(round)")
                                continue
                            }
                            let content = [UInt8](repeating: UInt8(writer), count: 4096)
                            // Two writers of one name may collide; each either writes all or says so.
                            try? folder.write(RepositoryPath("r\(round)/victim"), content: content, mode: .file)
                        }
                    }
                }
                try await group.waitForAll()
            }
            for round in 0..<50 {
                guard let read = try folder.read(RepositoryPath("r\(round)/victim"), limit: 8192) else { continue }
                #expect(Set(read.content).count <= 1)
            }
        }
    }
}

@Suite("Renames and locks")
struct RenameAndLockTests {
    @Test("an exchange swaps, a rename without replacing refuses, both say what is missing")
    func renames() async throws {
        try await withFolders { folder, _, _ in
            try folder.write("d/a", content: [1], mode: .file)
            try folder.write("e/b", content: Array("t".utf8), mode: .symlink)
            #expect(try folder.renameExchange("d/a", "e/b") == .done)
            #expect(try folder.read("d/a", limit: 9)?.mode == .symlink)
            #expect(try folder.read("e/b", limit: 9)?.content == [1])
            #expect(try folder.renameNoReplace("d/a", to: "e/b") == .exists)
            #expect(try folder.renameNoReplace("d/none", to: "e/c") == .missing)
            #expect(try folder.renameNoReplace("d/a", to: "none/c") == .missing)
            #expect(try folder.renameExchange("d/a", "d/none") == .missing)
            #expect(try folder.renameNoReplace("d/a", to: "e/c") == .done)
            #expect(try folder.renameReplacing("e/c", to: "e/b") == .done)
            #expect(try folder.walk(maximum: 9).map(\.path) == ["e/b"])
            try folder.write("e/file", content: [1], mode: .file)
            try folder.synchronise("e/file")
            try folder.synchronise("e/b")
            try folder.synchroniseFolder(of: "e/file")
        }
    }

    @Test("renames do not reach through a linked folder")
    func renamesThroughLinks() async throws {
        try await withFolders { folder, inside, outside in
            try Plant.folderLink.place(at: "\(inside)/lnk", outside: outside)
            try folder.write("mine", content: [1], mode: .file)
            #expect(try folder.renameExchange("mine", "lnk/victim") == .missing)
            #expect(try folder.renameNoReplace("mine", to: "lnk/new") == .missing)
            #expect(try folder.renameNoReplace("lnk/victim", to: "got") == .missing)
        }
    }

    @Test("a lock is held once, names its holder, and is free when its owner is gone")
    func locks() async throws {
        try await withScratchFolder("lock") { scratch in
            let path = "\(scratch)/lock"
            guard case .acquired(let lock) = try FileLock.tryAcquire(path: path) else {
                Issue.record("the first to ask does not get the lock")
                return
            }
            guard case .held(let holder) = try FileLock.tryAcquire(path: path) else {
                Issue.record("the lock is given twice")
                return
            }
            #expect(holder == getpid())
            let error = await #expect(throws: GitError.self) {
                _ = try await FileLock.acquire(path: path, wait: .milliseconds(60))
            }
            #expect(error?.message.contains("process \(getpid()) holds it") == true)
            withExtendedLifetime(lock) {}
        }
        try await withScratchFolder("lock") { scratch in
            do { _ = try await FileLock.acquire(path: "\(scratch)/lock", wait: .zero) }
            _ = try await FileLock.acquire(path: "\(scratch)/lock", wait: .zero)
            try #require(symlink("\(scratch)/elsewhere", "\(scratch)/planted") == 0)
            #expect(throws: GitError.self) { _ = try FileLock.tryAcquire(path: "\(scratch)/planted") }
        }
    }
}

extension RepositoryPath: ExpressibleByStringLiteral {
    package init(stringLiteral text: String) { self.init(text) }
}
