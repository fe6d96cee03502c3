package import GateGit

/// What a backend says: edits to the head, a patch of the head, or that it cannot fix it.
package enum Answer: Sendable, Hashable {
    case edits([Edit])
    /// A unified diff, as bytes.
    case patch([UInt8])
    /// A tree that already exists in the repository, from a commit or from an embedded backend.
    case tree(ObjectID)
    case cannotFix(CannotFix)
}

/// One file's change as a backend words it.
package struct Edit: Sendable, Hashable {
    package enum Change: Sendable, Hashable {
        /// The whole new content; creates the file where there is none.
        case content([UInt8])
        case remove
        /// Replacements applied one after the other, each of a text that occurs exactly once.
        case replace([Replacement])
    }

    package struct Replacement: Sendable, Hashable {
        package let search: [UInt8]
        package let replace: [UInt8]
        package init(search: [UInt8], replace: [UInt8]) {
            self.search = search
            self.replace = replace
        }
    }

    package let path: RepositoryPath
    package let change: Change

    package init(path: RepositoryPath, change: Change) {
        self.path = path
        self.change = change
    }
}

/// A backend's statement that it has no fix; reported, never punished.
package struct CannotFix: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, Codable {
        /// Nothing it tried works.
        case noFix = "no-fix"
        /// The tests contradict each other, the documentation or the intent.
        case contractIsWrong = "contract-is-wrong"
        /// A person has to decide something first.
        case needsHuman = "needs-human"
        /// Something that no candidate may bring has to be installed or declared first.
        case needsDependency = "needs-dependency"
        /// What it was shown does not fail, as far as it can tell.
        case notReproducible = "not-reproducible"
        /// Anything else.
        case other

        /// Whether a person has to look before anybody can say what is wrong; otherwise the red tests speak for
        /// themselves.
        package var asksPerson: Bool {
            switch self {
            case .contractIsWrong, .needsHuman, .needsDependency, .notReproducible: true
            case .noFix, .other: false
            }
        }
    }

    package let kind: Kind
    /// The backend's own words.
    package let reason: String
    /// Tests it is about, in the backend's spelling: those it takes for wrong.
    package let tests: [String]

    package init(kind: Kind, reason: String, tests: [String] = []) {
        self.kind = kind
        self.reason = reason
        self.tests = tests
    }
}

/// A tree to be judged, with what makes it from the head.
package struct Candidate: Sendable, Hashable {
    package let tree: ObjectID
    /// Difference between head and candidate, in path order.
    package let changes: [TreeChange]

    package init(tree: ObjectID, changes: [TreeChange]) {
        self.tree = tree
        self.changes = changes
    }
}

/// One rule that a reply or a candidate breaks, found before anything of it is executed.
package struct AdmissionFinding: Sendable, Hashable {
    /// Stable, dotted: `path.traversal`, `contract.modified`, `parse.limit`.
    package let code: String
    /// The path it is about, where there is one.
    package let path: RepositoryPath?
    /// What is wrong with what; one line, lower case, no full stop.
    package let message: String

    package init(code: String, path: RepositoryPath? = nil, message: String) {
        self.code = code
        self.path = path
        self.message = message
    }
}
