package import GateGit

/// Base and head of a job, looked up in the clone it was given.
package struct CIProposal: Sendable, Hashable {
    /// The commit that is judged.
    package let head: ObjectID
    /// The commit whose policy is in force; `nil` where the change has nothing under it.
    package let policy: ObjectID?
    /// The commit the change is held against: `policy`, or where the two parted.
    package let base: ObjectID?
    /// Where the base comes from, for reports: `tip of 'origin/main'`.
    package let origin: String
    package let notes: [String]

    /// What was asked for on the command line; it goes before what an engine says.
    package struct Wishes: Sendable, Hashable {
        package var base: String?
        package var head: String?

        package init(base: String? = nil, head: String? = nil) {
            self.base = base
            self.head = head
        }
    }

    /// Looks everything up.
    ///
    /// - Throws: `GateFailure` with `ci.unknown-head`, `ci.other-head`, `ci.no-base`, `ci.shallow` or `ci.foreign-merge`,
    ///   each with what to write into the engine's file.
    package static func resolve(
        _ facts: CIFacts,
        _ wishes: Wishes,
        in repository: GitRepository
    ) async throws -> CIProposal {
        let desk = Desk(facts: facts, repository: repository, isShallow: try await repository.isShallow())
        let head = try await desk.head(wishes.head)
        let (tip, origin) = try await desk.base(wishes.base, head: head)
        var notes = facts.notes
        var base = tip
        // The commit names its parents even where a shallow clone has cut them off.
        let isParent = try await repository.parents(ofCommit: head).contains(tip)
        if tip != head, !isParent, try await !repository.isAncestor(tip, of: head) {
            guard let fork = try await repository.mergeBase(tip, head) else { throw desk.noCommonCommit(tip, head) }
            base = fork
            notes.append(
                "the head does not contain \(tip.abbreviated), \(origin): what is judged is not what a merge would give; "
                    + "bring the branch up to date, or let the engine test the result of the merge"
            )
        }
        if tip == head {
            notes.append(
                "the head is \(origin) itself: there is nothing beneath it whose policy could hold it to account"
            )
        }
        if let merge = facts.merge, merge != head, facts.heads.contains(head) {
            notes.append("the head of the request is checked out, not its merge into the target branch")
        }
        return CIProposal(
            head: head,
            policy: Defence.tipPolicy.isOn ? tip : base,
            base: base,
            origin: origin,
            notes: notes
        )
    }
}

/// Looks commits up, and says what to do where one is missing.
private struct Desk {
    let facts: CIFacts
    let repository: GitRepository
    let isShallow: Bool

    func head(_ wish: String?) async throws -> ObjectID {
        if let wish {
            guard let commit = try await repository.resolveCommit(wish) else {
                throw GateFailure(
                    "ci.unknown-head",
                    "the head '\(wish)' names no commit in this clone",
                    hints: ["fetch it first, or leave --head out to judge what is checked out"]
                )
            }
            return commit
        }
        guard let commit = try await repository.resolveCommit("HEAD") else {
            throw GateFailure("ci.unknown-head", "nothing is checked out here, so there is nothing to judge")
        }
        // The engine will report for the commit it knows, so that is the one that has to be judged.
        guard facts.heads.isEmpty || facts.heads.contains(commit) else {
            throw GateFailure(
                "ci.other-head",
                "\(commit.abbreviated) is checked out, and \(facts.engine.title) reports for "
                    + Listing.some(facts.heads.map(\.abbreviated)),
                hints: ["check the right commit out, or say which one is meant with --head"]
            )
        }
        return commit
    }

    func base(_ wish: String?, head: ObjectID) async throws -> (ObjectID, String) {
        if let wish {
            if let commit = try await repository.resolveCommit(wish) { return (commit, "named as '\(wish)'") }
            throw missing("the base '\(wish)'", branch: nil)
        }
        guard let first = facts.bases.first else {
            throw GateFailure(
                "ci.no-base",
                "nothing says what this change is to go into (\(facts.engine.title))",
                hints: ["name the tip of the target branch: --base origin/main"]
            )
        }
        for base in facts.bases {
            switch base {
            case .firstParent:
                guard head == facts.merge else { continue }
                let parents = try await repository.parents(ofCommit: head)
                guard parents.count > 1, let parent = parents.first else { continue }
                guard try await repository.resolveCommit(parent.hex) != nil else { continue }
                try await check(parent)
                return (parent, "the commit that the head was merged into")
            case .branch(let name):
                if let commit = try await repository.resolveCommit("refs/remotes/origin/\(name)") {
                    return (commit, "tip of 'origin/\(name)'")
                }
            case .commit(let id, let what):
                if try await repository.resolveCommit(id.hex) != nil { return (id, what) }
            }
        }
        throw missing(await describe(first, head: head), branch: facts.target)
    }

    /// A merge counts as the engine's own only where the branch it went into has its first parent.
    private func check(_ parent: ObjectID) async throws {
        guard !isShallow, let target = facts.target,
            let tip = try await repository.resolveCommit("refs/remotes/origin/\(target)"),
            try await !repository.isAncestor(parent, of: tip)
        else { return }
        throw GateFailure(
            "ci.foreign-merge",
            "the head was merged into \(parent.abbreviated), which is not on '\(target)'",
            hints: ["run the job again on the merge as it is now", "or name the base with --base origin/\(target)"]
        )
    }

    private func describe(_ base: CIFacts.Base, head: ObjectID) async -> String {
        switch base {
        case .firstParent:
            if let parent = try? await repository.parents(ofCommit: head).first {
                return "the commit \(parent.hex), which the head was merged into,"
            }
            return "the commit that the head was merged into"
        case .branch(let name): return "the branch 'origin/\(name)'"
        case .commit(let id, let what): return "the commit \(id.hex) (\(what))"
        }
    }

    private func missing(_ what: String, branch: String?) -> GateFailure {
        var hints: [String] = []
        if isShallow { hints.append("the clone is shallow: \(facts.engine.depthAdvice(branch: branch))") }
        if let branch {
            let reference = "+refs/heads/\(branch):refs/remotes/origin/\(branch)"
            hints.append(
                "or before this step: \(PolicyValue.quoted(["git", "fetch", "--no-tags", "origin", reference]))"
            )
        }
        hints.append("or name a base that is here with --base")
        return GateFailure(isShallow ? "ci.shallow" : "ci.no-base", "\(what) is not in this clone", hints: hints)
    }

    func noCommonCommit(_ tip: ObjectID, _ head: ObjectID) -> GateFailure {
        guard isShallow else {
            return GateFailure(
                "ci.no-base",
                "\(head.abbreviated) and \(tip.abbreviated) have no common commit",
                hints: ["name another base with --base"]
            )
        }
        return GateFailure(
            "ci.shallow",
            "where \(head.abbreviated) left \(tip.abbreviated) is not in this clone",
            hints: [
                "the clone is shallow: \(facts.engine.depthAdvice(branch: facts.target))",
                "or before this step: git fetch --unshallow --no-tags origin",
            ]
        )
    }
}
