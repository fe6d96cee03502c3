import GateGit

extension Session {
    /// The same session with a contract that covers files of tests as well, whatever their names.
    ///
    /// - Parameter reports: what runs of the user's own trees reported; a candidate's report protects nothing.
    package func protecting(testsOf reports: [TestReport]) async throws -> Session {
        let named = Set(reports.flatMap(\.testFiles).map { RepositoryPath($0) })
        var files: Set<RepositoryPath> = []
        for path in named {
            if let entry = try await repository.entry(path, in: proposal.headTree), entry.mode != .tree {
                files.insert(path)
            }
        }
        var session = self
        session.contract = contract.covering(files, patterns: Set(reports.flatMap(\.testPatterns)).sorted())
        return session
    }

    /// The contract with everything that links of base and head point at.
    package func contractWithLinks() async throws -> Contract {
        let links = ContractLinks.shared
        let head = try await links.links(in: proposal.headTree, of: repository)
        let base = proposal.baseTree == .emptyTree ? [] : try await links.links(in: proposal.baseTree, of: repository)
        return contract.following(head + base)
    }
}
