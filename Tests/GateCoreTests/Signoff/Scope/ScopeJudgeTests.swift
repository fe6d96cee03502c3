import GateGit
import Testing

@testable import GateCore

@Suite("rows of a scope matrix")
struct ScopeJudgeTests {
    private static let entry = TreeEntry(mode: .file, id: .emptyTree)

    private static func judge(
        _ changed: [String],
        files: [String: String] = [:],
        evidence: [String: ScopeRequest.Evidence] = [:],
        branch: String? = "main"
    ) -> ScopeJudge {
        let shelf = PackageShelf(texts: files)
        let folders = Set(files.keys.map { FolderPath.folder(of: $0) })
        return ScopeJudge(
            changed: changed.map { TreeChange(path: RepositoryPath($0), old: nil, new: entry) },
            states: folders.sorted().flatMap { PackageReader.states(in: $0, shelf) },
            steps: ["check:test", "check:lint"],
            required: ["check:test"],
            gate: nil,
            tree: ObjectID.emptyTree.hex,
            digests: [RepositoryPath("a/b"): String(repeating: "a", count: 64)],
            today: "2026-11-21",
            branch: branch,
            isBranchHead: true,
            evidence: evidence
        )
    }

    private static func row(_ state: ScopeMatrix.State, _ files: [String] = ["core/**"]) throws -> ScopeMatrix.Row {
        var row = ScopeMatrix.Row(id: "r", surface: "s", expectedChange: "e", state: state, owner: "ann")
        row.files = try files.map { try Glob($0) }
        return row
    }

    @Test("what is implemented changes every file that is expected, on the branch that is named")
    func implemented() throws {
        let judge = Self.judge(["core/a", "other/b"])
        let good = judge.judge(try Self.row(.implemented), isHere: true)
        #expect(good.status == .met && good.changed == ["core/a"])
        #expect(judge.judge(try Self.row(.implemented, ["core/**", "docs/**"]), isHere: true).status == .open)
        var elsewhere = try Self.row(.implemented)
        elsewhere.branch = "feature"
        #expect(judge.judge(elsewhere, isHere: true).status == .contradicted)
        var gated = try Self.row(.implemented)
        gated.gates = ["lint"]
        let pending = judge.judge(gated, isHere: true)
        #expect(pending.status == .pending && pending.gates.map(\.id) == ["check:lint"])
        gated.gates = ["check:nothing"]
        #expect(judge.judge(gated, isHere: true).status == .open)
    }

