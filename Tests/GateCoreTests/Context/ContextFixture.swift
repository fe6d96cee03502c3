import Foundation
import GateGit
import GateTestSupport

@testable import GateCore

/// A tree in a real repository, and the context of a failure of it.
struct ContextFixture: Sendable {
    let repository: GitRepository
    let proposal: Proposal

    /// Makes a repository of some files, whose working tree is empty again before the body runs, so that only the tree
    /// can be read.
    static func with<R: Sendable>(
        _ files: [String: String],
        changed: [String: String] = [:],
        _ body: @Sendable (ContextFixture) async throws -> R
    ) async throws -> R {
        try await withTestRepository("context") { repository in
            for (path, content) in files { try repository.write(path, content) }
            try await repository.commitAll("base")
            let base = try await repository.git("rev-parse", "HEAD")
            for (path, content) in changed { try repository.write(path, content) }
            if !changed.isEmpty { try await repository.commitAll("head") }
            let head = try await repository.git("rev-parse", "HEAD")
            for path in Set(files.keys).union(changed.keys) {
                try FileManager.default.removeItem(atPath: "\(repository.path)/\(path)")
            }
            return try await body(try await ContextFixture(repository, base: base, head: head))
        }
    }

    init(_ repository: TestRepository, base: String, head: String) async throws {
        let opened = try await GitRepository(containing: repository.path, environment: repository.environment)
        self.repository = opened
        func tree(_ commit: String) async throws -> ObjectID {
            guard let id = ObjectID(hex: commit) else { throw GateFailure("test.commit", "no commit") }
            return try await opened.tree(ofCommit: id)
        }
        let (old, new) = (try await tree(base), try await tree(head))
        proposal = Proposal(
            baseCommit: ObjectID(hex: base),
            baseTree: old,
            baseOrigin: .named("base"),
            headTree: new,
            headCommit: ObjectID(hex: head),
            delta: try await opened.changes(from: old, to: new),
            snapshot: nil
        )
    }

    static func isContract(_ path: RepositoryPath) -> Bool {
        let text = path.description
        return text.hasPrefix("test") || text.contains("/test") || text.contains("_test.") || text.contains(".test.")
            || text.hasSuffix("Tests.swift")
    }

    var headFiles: HeadFiles {
        get async throws { try await HeadFiles(repository, tree: proposal.headTree) }
    }

    func survey(first: [String] = [], words: FailureWords = FailureWords()) async throws -> Survey {
        try await Surveyor(try await headFiles).survey(first: first, words: words)
    }

    func context(
        of record: FailureRecord,
        tokens: Int = 8000,
        knowledge: [ContextSection] = [],
        suspectedHunks: String? = nil,
        redactor: Redactor = Redactor(secrets: [])
    ) async throws -> ContextBuilder.Context {
        try await ContextBuilder(
            repository: repository,
            proposal: proposal,
            isContract: Self.isContract,
            redactor: redactor,
            tokens: tokens
        ).build(record, knowledge: knowledge, suspectedHunks: suspectedHunks)
    }

    /// A failure of one test, or of what could not be loaded.
    func failure(
        _ id: String,
        message: String = "",
        detail: String = "",
        output: String = ""
    ) async throws -> FailureRecord {
        let test = TestID(id)
        let step = Step(
            id: "check:test",
            kind: .test,
            isRequired: true,
            command: ["make", "test"],
            commandSource: .builtIn,
            format: "auto",
            reports: [],
            wallTime: .seconds(1),
            idleTime: .seconds(1),
            outputLimit: 1 << 20
        )
        let result = TestResult(id: test, outcome: .failed, message: message, detail: detail)
        let run = StepRun(
            step: step,
            report: TestReport(runner: "pytest", strength: .structured, results: [result]),
            process: ProcessResult(
                termination: .exited(1),
                ending: .itself,
                standardOutput: CapturedOutput(Array(output.utf8)),
                standardError: CapturedOutput([]),
                duration: .zero
            ),
            sandbox: .overlay,
            isPristine: true,
            root: "/repo"
        )
        var targets = Targets()
        targets.tests = ["check:test": [test]]
        let files = Set(try await repository.files(in: proposal.headTree).keys)
        return FailureRecord(runs: [run], targets: targets, files: files, isContract: Self.isContract)
    }
}
