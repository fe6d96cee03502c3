package import GateGit

/// Brings new tests of a fixer's into the working tree, because a person says so.
package struct TestApproval: Sendable {
    /// What was approved, and by whom. Version 1 of its JSON, and of `approved-tests.json`.
    package struct Approved: Sendable, Codable {
        package var version = 1
        package var signoff: String
        package var paths: [String]
        package var tests: [String]
        /// By git's word.
        package var by: String
        /// The state before, for 'undo'.
        package var undo: String?
    }

    private let context: GateContext
    private let repository: GitRepository

    package init(_ context: GateContext, _ repository: GitRepository) {
        self.context = context
        self.repository = repository
    }

    /// Writes the proven new tests of a sign-off into the working tree, and nothing else; the index is left alone.
    ///
    /// - Parameter id: the sign-off, or an unambiguous beginning or end of its id.
    /// - Throws: `GateFailure` where there are none, the record was altered, or a file of theirs is there already.
    package func approve(_ id: String) async throws -> Approved {
        let run = try RunLedger.signoffs(of: repository).find(id)
        guard let (record, isIntact) = try SignoffBook.read(run), isIntact else {
            throw GateFailure(
                "signoff.record-altered",
                "the record of sign-off \(run.id) is not as it was written, or was never finished",
                hints: ["run 'git gatekeeper signoff' again"]
            )
        }
        let proven = record.iterations.compactMap(\.fix?.newTests).filter(\.isProven)
        guard !proven.isEmpty else {
            throw GateFailure("signoff.no-tests", "sign-off \(run.id) has no new tests that are proven")
        }
        let now = try await Session.withTemporaryFolder(of: repository) {
            try await repository.snapshotWorkingTree(temporaryFolder: $0)
        }
        let files = try await files(of: proven)
        for path in files.keys.sorted() where try await repository.entry(path, in: now.tree) != nil {
            throw GateFailure(
                "signoff.test-exists",
                "'\(path)' is in the working tree already; a new test replaces nothing",
                hints: ["look at it in \(proven.compactMap(\.reference).joined(separator: ", "))"]
            )
        }
        let who = try await repository.identity()
        let request = AcceptanceRequest(
            runID: "tests-\(run.id)",
            headTree: now.tree,
            candidateTree: try await repository.graft(files.mapValues(Optional.some), onto: now.tree),
            headCommit: now.headCommit,
            recorder: who
        )
        switch try await Acceptance(repository: repository).accept(request) {
        case .applied(let undo, _, _, _):
            let approved = Approved(
                signoff: run.id,
                paths: files.keys.sorted().map(\.description),
                tests: Set(proven.flatMap(\.tests)).sorted(),
                by: "\(who.name) <\(who.email)>",
                undo: undo
            )
            try run.record("approved-tests.json", try JSON.encode(approved))
            return approved
        case .moved(let movement, _):
            throw GateFailure(
                "signoff.moved",
                "the working tree changed meanwhile: \(Listing.some(movement.paths.map(\.description))); nothing was written"
            )
        }
    }

    /// The files, from the trees that were proven, whatever references say by now.
    private func files(of proven: [SignoffRecord.NewTests]) async throws -> [RepositoryPath: TreeEntry] {
        var files: [RepositoryPath: TreeEntry] = [:]
        for tests in proven {
            guard let tree = tests.tree.flatMap({ ObjectID(hex: $0) }) else { continue }
            for text in tests.paths {
                let path = RepositoryPath(text)
                guard let entry = try await repository.entry(path, in: tree), entry.mode == .file else {
                    throw GateFailure("signoff.no-tests", "'\(text)' is not in what was proven")
                }
                files[path] = entry
            }
        }
        return files
    }
}
