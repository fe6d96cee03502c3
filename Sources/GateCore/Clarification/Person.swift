/// The person at this terminal, or whoever feeds standard input in their place.
package protocol Person: Sendable {
    /// Whether somebody sits there, who can be asked although no policy says so.
    var isAtTerminal: Bool { get }
    /// Shows a line, or several.
    func tell(_ text: String)
    /// Asks for one line.
    ///
    /// - Returns: the line without its end; `nil` at the end of input, and where nobody answered before the deadline.
    /// - Throws: `CancellationError`.
    func answer(_ prompt: String, before deadline: ContinuousClock.Instant) async throws -> String?
}
