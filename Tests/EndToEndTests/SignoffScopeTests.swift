import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

/// A change of two packages, the one that makes something and the one that takes it.
@Suite("scope matrices, end to end")
struct SignoffScopeTests {
    private typealias Fixture = SignoffFixture

    private static func package(_ name: String, _ version: String, requires: String? = nil) -> String {
        let rest = requires.map { ",\n  \"dependencies\": { \"core\": \"\($0)\" }" } ?? ""
        return "{\n  \"name\": \"\(name)\",\n  \"version\": \"\(version)\"\(rest)\n}\n"
    }

    private static func lock(core: String, app: String, requires: String) -> String {
        """
        {"name": "root", "lockfileVersion": 3, "requires": true, "packages": {
          "": {"name": "root", "workspaces": ["packages/*"]},
          "node_modules/app": {"resolved": "packages/app", "link": true},
          "node_modules/core": {"resolved": "packages/core", "link": true},
          "packages/app": {"version": "\(app)", "dependencies": {"core": "\(requires)"}},
          "packages/core": {"version": "\(core)"}
        }}

        """
    }

    private static let core = """
        {"id": "core", "surface": "core", "expected_change": "mul, as 1.3.0", "state": "implemented", "owner": "ann",
         "package": {"ecosystem": "npm", "name": "core", "folder": "packages/core"}, "producer_version": "1.3.0",
         "consumers": [{"folder": "packages/app", "version": "2.1.0"}], "gates": ["check:test"],
         "files": ["packages/core/**", "calc/**", "package-lock.json"]}
        """
    private static let app = """
        {"id": "app", "surface": "app", "expected_change": "takes core 1.3", "state": "dependency-only", "owner": "bo",
         "files": ["packages/app/**"]}
        """
    private static let rest = """
        {"id": "docs", "surface": "docs", "expected_change": "a page about mul", "state": "intentionally-deferred",
         "owner": "cy", "until": "2999-12-31"},
        {"id": "tests", "surface": "tests", "expected_change": "none", "state": "not-applicable", "owner": "ann",
         "proof": {"untouched": ["tests/**"]}}
        """

    private static func put(_ repository: TestRepository, _ rows: String...) throws {
        try repository.write(".gatekeeper/scope.json", "{\"rows\": [\(rows.joined(separator: ",\n"))]}\n")
    }

    /// A workspace whose packages are one version further in the working tree than in the last commit.
    private static func withPackages<R>(_ body: (TestRepository) async throws -> R) async throws -> R {
        try await Calculator.withRepository(broken: false) { repository in
            func write(core: String, app: String, requires: String) throws {
                try repository.write("packages/core/package.json", package("core", core))
                try repository.write("packages/app/package.json", package("app", app, requires: requires))
                try repository.write("package-lock.json", lock(core: core, app: app, requires: requires))
            }
            try repository.write("package.json", "{\"name\": \"root\", \"workspaces\": [\"packages/*\"]}\n")
            try write(core: "1.2.0", app: "2.0.0", requires: "^1.2.0")
            try await repository.commitAll("two packages")
            try write(core: "1.3.0", app: "2.1.0", requires: "^1.3.0")
            try repository.write("calc/core.py", Calculator.healthy + "\n\ndef mul(a, b):\n    return a * b\n")
            return try await body(repository)
        }
    }

    private static let stale = lock(core: "1.2.0", app: "2.0.0", requires: "^1.2.0")

