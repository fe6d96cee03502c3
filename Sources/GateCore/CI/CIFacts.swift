package import GateGit

/// What an engine says of the change its job is about; every value has been looked at, and none is trusted further.
package struct CIFacts: Sendable, Hashable {
    package enum Event: String, Sendable, Hashable {
        case request, push, queue
        /// Nobody says what started the job.
        case unknown
    }

    /// One way to the base, in words that need the repository to be looked up.
    package enum Base: Sendable, Hashable {
        /// First parent of the head, which the engine itself made by merging into the target branch.
        case firstParent
        /// Tip of a branch of the remote.
        case branch(String)
        /// A commit that the engine names, and what it calls it.
        case commit(ObjectID, String)
    }

    package var engine: CIEngine
    package var event = Event.unknown
    /// Commits of which the engine reports the result; the one that is checked out must be among them.
    package var heads: [ObjectID] = []
    /// The one among `heads` that the engine made by merging.
    package var merge: ObjectID?
    /// The first that exists here counts.
    package var bases: [Base] = []
    /// Branch that the change is to go into.
    package var target: String?
    /// Number of the pull or merge request.
    package var request: Int?
    /// Address of the job or the build.
    package var url: String?
    /// What a person should know about how this was found.
    package var notes: [String] = []

    package init(engine: CIEngine) { self.engine = engine }

    /// Reads what an engine says.
    ///
    /// - Parameters:
    ///   - engine: the one that was asked for, or the one that is detected.
    ///   - file: reads a file that a variable names; `nil` where there is none.
    /// - Throws: `GateFailure` with `ci.environment` where a variable holds what it cannot hold.
    package static func read(
        _ engine: CIEngine,
        _ environment: [String: String],
        file: (String) throws -> [UInt8]?
    ) throws -> CIFacts {
        let variables = CIVariables(environment)
        return switch engine {
        case .github: try GitHubFacts.read(variables, file: file)
        case .gitlab: try GitLabFacts.read(variables)
        case .jenkins: try JenkinsFacts.read(variables)
        case .buildbot: try BuildbotFacts.read(variables)
        case .none: CIFacts(engine: .none)
        }
    }
}
