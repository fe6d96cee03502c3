/// The backend that is asked, and why that one.
package struct BackendChoice: Sendable {
    package let backend: any Backend
    package let source: Sourced<String>
    /// The model it is told to use; `nil` where it takes its own.
    package let model: Sourced<String>?

    /// - Parameter source: its name, and who named it.
    package init(_ backend: any Backend, source: Sourced<String>, model: Sourced<String>? = nil) {
        self.backend = backend
        self.source = source
        self.model = model
    }
}

/// Makes a backend the first time it is asked for.
actor BackendOnce {
    private let make: @Sendable (Session) async throws -> BackendChoice
    /// By name: a council asks several.
    private var made: [String: BackendChoice] = [:]

    init(_ make: @escaping @Sendable (Session) async throws -> BackendChoice) { self.make = make }

    func choice(_ session: Session) async throws -> BackendChoice {
        let name = session.policy.backend.value
        if let choice = made[name] { return choice }
        let choice = try await make(session)
        made[name] = choice
        return choice
    }
}
