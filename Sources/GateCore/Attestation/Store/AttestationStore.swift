package import GateGit

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Attestations as git carries them: notes on commits and on trees, one envelope a line.
///
/// Whoever may push may write here, so nothing in it is believed: signatures decide, and what is missing counts as not
/// proven.
package struct AttestationStore: Sendable {
    /// Where they are kept, here and on every remote.
    package static let reference = "refs/notes/gatekeeper"

    let repository: GitRepository
    let context: GateContext

    package init(repository: GitRepository, context: GateContext) {
        self.repository = repository
        self.context = context
    }

    /// The lines noted of any of some objects, each once; nothing is known of them yet.
    ///
    /// Read are the notes that are here, and those that `git fetch` brought of remotes.
    ///
    /// - Parameter pushed: a commit of notes to read as well, as a push may bring one.
    package func envelopes(for objects: [ObjectID], and pushed: ObjectID? = nil) async throws -> [[UInt8]] {
        var tips = [try await repository.target(ofReference: Self.reference), pushed].compactMap { $0 }
        tips += try await repository.references(under: Self.tracking).map(\.target)
        var seen: Set<[UInt8]> = []
        var lines: [[UInt8]] = []
        var read: Set<ObjectID> = []
        for tip in tips where read.insert(tip).inserted {
            // A reference that holds no commit of notes holds no notes; only our own has to.
            guard let root = try? await repository.tree(ofCommit: tip) else { continue }
            let tree = NoteTree(repository: repository, tree: root)
            for object in objects {
                for line in try await tree.lines(of: object) where seen.insert(line).inserted { lines.append(line) }
            }
        }
        return lines
    }

    /// The lines noted of one object.
    package func envelopes(for object: ObjectID) async throws -> [[UInt8]] { try await envelopes(for: [object]) }

    /// The lines noted of a commit, and of the tree it has: a commit that was rewritten keeps what its tree has.
    package func envelopes(ofCommit commit: ObjectID, and pushed: ObjectID? = nil) async throws -> [[UInt8]] {
        try await envelopes(for: [commit, repository.tree(ofCommit: commit)], and: pushed)
    }

    /// Notes envelopes of some objects; nobody else's notes are lost, whoever else writes at the same time.
    ///
    /// - Returns: the commit of notes that has them.
    @discardableResult
    package func add(_ envelopes: [DSSEEnvelope], to objects: [ObjectID]) async throws -> ObjectID? {
        try await add([(envelopes, objects)])
    }

    /// The same for several objects with envelopes of their own, in one step.
    @discardableResult
    package func add(_ notes: [(envelopes: [DSSEEnvelope], objects: [ObjectID])]) async throws -> ObjectID? {
        try await change("Notes added by 'git gatekeeper attest'") { tree in
            var tree = tree
            for (envelopes, objects) in notes {
                tree = try await NoteTree(repository: repository, tree: tree)
                    .adding(envelopes.map(\.line), to: objects)
            }
            return tree
        }
    }

    /// Takes the notes of another commit of notes in.
    ///
    /// - Returns: whether anything was new.
    func merge(_ other: ObjectID) async throws -> Bool {
        let theirs = try await repository.tree(ofCommit: other)
        let before = try await repository.target(ofReference: Self.reference)
        if before == other { return false }
        let after = try await change("Notes merged by 'git gatekeeper'", alsoParent: other) { tree in
            try await NoteTree(repository: repository, tree: tree).merging(theirs)
        }
        return after != before
    }

    private static let attempts = 40

    /// Makes a new commit of notes from the newest one, and tries again where somebody was faster.
    private func change(
        _ message: String,
        alsoParent other: ObjectID? = nil,
        _ make: (ObjectID) async throws -> ObjectID
    ) async throws -> ObjectID? {
        guard !repository.command.isInQuarantine else {
            throw GateFailure(
                "attestation.quarantine",
                "notes cannot be written while a push is being received: what is stored now goes where it is refused",
                hints: ["attest after the push, or before it"]
            )
        }
        for attempt in 1...Self.attempts {
            let tip = try await repository.target(ofReference: Self.reference)
            let old: ObjectID
            if let tip { old = try await repository.tree(ofCommit: tip) } else { old = .emptyTree }
            let new = try await make(old)
            let commit: ObjectID
            if let other, try await isAncestor(tip, of: other), try await repository.tree(ofCommit: other) == new {
                commit = other
            } else {
                if new == old, try await isAncestor(other, of: tip) { return tip }
                commit = try await repository.writeCommit(
                    tree: new,
                    parents: [tip, other].compactMap { $0 },
                    message: message,
                    author: author
                )
            }
            if try await repository.moveReference(Self.reference, from: tip, to: commit, message: message) {
                return commit
            }
            try await Task.sleep(for: .milliseconds(Int.random(in: 1...(5 * min(attempt, 20)))))
        }
        throw GateFailure(
            "attestation.contended",
            "'\(Self.reference)' changed \(Self.attempts) times while notes were being written",
            hints: ["try again when less is going on"]
        )
    }

    private var author: Signature {
        Signature(
            name: "git gatekeeper",
            email: "gatekeeper@localhost",
            time: Int64(context.now().timeIntervalSince1970)
        )
    }

    /// Whether one commit is an ancestor of another; nothing is one of everything.
    private func isAncestor(_ old: ObjectID?, of new: ObjectID?) async throws -> Bool {
        guard let old else { return true }
        guard let new else { return false }
        if old == new { return true }
        return try await repository.mergeBase(old, new) == old
    }
}
