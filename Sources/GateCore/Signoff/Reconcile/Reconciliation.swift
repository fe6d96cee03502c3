/// What a change looks like held against everything around it that no reviewer sees: the working tree, and the CI jobs
/// that are red.
package struct Reconciliation: Codable, Sendable, Hashable {
    package enum State: String, Codable, Sendable, Hashable {
        /// Its own command is red here too.
        case reproducedRed = "reproduced-red"
        /// Its own command is green here.
        case replayedGreen = "replayed-green"
        /// It needs what is not here, or what ran here is no proof.
        case notReplayable = "not-replayable"
        /// No file says what it runs.
        case unmapped
        /// Mapped, and not run, because the sign-off ended before.
        case notReplayed = "not-replayed"
    }

    /// One red job, or one definition of it where base and head have two.
    package struct Row: Codable, Sendable, Hashable {
        package var job: String
        /// `github`, `gitlab` or `policy`; absent where nothing says.
        package var engine: String?
        /// The file that defines it, or who names its command.
        package var file: String?
        /// What a person types, from the top of the repository.
        package var command: String?
        package var state: State
        package var evidence: String
        /// Who says that it is red.
        package var source: String
        /// Steps of the gate that are green on this tree. They support; they close nothing.
        package var supporting: [String] = []
        package var artifacts: [String] = []

        package var isOpen: Bool { state != .replayedGreen }
    }

    package var rows: [Row] = []
    /// Files of the head that no commit has yet, because git does not follow them.
    package var untracked: [String] = []
    /// Files that git ignores and that changed text names: they are here and nowhere else.
    package var ignored: [String] = []
    /// Changed files that a program wrote, by their own words.
    package var generated: [String] = []
    /// Job files that cannot be read, or that are programs.
    package var problems: [String] = []

    package var isEmpty: Bool {
        rows.isEmpty && untracked.isEmpty && ignored.isEmpty && generated.isEmpty && problems.isEmpty
    }
}

extension Reconciliation {
    /// Whether every job that was red is shown to be green by its own command.
    var isSettled: Bool { rows.allSatisfy { !$0.isOpen } }

    /// How open jobs end a sign-off; `nil` where none is.
    var ending: SignoffBook.Ending? {
        func reasons(_ state: State) -> [String] {
            // What is said of many instances of one job is said once.
            var said: [(why: String, jobs: [String])] = []
            for row in rows where row.state == state {
                if let index = said.firstIndex(where: { $0.why == row.evidence }) {
                    if !said[index].jobs.contains(row.job) { said[index].jobs.append(row.job) }
                } else {
                    said.append((row.evidence, [row.job]))
                }
            }
            return said.map { why, jobs in
                let names = Listing.some(jobs.map { "'\($0)'" }, most: 6)
                return jobs.count == 1
                    ? "the CI job \(names) is \(state.rawValue): \(why)"
                    : "the CI jobs \(names) are \(state.rawValue): \(why)"
            }
        }
        func command(_ states: State...) -> [String] {
            let names = rows.filter { states.contains($0.state) }.map(\.job)
            return names.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }.prefix(3).map {
                "say what can run here of it: git config \(PolicyValue.quoted(["gatekeeper.signoff.job.\($0).command"])) '…'"
            }
        }
        let unmapped = reasons(.unmapped)
        let stuck = reasons(.notReplayable)
        let red = reasons(.reproducedRed)
        if !unmapped.isEmpty {
            return .stopped(.preflight, unmapped + stuck + red, command(.unmapped, .notReplayable))
        }
        if !stuck.isEmpty {
            return .stopped(
                .blocked,
                stuck + red,
                command(.notReplayable) + [
                    "or name the step that failed, as in '--ci-job NAME::STEP'; '--ci' asks the engine's program for it",
                    "or have CI run it again, and leave it out here once it is green",
                ]
            )
        }
        guard !red.isEmpty else { return nil }
        return .stopped(.findings, red, ["make the command green, then sign off again; a fixer can: '--fixer'"])
    }
}
