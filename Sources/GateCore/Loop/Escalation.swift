/// Asks a person where the same failure keeps coming back.
struct Escalation: Sendable {
    /// What the person wants.
    enum Decision: Sendable, Hashable {
        /// The run stops, and the last candidate is kept aside or thrown away.
        case stop(keeps: Bool)
        /// Another window of attempts, with these words.
        case goOn(String)
    }

    let mode: RevertMode
    /// Who can be asked; `nil` where nobody is there.
    let person: (any Person)?
    let deadline: ContinuousClock.Instant

    private static let mostCharacters = 8000

    /// - Parameters:
    ///   - summary: the failure, one line.
    ///   - hasCandidate: whether there is anything to keep.
    func ask(times: Int, summary: String, guidance: String?, hasCandidate: Bool) async throws -> Decision {
        // Where nobody can be asked nothing is lost, unless policy says so.
        let unasked = Decision.stop(keeps: mode != .enabled)
        guard let person else { return unasked }
        person.tell("The same failure came back \(times) times in a row: \(Excerpt.visible(summary))")
        if let guidance { person.tell("  \(Excerpt.visible(guidance))") }
        let ways =
            mode == .ask && hasCandidate
            ? "'keep' or 'revert' stops and keeps or throws away the last candidate; an empty line keeps it"
            : "an empty line stops"
        person.tell("Say what the backend should know, and it gets a new budget; \(ways).")
        guard let line = try await person.answer("> ", before: deadline) else { return unasked }
        let words = String(line.prefix(Self.mostCharacters)).trimmedBlanks
        switch words.lowercased() {
        case "": return unasked
        case "keep", "k": return .stop(keeps: true)
        case "revert", "r": return .stop(keeps: false)
        default: return .goOn(words)
        }
    }
}
