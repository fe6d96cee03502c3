/// What policy says of a sign-off: who reviews, how deeply, and what has to be there first.
package struct SignoffSettings: Sendable, Hashable {
    /// A backend in a role, with a model of its own where one is named.
    package struct Role: Sendable, Hashable {
        /// Name of the backend.
        package let backend: String
        package let model: String?

        /// Stands in the place of a backend for somebody who reads and signs.
        static let person = "person"
        /// Whether it is a person, whom `model` then names as allowed signers do.
        var isPerson: Bool { backend == Self.person }

        /// - Parameter text: the backend, and after a blank the model.
        init?(_ text: String) {
            let words = text.split(separator: " ").map(String.init)
            guard words.count == 1 || words.count == 2 else { return nil }
            backend = words[0]
            model = words.count == 2 ? words[1] : nil
        }
    }

    /// Who reviews where policy names nobody.
    static let usual = ["codex", "claude"]

    /// Whether what the tests prove is kept only where it is signed off.
    package var required = Sourced(false, .builtIn)
    package var named: [Sourced<Role>] = []
    /// Who repairs what reviewers find; `nil` where nobody does.
    package var fixer: Sourced<Role>?
    /// Most reviews of one sign-off.
    package var iterations = Sourced(5, .builtIn)
    /// Whether no two reviewers may be of one family of models.
    package var otherFamily = Sourced(false, .builtIn)
    /// Whether a person other than the authors of a change has to be among the persons who are satisfied with it.
    package var otherThanAuthor = Sourced(false, .builtIn)
    package var depth = Sourced(ReviewDepth.standard, .builtIn)
    /// Files of the head that have to be there, and that every reviewer is shown.
    package var requiredFiles: [Sourced<String>] = []
    /// Globs of what the delta may touch; empty for everything.
    package var scope: [Sourced<String>] = []
    /// Globs of which each has to match something of the delta.
    package var expectedPaths: [Sourced<String>] = []
    /// What CI jobs run, by their names, where no job file says it in a way that can run here.
    package var jobCommands: [String: Sourced<[String]>] = [:]

    /// Everybody who reviews.
    package var reviewers: [Sourced<Role>] {
        named.isEmpty ? Self.usual.compactMap { Role($0).map { Sourced($0, .builtIn) } } : named
    }

    /// Takes a value over; what kind it is has been checked.
    ///
    /// - Returns: what is wrong with it, where something is.
    mutating func set(_ pattern: String, _ text: String, _ source: PolicySource) -> String? {
        switch pattern {
        case "gatekeeper.signoff.reviewer":
            guard let role = Role(text) else { return "is '\(text)'; write a backend, and after a blank its model" }
            named.append(Sourced(role, source))
        case "gatekeeper.signoff.fixer":
            guard let role = Role(text), !role.isPerson else {
                return "is '\(text)'; write a backend, and after a blank its model"
            }
            fixer = Sourced(role, source)
        case "gatekeeper.signoff.iterations":
            guard let count = PolicyValue.integer(text), count > 0 else { return "is \(text); at least one is needed" }
            iterations = Sourced(count, source)
        case "gatekeeper.signoff.required":
            required = Sourced(PolicyValue.boolean(text) ?? true, source)
        case "gatekeeper.signoff.otherThanAuthor":
            otherThanAuthor = Sourced(PolicyValue.boolean(text) ?? true, source)
        case "gatekeeper.signoff.otherFamily":
            otherFamily = Sourced(PolicyValue.boolean(text) ?? true, source)
        case "gatekeeper.signoff.depth": depth = Sourced(ReviewDepth(rawValue: text) ?? .deep, source)
        case "gatekeeper.signoff.requiredFile": requiredFiles.append(Sourced(text, source))
        case "gatekeeper.signoff.expectedPath": expectedPaths.append(Sourced(text, source))
        default: scope.append(Sourced(text, source))
        }
        return nil
    }

    /// Makes room for the list of a later source.
    mutating func clear(_ pattern: String) {
        switch pattern {
        case "gatekeeper.signoff.reviewer": named = []
        case "gatekeeper.signoff.requiredFile": requiredFiles = []
        case "gatekeeper.signoff.scope": scope = []
        case "gatekeeper.signoff.expectedPath": expectedPaths = []
        default: break
        }
    }
}

/// How much a reviewer is shown, and how long to look; proof by tests is asked for at every depth.
package enum ReviewDepth: String, Sendable, Hashable, CaseIterable, Codable {
    /// The delta and the evidence.
    case light
    /// With the changed files as they are now.
    case standard
    /// With what tests printed as well, and the changed files as they were.
    case deep
}
