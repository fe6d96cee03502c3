import Foundation
import GateBackends
import GateCore
import GateGit
import GateTestSupport

/// What is needed to ask a backend in a test: a repository, folders, a policy.
struct BackendDesk: Sendable {
    let repository: TestRepository
    let bench: FakeBench
    /// Absolute path of the private folder of backends.
    var folder: String { "\(repository.scratch)/private" }

    static func with<R: Sendable>(_ body: @Sendable (BackendDesk) async throws -> R) async throws -> R {
        try await withTestRepository("backend") { fixture in
            try fixture.write("calc.py", "a = 1\n")
            try await fixture.commitAll("one")
            try FileManager.default.createDirectory(
                atPath: "\(fixture.scratch)/private",
                withIntermediateDirectories: true
            )
            let bench = FakeBench(repository: try await fixture.open(), head: .emptyTree) { _ in .red }
            return try await body(BackendDesk(repository: fixture, bench: bench))
        }
    }

    /// A backend as the registry makes it.
    func backend(
        _ name: String,
        environment: [String: String] = [:],
        _ settings: BackendSettings = BackendSettings()
    ) throws -> any Backend {
        var policy = ResolvedPolicy()
        var settings = settings
        settings.model = settings.model ?? Sourced("test-model", .builtIn)
        policy.backendSettings[name] = settings
        return try BackendRegistry.make(name, policy, world(environment))
    }

    func world(_ environment: [String: String] = [:]) -> BackendRegistry.World {
        BackendRegistry.World(
            environment: repository.environment.merging(environment) { $1 },
            temporaryFolder: folder,
            callerFolder: repository.path
        )
    }

    static func request(
        feedback: [String] = [],
        session: String? = nil,
        deadline: Duration = .seconds(30),
        progress: @escaping @Sendable (String) -> Void = { _ in }
    ) -> BackendRequest {
        var request = BackendRequest(
            attempt: feedback.count + 1,
            instructions: "REPAIR",
            context: "CONTEXT",
            feedback: feedback,
            targets: [TestID("t.py::test")],
            baseTree: .emptyTree,
            headTree: .emptyTree,
            delta: [],
            contractGlobs: [],
            scope: [],
            suspects: [],
            model: nil,
            session: session,
            deadline: deadline
        )
        request.progress = progress
        return request
    }

    /// What came of asking: an answer, a refusal of what was said, or a failure, in a few words.
    func outcome(_ backend: any Backend, deadline: Duration = .seconds(30)) async throws -> String {
        do {
            let reply = try await backend.propose(Self.request(deadline: deadline), bench: bench)
            switch reply.answer {
            case .edits: return "edits"
            case .patch: return "patch"
            case .tree: return "tree"
            case .cannotFix(let said): return "cannot_fix \(said.kind.rawValue): \(said.reason)"
            }
        } catch let failure as BackendFailure {
            let findings = failure.findings.map { " \($0.code)" }.joined()
            return "\(failure.code)\(findings): \(failure.message)"
        }
    }
}
