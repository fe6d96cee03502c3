/// A scope matrix as it was judged: the field `scope` of a sign-off's record, and `scope-matrix.json`.
package struct ScopeRecord: Codable, Sendable, Hashable {
    package var version = 1
    /// Where the matrix comes from, for people.
    package var origin: String
    /// Whether the gate made it from the delta, because nobody wrote one.
    package var isDerived: Bool
    /// SHA-256 of the document; absent where there is none.
    package var digest: String?
    package var base: String
    package var tree: String
    package var rows: [Row] = []
    /// Packages that the delta touches, or that a row names, in this repository.
    package var packages: [Package] = []
    /// What is wrong with the matrix as a whole.
    package var problems: [String] = []
    /// What was not made out or was not compared; decides nothing where no row states a version.
    package var remarks: [String] = []

    /// Whether nothing is open but what the tests have yet to show.
    package var holds: Bool { problems.isEmpty && rows.allSatisfy { $0.status != .open && $0.status != .contradicted } }

    package enum Status: String, Codable, Sendable, Hashable {
        /// Everything that the row says is so.
        case met
        /// Left for later by its owner, until a day that has not passed.
        case deferred
        /// With a proof that holds.
        case notApplicable = "not-applicable"
        /// The tests have yet to show it.
        case pending
        /// It is not shown.
        case open
        /// It is shown not to be so.
        case contradicted
    }

    package struct Row: Codable, Sendable, Hashable {
        package var id: String
        /// Absent for the repository the work is in.
        package var repository: String?
        package var branch: String?
        package var pullRequest: String?
        package var surface: String
        package var package: ScopeMatrix.Package?
        package var expectedChange: String
        package var producerVersion: String?
        package var consumers: [Consumer] = []
        package var files: [String] = []
        /// Changed paths that the row claims, at most `mostPaths` of them.
        package var changed: [String] = []
        package var changedCount = 0
        package var gates: [Gate] = []
        package var state: ScopeMatrix.State
        package var status: Status = .met
        /// What the status rests on.
        package var evidence: [String] = []
        package var problems: [String] = []
        package var owner: String?
        package var until: String?
        package var reason: String?

        static let mostPaths = 100
    }

    package struct Consumer: Codable, Sendable, Hashable {
        package var folder: String
        package var version: String?
        /// What its manifest wants of the producer.
        package var requirement: String?
        package var locked: [String] = []
    }

    package struct Gate: Codable, Sendable, Hashable {
        package var id: String
        /// `pending`, `passed`, `failed` or `unknown`.
        package var result: String
        /// The run that shows it.
        package var run: String?
    }

    package struct Package: Codable, Sendable, Hashable {
        package var ecosystem: PackageEcosystem
        package var folder: String
        package var manifest: String
        package var lock: String?
        package var name: String?
        package var version: String?
        /// The version at the base.
        package var before: String?
        /// What manifest and lock file say differently since this delta.
        package var disagreements: [String] = []
        /// What they said differently before.
        package var known: [String] = []
        /// What could not be made out.
        package var unclear: [String] = []

        /// Whether there is a lock file, and nothing against it.
        var agrees: Bool { lock != nil && disagreements.isEmpty && known.isEmpty && unclear.isEmpty }
    }
}
