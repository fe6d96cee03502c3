package import GateGit

/// Where the base's contract stands beside the head's: what a delta changes of it, and what it changes beside it.
package struct ContractDrift: Sendable, Hashable {
    package let added: [RepositoryPath]
    package let changed: [RepositoryPath]
    package let removed: [RepositoryPath]
    /// How many other paths the delta changes.
    package let others: Int

    /// - Parameters:
    ///   - changes: the delta.
    ///   - contract: with the links of both trees followed.
    package init(_ changes: [TreeChange], contract: Contract) {
        let own = changes.filter { contract.isProtected($0.path) }
        added = own.filter { $0.old == nil }.map(\.path)
        removed = own.filter { $0.new == nil }.map(\.path)
        changed = own.filter { $0.old != nil && $0.new != nil }.map(\.path)
        others = changes.count - own.count
    }

    /// Every path of the contract that the delta changes, in order.
    package var paths: [RepositoryPath] { (added + changed + removed).sorted() }

    /// Whether tests and code change together, so that neither holds the other to account.
    package var isDrift: Bool { !paths.isEmpty && others > 0 }

    /// Counts for people: `1 added, 2 changed, together with 3 other files`.
    package var summary: String {
        let counts = [(added.count, "added"), (changed.count, "changed"), (removed.count, "removed")]
            .filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
        return "\(counts), together with \(others) other file\(others == 1 ? "" : "s")"
    }
}

extension Contract {
    /// What lays the base's contract over a head's sources: each contract path of the delta as the base has it.
    ///
    /// What only the head has stays, so that its new tests find their helpers, unless it decides how the base's tests
    /// are run: then it goes.
    package func restoring(_ changes: [TreeChange]) -> [RepositoryPath: TreeEntry?] {
        var entries: [RepositoryPath: TreeEntry?] = [:]
        for change in changes where isProtected(change.path) {
            if let old = change.old {
                entries[change.path] = .some(old)
            } else if Self.governs(Self.folded(change.path)) {
                entries[change.path] = .some(nil)
            }
        }
        return entries
    }

    /// Whether a new path wins over something by its name, or configures a test runner.
    private static func governs(_ path: RepositoryPath) -> Bool {
        Shadowing.reason(path) != nil || runnerConfiguration.contains { $0.matches(path) }
    }

    private static let runnerConfiguration: [Glob] = [
        "pytest.ini", ".pytest.ini", "pytest.toml", ".pytest.toml", "tox.ini", "setup.cfg", ".coveragerc",
        "jest.config.*",
        "jest.setup.*", "setuptests.*", "vitest.config.*", "vitest.setup.*", "vitest.workspace.*", ".mocharc*",
        "babel.config.*", ".babelrc*", ".config/nextest.toml", "phpunit.xml*", ".rspec", ".proverc", "*.runsettings",
    ].compactMap { try? Glob($0) }
}
