import Foundation
import Testing

/// The rules of docs/architecture.md, held by reading the sources.
@Suite("architecture")
struct ArchitectureTests {
    /// Floors of the house: what each target may import besides the system and the standard library.
    private static let floors: [(target: String, mayImport: Set<String>)] = [
        ("GateGit", ["CGit2", "CSandbox", "Subprocess", "SystemPackage"]),
        ("GateCore", ["GateGit", "SystemPackage", "TOMLKit", "Yams"]),
        ("GateBackends", ["GateGit", "GateCore", "SystemPackage"]),
        ("GateReport", ["GateGit", "GateCore", "Mustache"]),
        (
            "git-gatekeeper",
            ["GateGit", "GateCore", "GateBackends", "GateReport", "SystemPackage", "ArgumentParser"]
        ),
    ]

    private static let system: Set = [
        "Swift", "Foundation", "FoundationEssentials", "Glibc", "Darwin", "Dispatch", "Synchronization",
    ]

    @Test("a target imports only the floors under it", arguments: floors.map(\.target))
    func towerOfImports(target: String) throws {
        let allowed = try #require(Self.floors.first { $0.target == target }).mayImport.union(Self.system)
        let files = SourceTree.sources(below: "Sources/\(target)")
        #expect(!files.isEmpty)
        for file in files {
            for module in Self.imports(file).map(\.module) {
                #expect(allowed.contains(module), "\(file.path) imports \(module)")
            }
        }
    }

