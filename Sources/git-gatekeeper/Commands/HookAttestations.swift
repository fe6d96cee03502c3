import GateCore
import GateGit

/// Attestations in hooks: a server asks for them, and a push takes its own along.
struct HookAttestations {
    private let context: GateContext
    private let console: Console

    init(_ context: GateContext, _ console: Console) {
        self.context = context
        self.console = console
    }

    /// Whose word proves a commit that is being received; `nil` where the tests have to say.
    ///
    /// - Parameters:
    ///   - options: which commit, held to which base.
    ///   - updates: all lines of the push, among which may be one that brings notes.
    func word(_ options: SessionOptions, _ updates: [RefUpdate], in repository: GitRepository) async throws -> String? {
        let pushed = updates.first { $0.reference == AttestationStore.reference && !$0.isDeletion }?.new
        do {
            return try await Session.open(context, options, in: repository) { session in
                guard let word = try await AttestationVerifier(session).prove(with: pushed).word else { return nil }
                // What the tests give is one thing; where policy asks for more, that has to be there as well.
                return try await SignoffStation.missing(session, with: pushed) == nil ? word : nil
            }
        } catch {
            guard let failure = GateFailure.wrapping(error) else { throw error }
            // What keeps attestations from being looked at leaves it to the tests, which say it again where it matters.
            console.line("attestations were not looked at: \(Excerpt.visible(failure.message)) [\(failure.code)]")
            return nil
        }
    }

    /// Sends the notes where the commits go. What keeps them from going does not keep the commits.
    func push(from repository: GitRepository, to remote: String) async throws {
        do {
            let exchange = try await AttestationStore(repository: repository, context: context).push(to: remote)
            if exchange.isPushed { console.progress("attestations are noted on '\(Excerpt.visible(remote))' too") }
        } catch {
            guard let failure = GateFailure.wrapping(error) else { throw error }
            console.line("attestations were not sent: \(Excerpt.visible(failure.message)) [\(failure.code)]")
        }
    }
}
