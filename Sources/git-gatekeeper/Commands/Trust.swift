import ArgumentParser
import GateCore
import GateGit

/// `git gatekeeper trust`
struct Trust: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Let the commands that files of this repository name run without isolation.",
        discussion: """
            Only asked for where nothing isolates tests. It counts for exactly the commands that are in force now, in
            this clone: when they change, it is asked for again.
            """
    )

    @Flag(help: "Show the commands and whether they are trusted, and change nothing.")
    var show = false

    @Flag(help: "Forget everything that was trusted in this clone.")
    var revoke = false

    @OptionGroup var proposal: ProposalOptions
    @OptionGroup var common: CommonOptions

    func validate() throws {
        if show, revoke { throw ValidationError("--show changes nothing; leave out --revoke") }
    }

    func run() async throws {
        let context = GateContext.current()
        let (change, look) = (!show, revoke)
        let answer = try await Session.open(context, proposal.session()) { session -> TrustRecord in
            let trust = CommandTrust(session)
            if look {
                _ = try trust.revoke()
            } else if change, !trust.commands.isEmpty, !trust.isGiven {
                let who = try await session.repository.identity()
                try trust.give(note: "\(context.stamp()) \(who.name) <\(who.email)>")
            }
            return TrustRecord(trust)
        }
        if common.format == .json { return try common.console.answer(answer, as: .trust) }
        var lines = answer.commands.map { command in
            Excerpt.visible("\(command.step): \(command.command)") + "\n  from \(Excerpt.visible(command.source))"
        }
        lines.append(
            answer.commands.isEmpty
                ? "no command comes from files of the repository: there is nothing to trust"
                : answer.trusted
                    ? "trusted: these commands may run without isolation in this clone"
                    : "not trusted: these commands run isolated or not at all"
        )
        common.console.answer(lines.joined(separator: "\n"))
    }
}