    @Test(
        "a matrix that agrees is shown to reviewers, judged again at the end, and kept; a stale lock stops before them"
    )
    func agreement() async throws {
        try await Self.withPackages { repository in
            let matrix = Fixture.reasons + "\nscope_matrix_verified: core 1.3.0 and app 2.1.0 fit"
            let satisfied = "say(\"COMPREHENSIVELY_SATISFIED\", '''\(matrix)''')"
            try await Fixture.review(repository, one: satisfied, two: satisfied)
            try Self.put(repository, Self.core, Self.app, Self.rest)
            let record = try await repository.signoff(status: 0)
            let scope = try #require(record.scope)
            #expect(scope.rows.map(\.status) == [.met, .met, .deferred, .notApplicable] && !scope.isDerived)
            #expect(scope.rows[0].gates.map(\.result) == ["passed"] && scope.tree == record.head.tree)
            #expect(scope.rows[0].gates.first?.run == record.iterations.first?.acceptance?.run)
            #expect(scope.rows[0].consumers.map(\.locked) == [["1.3.0"]] && scope.remarks == [])
            #expect(scope.packages.map(\.version) == [nil, "2.1.0", "1.3.0"])
            #expect(scope.packages.map(\.before) == [nil, "2.0.0", "1.2.0"])
            let line =
                "| core | this |  |  | core (npm core) | mul, as 1.3.0 | 1.3.0 | packages/app 2.1.0 wants ^1.3.0, "
            let shown = try #require(repository.shown("one", 1))
            #expect(shown.contains("## The scope matrix, as the gate judged it") && shown.contains(line))
            #expect(try #require(repository.kept(record, "SIGNOFF.md")).contains(line))
            #expect(repository.kept(record, "scope-matrix.md")?.contains("check:test: passed") == true)
            #expect(repository.kept(record, "iteration-1/scope-matrix.json")?.contains("\"not-applicable\"") == true)
            #expect(repository.kept(record, "iteration-1/preflight.md")?.contains("holds: scope matrix") == true)

            // Whoever forgets the lock file is told before anybody is asked, with a matrix and without one.
            try repository.write("package-lock.json", Self.stale)
            let stopped = try await repository.signoff(status: 1)
            #expect(stopped.result?.state == .preflight && stopped.iterations.isEmpty)
            #expect(repository.shown("one", 2) == nil)
            let report = try #require(repository.kept(stopped, "NOT_SIGNED_OFF.md"))
            #expect(
                report.contains("'packages/core/package.json' has version 1.3.0, and 'package-lock.json' has 1.2.0")
            )
            #expect(report.contains("row 'core': nothing that 'package-lock.json' names is changed"))
            #expect(repository.kept(stopped, "iteration-1/scope-matrix.md")?.contains("contradicted") == true)
            try await repository.git("clean", "-fdq", ".gatekeeper/scope.json")
            let derived = try await repository.signoff(status: 1)
            #expect(derived.result?.state == .preflight && derived.scope?.isDerived == true)
            #expect(derived.scope?.rows.map(\.id) == [".", "packages/app", "packages/core"])
            try repository.write("package-lock.json", Self.lock(core: "1.3.0", app: "2.1.0", requires: "^1.3.0"))
            let whole = try await repository.signoff(status: 0)
            #expect(whole.scope?.rows.map(\.status) == [.met, .met, .met] && whole.scope?.packages.count == 3)

            // A sign-off is evidence for the row of a matrix that is kept elsewhere.
            let core = Self.core.replacing(
                "\"id\"",
                with: "\"repository\": \"../core\", \"tree\": \"\(whole.head.tree)\", \"id\""
            )
            .replacing("\"packages/core/**\", ", with: "")
            try Self.put(
                repository,
                core,
                Self.app,
                #"{"id": "all", "surface": "all", "expected_change": "all", "state": "implemented", "owner": "bo", "files": ["**"]}"#
            )
            #expect(try await printed(repository, status: 1).rows.first?.status == .open)
            let folder = "\(repository.path)/.git/gatekeeper/signoffs/\(whole.id)"
            let shownThere = try await printed(repository, "--scope-evidence", "core=\(folder)", status: 0)
            #expect(shownThere.rows.first?.status == .met)
            #expect(shownThere.rows.first?.evidence.contains("core is 1.3.0 there") == true)
            // What did not end in an agreement is none, nor is what was written into afterwards, nor another tree.
            let other = "\(repository.path)/.git/gatekeeper/signoffs/\(stopped.id)/signoff.json"
            let refused = try await printed(repository, "--scope-evidence", "core=\(other)", status: 1)
            #expect(refused.rows.first?.problems.first?.contains("ended as 'preflight'") == true)
            let forged = "\(repository.scratch)/forged"
            try FileManager.default.copyItem(atPath: folder, toPath: forged)
            let bytes = try #require(FileManager.default.contents(atPath: "\(forged)/signoff.json"))
            let text = String(decoding: bytes, as: UTF8.self).replacing("\"iterations\"", with: "\"iterationz\"")
            try text.write(toFile: "\(forged)/signoff.json", atomically: false, encoding: .utf8)
            let changed = try await printed(repository, "--scope-evidence", "core=\(forged)", status: 1)
            #expect(changed.rows.first?.problems.first?.contains("is not what its digest says") == true)
            let misplaced = try await printed(repository, "--scope-evidence", "app=\(folder)", status: 1)
            #expect(misplaced.problems.contains { $0.contains("evidence is given for 'app'") })
        }
    }

    @Test("the matrix is printed before anybody is asked, with all that is open, and nothing is written")
    func printed() async throws {
        try await Self.withPackages { repository in
            let before = try await repository.state()
            let plain = try await repository.gatekeeper("signoff", "--print-scope")
            #expect(plain.exitCode == 0 && plain.standardOutput.text.hasPrefix("# Scope matrix\n"))
            #expect(plain.standardOutput.text.contains("nobody wrote a matrix"))
            // Two owners of one file, one file without any, and a day that is over.
            let greedy = Self.app.replacing("packages/app/**", with: "packages/**")
            let over = Self.rest.replacing("2999-12-31", with: "2020-01-01")
            try Self.put(repository, Self.core.replacing("\"calc/**\", ", with: ""), greedy, over)
            let open = try await printed(repository, status: 1)
            #expect(open.problems.contains { $0.contains("ann (row 'core') and bo (row 'app') claim the same files") })
            #expect(open.problems.contains { $0.contains("in no row: calc/core.py") })
            #expect(open.rows.map(\.status) == [.pending, .met, .contradicted, .notApplicable])
            #expect(open.rows[2].problems == ["it was deferred until 2020-01-01, and that day is over"])
            // Versions that do not fit each other.
            let ahead = Self.core.replacing("\"1.3.0\"", with: "\"2.0.0\"")
            try Self.put(repository, ahead, Self.app, Self.rest)
            let versions = try await printed(repository, status: 1).rows.first
            #expect(
                versions?.problems.contains { $0.contains("requires 'core' as '^1.3.0', which does not take 2.0.0") }
                    == true
            )
            // A manifest that is a link, or larger than one, is not read, and agrees with nothing.
            let manifest = "\(repository.path)/packages/core/package.json"
            let text = try String(contentsOfFile: manifest, encoding: .utf8)
            try Self.put(repository, Self.core, Self.app, Self.rest)
            try FileManager.default.removeItem(atPath: manifest)
            try FileManager.default.createSymbolicLink(atPath: manifest, withDestinationPath: "../app/package.json")
            let indirect = try await printed(repository, status: 1).rows.first
            #expect(indirect?.problems.contains { $0.contains("it is no regular file") } == true)
            try FileManager.default.removeItem(atPath: manifest)
            try repository.write("packages/core/package.json", text + String(repeating: " ", count: 1 << 20))
            let large = try await printed(repository, status: 1).rows.first
            #expect(large?.status == .open && large?.problems.contains { $0.contains("bytes, more than") } == true)
            try repository.write("packages/core/package.json", text)
            // What cannot be read stops with its row and field.
            try Self.put(repository, Self.core, Self.app, Self.rest.replacing(", \"until\": \"2999-12-31\"", with: ""))
            let broken = try await repository.gatekeeper("signoff", "--print-scope")
            #expect(
                broken.exitCode == 128 && broken.standardError.text.contains("row 3 ('docs'): field 'until' is missing")
            )
            #expect(broken.standardError.text.contains("[scope.invalid]"))
            // A matrix that is a link is not followed.
            try await repository.git("clean", "-fdq", ".gatekeeper/scope.json")
            let outside = "\(repository.scratch)/scope.json"
            try "{\"rows\": [\(Self.core), \(Self.app)]}".write(toFile: outside, atomically: false, encoding: .utf8)
            let link = "\(repository.path)/.gatekeeper/scope.json"
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: outside)
            let linked = try await repository.gatekeeper("signoff", "--print-scope")
            #expect(linked.exitCode == 128 && linked.standardError.text.contains("no regular file"))
            try FileManager.default.removeItem(atPath: link)
            // Who asks may bring a matrix along.
            let given = try await printed(repository, "--scope-matrix", outside, status: 0)
            #expect(given.origin == "'\(outside)'" && given.rows.map(\.id) == ["core", "app"])
            #expect(try await repository.state() == before)
            #expect(!FileManager.default.fileExists(atPath: "\(repository.path)/.git/gatekeeper/signoffs"))
        }
    }

    private func printed(
        _ repository: TestRepository,
        _ arguments: String...,
        status: Int32,
        _ location: SourceLocation = #_sourceLocation
    ) async throws -> ScopeRecord {
        let result = try await repository.gatekeeper(
            arguments: ["signoff", "--print-scope", "--format", "json"] + arguments
        )
        #expect(
            result.exitCode == status,
            "\(result.standardError.text)\(result.standardOutput.text)",
            sourceLocation: location
        )
        return try JSON.decode(ScopeRecord.self, from: result.standardOutput.bytes)
    }
}