    @Test("dependency-only means manifests and lock files and nothing else")
    func dependencyOnly() throws {
        let files = ["core/package.json", "core/package-lock.json"]
        #expect(Self.judge(files).judge(try Self.row(.dependencyOnly), isHere: true).status == .met)
        #expect(
            Self.judge(files + ["core/a"]).judge(try Self.row(.dependencyOnly), isHere: true).status == .contradicted
        )
    }

    @Test("a deferral ends with its day, and with a change of what was deferred")
    func deferred() throws {
        for (day, status) in [
            ("2026-11-21", ScopeRecord.Status.deferred), ("2026-11-20", .contradicted), ("2027-01-01", .deferred),
        ] {
            var row = try Self.row(.deferred)
            row.until = day
            #expect(Self.judge(["x"]).judge(row, isHere: true).status == status, "\(day)")
            #expect(Self.judge(["core/a"]).judge(row, isHere: true).status == .contradicted)
        }
    }

    @Test("not applicable is what its proof shows, and not what it says")
    func notApplicable() throws {
        let cases: [(ScopeMatrix.Proof, ScopeRecord.Status)] = [
            (.untouched([try Glob("ios/**")]), .notApplicable), (.untouched([try Glob("web/**")]), .contradicted),
            (.digest(path: RepositoryPath("a/b"), sha256: String(repeating: "a", count: 64)), .notApplicable),
            (.digest(path: RepositoryPath("a/b"), sha256: String(repeating: "b", count: 64)), .contradicted),
            (.digest(path: RepositoryPath("a/c"), sha256: String(repeating: "a", count: 64)), .contradicted),
            (.gate("check:lint"), .pending), (.gate("check:ios"), .open),
        ]
        for (proof, status) in cases {
            var row = try Self.row(.notApplicable, [])
            row.proof = proof
            #expect(Self.judge(["web/a"]).judge(row, isHere: true).status == status, "\(proof)")
        }
    }

    @Test("every changed file has one owner, and every file has a row")
    func ownership() throws {
        var one = try Self.row(.implemented, ["core/**"])
        var two = try Self.row(.implemented, ["core/shared/*"])
        two.id = "t"
        let paths = ["core/shared/a", "core/b"].map { RepositoryPath($0) }
        #expect(ScopeJudge.ownership([one, two], paths) == [])
        two.owner = "bo"
        #expect(ScopeJudge.ownership([one, two], paths).first?.contains("core/shared/a") == true)
        // What both could claim, and nobody changed, is nobody's quarrel.
        #expect(ScopeJudge.ownership([one, two], [paths[1]]) == [])
        one.owner = "bo"
        #expect(
            ScopeJudge.ownership([one, two], paths + [RepositoryPath("x")]).first?.contains("in no row: x") == true
        )
    }

    private static let workspace = [
        "package.json": #"{"name":"root","workspaces":["packages/*"]}"#,
        "packages/core/package.json": #"{"name":"core","version":"1.3.0"}"#,
        "packages/app/package.json": #"{"name":"app","version":"2.0.0","dependencies":{"core":"^1.2.0"}}"#,
        "packages/free/package.json": #"{"name":"free","version":"1.0.0","dependencies":{"core":"git+https://x"}}"#,
        "package-lock.json": """
        {"lockfileVersion":3,"packages":{"":{"name":"root"},"packages/core":{"version":"1.3.0"},
        "packages/app":{"version":"2.0.0","dependencies":{"core":"^1.2.0"}},
        "packages/free":{"version":"1.0.0","dependencies":{"core":"git+https://x"}},
        "node_modules/core":{"resolved":"packages/core","link":true}}}
        """,
    ]

    private static func producer(_ version: String?, _ consumers: [ScopeMatrix.Consumer]) throws -> ScopeMatrix.Row {
        var row = try row(.implemented, ["packages/core/**"])
        row.package = ScopeMatrix.Package(ecosystem: .npm, name: "core", folder: "packages/core")
        row.producerVersion = version
        row.consumers = consumers
        return row
    }

    private static func consumer(_ folder: String = "packages/app", _ version: String? = nil, isLocked: Bool = true)
        -> ScopeMatrix.Consumer
    {
        ScopeMatrix.Consumer(folder: folder, version: version, isLocked: isLocked)
    }

    @Test("producer and consumers hold what the row says of their versions")
    func versions() throws {
        let judge = Self.judge(["packages/core/a"], files: Self.workspace)
        let good = judge.judge(try Self.producer("1.3.0", [Self.consumer("packages/app", "2.0.0")]), isHere: true)
        #expect(good.status == .met, "\(good.problems)")
        #expect(good.consumers.map(\.requirement) == ["^1.2.0"] && good.consumers.map(\.locked) == [["1.3.0"]])
        let cases: [(ScopeMatrix.Row, ScopeRecord.Status, String)] = [
            (try Self.producer("1.4.0", []), .contradicted, "has version 1.3.0, and the row says 1.4.0"),
            (
                try Self.producer("1.3.0", [Self.consumer("packages/app", "2.1.0")]), .contradicted,
                "and the row says 2.1.0"
            ),
            (try Self.producer("2.0.0", [Self.consumer()]), .contradicted, "does not take 2.0.0"),
            (try Self.producer("1.3.1", [Self.consumer()]), .contradicted, "not exactly 1.3.1"),
            (
                try Self.producer("1.3.0", [Self.consumer(isLocked: false)]), .contradicted,
                "there is 'package-lock.json'"
            ),
            (try Self.producer("1.3.0", [Self.consumer("packages/none")]), .contradicted, "has no manifest"),
            (try Self.producer("1.3.0", [Self.consumer("packages/core")]), .contradicted, "does not require 'core'"),
            (try Self.producer("1.3.0", [Self.consumer("packages/free")]), .open, "is no range of versions"),
        ]
        for (row, status, words) in cases {
            let judged = judge.judge(row, isHere: true)
            #expect(judged.status == status && judged.problems.contains { $0.contains(words) }, "\(judged.problems)")
        }
        var wrong = try Self.producer(nil, [])
        wrong.package?.name = "kern"
        #expect(judge.judge(wrong, isHere: true).problems.first?.contains("calls itself 'core'") == true)
        // Without a lock file only a row that says so is content.
        var bare = Self.workspace
        bare["package-lock.json"] = nil
        let without = Self.judge(["packages/core/a"], files: bare)
        #expect(without.judge(try Self.producer("1.3.0", [Self.consumer()]), isHere: true).status == .open)
        #expect(
            without.judge(try Self.producer("1.3.0", [Self.consumer(isLocked: false)]), isHere: true).status == .met
        )
    }

    @Test("another repository's row is open until its sign-off of that tree is shown")
    func elsewhere() throws {
        var row = try Self.row(.implemented, [])
        row.repository = "../core"
        row.tree = String(repeating: "b", count: 40)
        let open = Self.judge([]).judge(row, isHere: false)
        #expect(open.status == .open && open.problems.first?.contains("--scope-evidence r=FOLDER") == true)
        for (record, seal) in [
            ("{}", nil), ("{}", "no digest"), ("{}", SHA256.hex("{}")), ("[", SHA256.hex("[")),
        ] as [(String, String?)] {
            let given = ScopeRequest.Evidence(name: "x", record: Array(record.utf8), seal: seal.map { Array($0.utf8) })
            #expect(Self.judge([], evidence: ["r": given]).judge(row, isHere: false).status == .contradicted)
        }
    }
}