    @Test("the package declares no dependency that goes up the tower", arguments: floors.map(\.target))
    func towerOfThePackage(target: String) throws {
        let manifest = try #require(SourceTree.file("Package.swift")).text
        let declared = try #require(
            manifest.components(separatedBy: "arget(").first { part in
                part.prefix(80).contains("name: \"\(target)\"")
            }
        )
        let allowed = try #require(Self.floors.first { $0.target == target }).mayImport
        for other in ["CGit2", "CSandbox", "GateGit", "GateCore", "GateBackends", "GateReport", "GateTestSupport"]
        where other != target {
            let isNamed = declared.contains("\"\(other)\"")
            #expect(!isNamed || allowed.contains(other), "\(target) depends on \(other)")
        }
    }

    @Test("no source of ours imports all of Foundation where less will do")
    func noWholeFoundation() {
        for file in SourceTree.sources where file.text.contains("import Foundation\n") {
            let isElsewhere =
                file.text.contains("#if canImport(FoundationEssentials)") || file.text.hasPrefix("#if os(Linux)")
            #expect(isElsewhere, "\(file.path) imports all of Foundation")
        }
    }

    @Test("libgit2 never shows in the interface of a target")
    func libgit2StaysInside() {
        for file in SourceTree.sources(below: "Sources/GateGit") {
            for line in Self.imports(file) where line.module == "CGit2" {
                #expect(!["package", "public"].contains(line.access), "\(file.path) shows CGit2 to others")
            }
        }
    }

    @Test("only GateGit/Process starts programs")
    func oneSpawner() {
        let ways: Set = [
            "Subprocess", "Process", "posix_spawn", "posix_spawnp", "fork", "vfork", "execve", "execv", "popen",
            "system",
        ]
        for file in SourceTree.sources where !file.path.hasPrefix("Sources/GateGit/Process/") {
            for way in ways.intersection(file.words) {
                let isCalled = file.code.contains(way + "(") || file.code.contains("import \(way)")
                #expect(!isCalled, "\(file.path) names \(way)")
            }
        }
    }

    /// Who asks the process all the same, with the reason.
    private static let askers = [
        "Sources/GateCore/Support/FaultPoint.swift": "debug builds only: tests say by the environment where to die",
        "Sources/GateCore/Support/Defence.swift": "debug builds only: tests say by the environment what to leave out",
    ]

    @Test("libraries neither print nor ask the process who it is")
    func noHiddenInput() {
        let banned: Set = [
            "print", "debugPrint", "ProcessInfo", "currentDirectoryPath", "getcwd", "getenv", "environ", "CommandLine",
        ]
        for target in ["GateCore", "GateGit", "GateBackends", "GateReport"] {
            for file in SourceTree.sources(below: "Sources/\(target)") where Self.askers[file.path] == nil {
                #expect(banned.intersection(file.words) == [], "\(file.path)")
                #expect(!file.code.contains("Date()"), "\(file.path) reads the time of day")
            }
        }
    }

    /// Which folders of `GateCore` a folder may name besides itself and `Support`: the table of docs/architecture.md.
    private static let stations: [String: Set<String>] = [
        "Support": [],
        "Proposal": [],
        "Policy": ["Proposal", "Candidate", "Session", "Validation"],
        "Validation": ["Policy"],
        "Verdict": ["Policy", "Validation"],
        "Failure": ["Validation", "Verdict"],
        "Candidate": ["Policy"],
        "Backend": ["Candidate", "Validation"],
        "Session": ["Proposal", "Policy", "Validation", "Acceptance"],
        "Context": ["Failure", "Verdict", "Candidate", "Policy", "Proposal", "Session"],
        "Scenario": ["Candidate", "Failure", "Policy", "Session"],
        "Clarification": ["Backend", "Context", "Failure", "Policy", "Scenario"],
        "Doctor": ["Attestation", "Context", "Hook", "Policy", "Scenario", "Session", "Validation"],
        "Acceptance": [],
        "CI": ["Attestation", "Evidence", "Loop", "Policy", "Proposal", "Session", "Validation"],
        "Evidence": [
            "Backend", "Candidate", "Clarification", "Context", "Scenario", "Failure", "Loop", "Policy", "Session",
            "Validation", "Verdict",
        ],
        "Agent": ["Candidate", "Context", "Evidence", "Loop", "Policy", "Session", "Verdict"],
        "Background": ["Session"],
        "Status": ["Background", "Evidence", "Memory", "Policy", "Session"],
        "Memory": ["Evidence", "Policy", "Session", "Validation"],
        "Attestation": [
            "Evidence", "Policy", "Proposal", "Session", "Validation",
        ],
        "Loop": [
            "Memory", "Acceptance", "Backend", "Candidate", "Clarification", "Context", "Scenario", "Evidence",
            "Failure",
            "Policy", "Proposal", "Session",
            "Validation", "Verdict",
        ],
        "Publish": ["Acceptance", "Evidence", "Proposal", "Session"],
        "Hook": [
            "Acceptance", "Evidence", "Policy", "Proposal", "Session", "Validation", "Verdict",
        ],
        "Signoff": [
            "Acceptance", "Attestation", "Backend", "CI", "Candidate", "Context", "Evidence", "Failure", "Loop",
            "Policy", "Proposal",
            "Publish", "Session", "Validation", "Verdict",
        ],
        "Report": [
            "Background", "CI", "Status", "Acceptance", "Attestation", "Backend", "Candidate", "Clarification",
            "Context",
            "Doctor",
            "Evidence", "Failure", "Hook", "Loop", "Publish",
            "Memory", "Policy", "Proposal", "Scenario", "Session", "Validation", "Verdict",
        ],
    ]

    @Test("a folder of GateCore names only what the table allows")
    func stationsOfTheRoad() {
        let folders = SourceTree.folders(in: "Sources/GateCore")
        var home: [String: String] = [:]
        for folder in folders {
            for file in SourceTree.sources(below: "Sources/GateCore/\(folder)") {
                for type in SwiftCode.types(file.code, nested: false) { home[type] = folder }
            }
        }
        for folder in folders {
            guard let allowed = Self.stations[folder] else {
                Issue.record("'\(folder)' is new: give it a line here and in docs/architecture.md")
                continue
            }
            let files = SourceTree.sources(below: "Sources/GateCore/\(folder)")
            // A nested type of the folder's own may have the name of another folder's type.
            let own = Set(files.flatMap { SwiftCode.types($0.code, nested: true) })
            for file in files {
                for word in file.words.subtracting(own) {
                    guard let other = home[word], other != folder, other != "Support", !allowed.contains(other) else {
                        continue
                    }
                    Issue.record("\(file.path) names \(word), which belongs to \(other)/")
                }
            }
        }
    }

    @Test("the architecture page has a line for every folder and target")
    func everyRoomIsDescribed() throws {
        let page = try #require(SourceTree.file("docs/architecture.md")).text
        for folder in SourceTree.folders(in: "Sources/GateCore") { #expect(page.contains("`\(folder)/`"), "\(folder)") }
        for target in SourceTree.folders(in: "Sources") { #expect(page.contains("`\(target)`"), "\(target)") }
    }

    @Test("nothing crashes on purpose, and nothing is left for later")
    func noShortcuts() {
        let banned = ["try!", "as!", "fatalError(", "preconditionFailure("]
        let marks = ["TODO:", "FIXME", "// TODO", "/// TODO", "XXX"]
        for file in SourceTree.sources {
            for word in banned where file.code.contains(word) { Issue.record("\(file.path) uses \(word)") }
            for mark in marks where file.text.contains(mark) { Issue.record("\(file.path) says \(mark)") }
        }
    }

    /// Files that are longer for now, with their bound and the reason.
    private static let longer: [String: (bound: Int, reason: String)] = [
        "Tests/GateCoreTests/Candidate/HostileCandidateTests.swift": (460, "one table of attacks; to be cut in two")
    ]

    @Test("a file is short enough to be read in one go")
    func shortFiles() {
        for file in SourceTree.sources + SourceTree.files("Tests") {
            let lines = file.text.split(separator: "\n", omittingEmptySubsequences: false).count - 1
            #expect(lines <= Self.longer[file.path]?.bound ?? 450, "\(file.path) has \(lines) lines")
        }
    }

    @Test("no file says where it was built")
    func noMachinePaths() {
        let endings = [".swift", ".md", ".py", ".sh", ".h", ".1", ".5", ".bash", ".fish", ".mjs", ".json"]
        let folders = ["Sources", "Tests", "docs", "man", "scripts", "completions", "demo", "bench"]
        let top = ["Package.swift", "Makefile", "README.md", "CONTRIBUTING.md", "CHANGELOG.md"].compactMap(
            SourceTree.file
        )
        let isTelling = SourceTree.root.split(separator: "/").count >= 2
        for file in top + folders.flatMap({ SourceTree.files($0, endingIn: endings) }) {
            if isTelling { #expect(!file.text.contains(SourceTree.root), "\(file.path) names this checkout") }
            for match in file.text.matches(of: #/(?:^|[\s"'`=(:])/(?:home|Users)/(?<name>[a-z][a-z0-9_]*)//#) {
                #expect(
                    Self.samplePeople.contains(String(match.name)),
                    "\(file.path) names the home of '\(match.name)'"
                )
            }
        }
    }

    /// Names that stand for anybody in examples.
    private static let samplePeople: Set = ["me", "you", "user", "u", "someone", "alice", "bob"]

    /// The imports of a file, with their access; `internal` where none is written.
    private static func imports(_ file: SourceTree.File) -> [(module: String, access: String)] {
        file.code.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ").map(String.init)
            guard let keyword = words.firstIndex(of: "import"), keyword + 1 < words.count else { return nil }
            guard
                words[..<keyword].allSatisfy({
                    $0.hasPrefix("@") || ["package", "public", "internal", "private"].contains($0)
                })
            else { return nil }
            let module = words[keyword + 1].split(separator: ".")[0]
            return (String(module), words[..<keyword].last { !$0.hasPrefix("@") } ?? "internal")
        }
    }
}
