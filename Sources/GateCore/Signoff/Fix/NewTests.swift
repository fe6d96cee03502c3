import GateGit

/// Files of tests that a fixer adds beside its repair: never part of the candidate, and judged apart.
struct NewTests: Sendable, Hashable {
    let files: [RepositoryPath: TreeEntry]

    var paths: [RepositoryPath] { files.keys.sorted() }

    /// Names by which a file is one of tests and nothing else; what configures or helps tests stays closed.
    private static let names = ["test_*.*", "*_test.*", "*.test.*", "*.spec.*", "*_spec.*", "*.bats"]
        .compactMap { try? Glob($0) }

    /// Divides an answer into what repairs and new files of tests.
    ///
    /// - Returns: the answer as it was, where it adds none or is no candidate: admission says what is wrong with it.
    static func divide(_ answer: Answer, _ session: Session) async throws -> (answer: Answer, tests: NewTests?) {
        let head = session.proposal.headTree
        let builder = CandidateBuilder(
            repository: session.repository,
            head: head,
            temporaryFolder: session.temporaryFolder
        )
        guard case .candidate(let whole, _) = try await builder.build(answer) else { return (answer, nil) }
        var files: [RepositoryPath: TreeEntry] = [:]
        for change in whole.changes where change.old == nil && isTest(change.path, session.contract) {
            if let new = change.new, new.mode == .file { files[change.path] = new }
        }
        guard !files.isEmpty, files.count < whole.changes.count else { return (answer, nil) }
        let rest = try await session.repository.graft(files.mapValues { _ in nil }, onto: whole.tree)
        return (.tree(rest), NewTests(files: files))
    }

    /// Whether a new file of this name is a test that the contract covers.
    static func isTest(_ path: RepositoryPath, _ contract: Contract) -> Bool {
        guard contract.isProtected(path), let text = path.text else { return false }
        let parts = text.split(separator: "/")
        // A name with signs of a pattern could open more than itself.
        guard !text.contains(where: { "*?[]{}\\!".contains($0) }), !parts.contains(where: { $0.hasPrefix(".") }) else {
            return false
        }
        let name = RepositoryPath(String(parts.last ?? ""))
        return (names + Contract.capitalised).contains { $0.matches(name) }
    }
}

extension SignoffRecord {
    /// New tests of a fixer's, and what came of judging them apart.
    package struct NewTests: Codable, Sendable {
        package var paths: [String]
        /// Whether they fail without the repair, pass with it, and change nothing else.
        package var isProven = false
        /// Tests that came with them.
        package var tests: [String] = []
        /// Why they are not proven.
        package var reasons: [String] = []
        /// The tree of the repair with them, kept as a commit under `reference`.
        package var tree: String?
        package var reference: String?
        /// They as a patch, below the folder of the sign-off.
        package var patch: String?
    }
}
