package import GateGit

/// What a team says of a piece of work before it is signed off: a row for each package or surface.
package struct ScopeMatrix: Sendable, Hashable {
    /// Where it lies in the work itself.
    package static let path = ".gatekeeper/scope.json"

    package var rows: [Row] = []

    /// How a row is classified.
    package enum State: String, Codable, Sendable, Hashable, CaseIterable {
        case implemented
        /// Nothing but manifests and lock files change.
        case dependencyOnly = "dependency-only"
        /// Left for later, by somebody and until a day.
        case deferred = "intentionally-deferred"
        case notApplicable = "not-applicable"
    }

    package struct Row: Sendable, Hashable {
        package var id: String
        /// Path or address; `nil` for the repository the work is in.
        package var repository: String?
        package var branch: String?
        package var pullRequest: String?
        package var surface: String
        package var package: Package?
        package var expectedChange: String
        package var producerVersion: String?
        package var consumers: [Consumer] = []
        /// Globs; each has to match a changed path where the row is implemented.
        package var files: [Glob] = []
        /// Ids of steps of the plan.
        package var gates: [String] = []
        package var state: State
        package var owner: String
        /// Last day of a deferral, as `2026-12-31`.
        package var until: String?
        package var reason: String?
        package var proof: Proof?
        /// Object id of the tree that was signed off in another repository.
        package var tree: String?
    }

    package struct Package: Codable, Sendable, Hashable {
        package var ecosystem: PackageEcosystem
        package var name: String
        /// Relative to the repository; empty for its top.
        package var folder: String
    }

    /// Who has to take the producer's version.
    package struct Consumer: Sendable, Hashable {
        package var folder: String
        /// The consumer's own version; `nil` where it says nothing.
        package var version: String?
        /// Whether it keeps a lock file.
        package var isLocked: Bool
    }

    /// What shows that a row is not applicable.
    package enum Proof: Sendable, Hashable {
        /// No path of the delta lies under these.
        case untouched([Glob])
        /// A file of the head has exactly this content.
        case digest(path: RepositoryPath, sha256: String)
        /// A step of the plan passed.
        case gate(String)
    }
}
