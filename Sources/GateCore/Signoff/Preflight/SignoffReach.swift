import GateGit

/// What a commit, a push and a pull request of this work would take along: read from what is here, without a network.
struct SignoffReach: Sendable {
    let session: Session
    /// Where an agreement is posted, in words; `nil` where nothing is.
    let place: String?

    func checks() async throws -> [SignoffRecord.Check] {
        var checks = try expected()
        checks += [try await commit(), try await push(), request()]
        return checks
    }

    /// Whether every place that the work has to touch is touched.
    private func expected() throws -> [SignoffRecord.Check] {
        try session.policy.signoff.expectedPaths.map { wanted in
            let glob = try Glob(wanted.value)
            let touched = session.proposal.delta.map(\.path).filter(glob.matches)
            return SignoffRecord.Check(
                name: "expected path '\(wanted.value)'",
                holds: !touched.isEmpty,
                detail: touched.isEmpty
                    ? "nothing that changed lies there (\(wanted.source.description))"
                    : "changed: \(Listing.some(touched.map(\.description)))",
                next: touched.isEmpty
                    ? ["bring the work there too, or take it out of 'gatekeeper.signoff.expectedPath' in the base"] : []
            )
        }
    }

    /// What `git commit` would take, and what it would leave behind.
    private func commit() async throws -> SignoffRecord.Check {
        func check(_ detail: String) -> SignoffRecord.Check {
            SignoffRecord.Check(name: "commit", holds: true, detail: detail)
        }
        guard session.repository.workingTree != nil else { return check("there is no working tree to commit") }
        let output = try await session.repository.command.output([
            "status", "--porcelain=v1", "-z", "--untracked-files=all", "--no-renames",
        ])
        var staged: [String] = []
        var unstaged: [String] = []
        var untracked: [String] = []
        for entry in output.split(separator: 0).prefix(20_000) where entry.count > 3 {
            let letters = Array(entry.prefix(2))
            let path = RepositoryPath(bytes: entry.dropFirst(3)).description
            if letters == Array("??".utf8) {
                untracked.append(path)
                continue
            }
            if letters[0] != 0x20 { staged.append(path) }
            if letters[1] != 0x20 { unstaged.append(path) }
        }
        func listed(_ what: String, _ names: [String]) -> String {
            "\(what): \(names.isEmpty ? "nothing" : Listing.some(names, most: 20))"
        }
        var parts = [
            listed("staged", staged), listed("changed and not staged", unstaged), listed("untracked", untracked),
        ]
        let globs = try session.policy.signoff.scope.map { try Glob($0.value) }
        let beyond = Set(staged + unstaged + untracked).sorted().filter { name in
            !globs.contains { $0.matches(RepositoryPath(name)) }
        }
        if !globs.isEmpty, !beyond.isEmpty { parts.append(listed("of these beyond the scope", beyond)) }
        if session.proposal.snapshot == nil {
            parts.append("under review is the \(session.proposal.headOrigin), and nothing else of this")
        }
        return check(parts.joined(separator: "; "))
    }

    /// Where `git push` would go, and with how many commits, as far as local references know.
    private func push() async throws -> SignoffRecord.Check {
        func check(_ detail: String) -> SignoffRecord.Check {
            SignoffRecord.Check(name: "push", holds: true, detail: detail)
        }
        let destination: Destination
        do {
            destination = try await Destination.find(in: session.repository)
        } catch let failure as GateFailure {
            return check(failure.message)
        }
        let branch = destination.reference.dropFirst("refs/heads/".count)
        let here = destination.branch.dropFirst("refs/heads/".count)
        let words = "'\(here)' would go to '\(branch)' of '\(destination.remote)'"
        let known = "refs/remotes/\(destination.remote)/\(branch)"
        guard let there = try await session.repository.target(ofReference: known),
            let head = try await session.repository.resolveCommit("HEAD")
        else { return check("\(words), which is not known here yet") }
        let output = try await session.repository.command.output([
            "rev-list", "--count", "--left-right", "\(head)...\(there)", "--",
        ])
        let counts = String(decoding: output, as: UTF8.self).split(whereSeparator: \.isWhitespace).map(String.init)
        guard counts.count == 2 else { return check(words) }
        return check("\(words): \(counts[0]) commits ahead, \(counts[1]) behind what was fetched last")
    }

    private func request() -> SignoffRecord.Check {
        let said = RequestComment.variables.lazy.compactMap { name in
            session.context.environment[name].flatMap {
                $0.isEmpty ? nil : "\(Excerpt.line($0, maximum: 40)) (\(name))"
            }
        }.first
        let detail =
            place ?? said.map { "request \(Excerpt.visible($0)), to which nothing is posted without --comment" }
            ?? "no variable names one (\(RequestComment.variables.joined(separator: ", "))), and nobody was asked"
        return SignoffRecord.Check(name: "pull request", holds: true, detail: detail)
    }
}
