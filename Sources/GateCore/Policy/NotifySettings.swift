/// Who is told when a run has ended, beside whoever waits for it. Only git's own configuration says so.
package struct NotifySettings: Sendable, Hashable {
    /// Address that gets what a run came to.
    package var webhook: Sourced<String>?
    /// Variable that holds the key of signatures.
    package var secretVariable: Sourced<String>?
    /// Program that prints it.
    package var secretCommand: Sourced<[String]>?
    /// Shortest run after which the desktop says that it has ended; `nil` where it says nothing.
    package var desktop: Sourced<Duration>?

    package init() {}

    package var isEmpty: Bool { webhook == nil && desktop == nil }

    /// Takes a value over; what kind it is has been checked.
    ///
    /// - Returns: what is wrong with it, where something is. An address may hold a password, so it is not repeated.
    mutating func set(_ pattern: String, _ text: String, _ source: PolicySource) -> String? {
        switch pattern {
        case "gatekeeper.notify.webhook":
            let lower = text.lowercased()
            let plain = ["http://localhost", "http://127.", "http://[::1]"]
            guard lower.hasPrefix("https://") || plain.contains(where: { lower.hasPrefix($0) }) else {
                return "has to begin with 'https://', or with 'http://' and the name of this very machine"
            }
            webhook = Sourced(text, source)
        case "gatekeeper.notify.secretVariable": secretVariable = Sourced(text, source)
        case "gatekeeper.notify.secretCommand": secretCommand = Sourced(PolicyValue.words(text) ?? [], source)
        default: desktop = PolicyValue.duration(text).map { Sourced($0, source) }
        }
        return nil
    }
}
