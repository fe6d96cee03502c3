package import GateGit

/// What a push comes to: which commits are to be judged, against which bases, and why nothing else is.
package struct PushPlan: Sendable, Hashable {
    /// One commit that has to be judged, for every reference that is to name it.
    package struct Target: Sendable, Hashable {
        package let commit: ObjectID
        package let base: Proposal.GivenBase
        /// What will name it, in the order of the push.
        package fileprivate(set) var updates: [RefUpdate]

        /// The references as people name them.
        package var names: String { Listing.some(updates.map(\.name)) }
    }

    /// A reference that is not judged, and why.
    package struct Passed: Sendable, Hashable {
        package let update: RefUpdate
        package let why: String
    }

    package private(set) var targets: [Target] = []
    package private(set) var passed: [Passed] = []

    package init() {}

    /// Adds a commit to be judged; one that is there with the same base is judged once for all its references.
    mutating func judge(_ commit: ObjectID, against base: Proposal.GivenBase, for update: RefUpdate) {
        if let index = targets.firstIndex(where: { $0.commit == commit && $0.base.commit == base.commit }) {
            targets[index].updates.append(update)
        } else {
            targets.append(Target(commit: commit, base: base, updates: [update]))
        }
    }

    mutating func pass(_ update: RefUpdate, because why: String) { passed.append(Passed(update: update, why: why)) }
}

extension Proposal.GivenBase {
    /// The commit; `nil` where there is nothing to hold the head to.
    package var commit: ObjectID? {
        switch self {
        case .commit(let id, _), .own(let id): id
        case .nothing: nil
        }
    }
}
