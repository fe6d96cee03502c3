package import GateCore
import GateGit

/// The backend without a model: takes back the smallest part of the delta whose reversal turns the tests green.
///
/// It keeps nothing between attempts. The second attempt of a run does the search of the first again, whose trials
/// the bench remembers, and then looks for a set that does not contain the first one; and so on.
package struct RevertBackend: Backend {
    /// The most trees tried in one attempt.
    static let mostTrials = 200

    /// Deltas of more pieces than this are not searched piece by piece.
    static let mostPieces = 1000

    package var name: String { "revert" }
    package var origin: String { "embedded" }
    package var isEmbedded: Bool { true }

    /// Creates the backend; it needs nothing but the bench it is given.
    package init() {}

    /// Searches for the part of the delta to take back.
    ///
    /// - Returns: a tree with the culprits taken back and all else as it was, or a refusal that says why; the notes
    ///   name every culprit found.
    /// - Throws: what the bench and its repository throw, and `CancellationError`.
    package func propose(_ request: BackendRequest, bench: any TrialBench) async throws -> BackendReply {
        guard request.baseTree != request.headTree else {
            return Self.refusal("base and head are the same tree, so there is nothing to take back")
        }
        let hunks = try await HunkSet(repository: bench.repository, base: request.baseTree, head: request.headTree)
        var notes: [String] = []
        if !hunks.leftOut.isEmpty {
            notes.append("not looked at, as submodules: \(hunks.leftOut.map(\.description).joined(separator: ", "))")
        }
        guard hunks.count > 0 else {
            return Self.refusal("the delta changes nothing but submodules, which are not taken back", notes: notes)
        }
        let search = RevertSearch(
            hunks: hunks,
            bench: bench,
            suspects: request.suspects,
            limit: Self.mostTrials,
            deadline: request.deadline
        )
        let (admitted, seen) = try await search.admittedUnits()
        guard !admitted.isEmpty else {
            let reason =
                if seen < hunks.count {
                    "time ran out before a change was found that may be taken back"
                } else if hunks.count == 1 {
                    "the only change may not be taken back: it is protected or out of scope"
                } else {
                    "none of the \(hunks.count) changes may be taken back: they are protected or out of scope"
                }
            return Self.refusal(reason, notes: notes)
        }
        if admitted.count < seen { notes.append("\(seen - admitted.count) of \(seen) changes may not be taken back") }
        if seen < hunks.count { notes.append("time ran out after \(seen) of \(hunks.count) changes") }
        // A faulty line and a healthy one beside it are one hunk, which then cannot be taken back as a whole.
        if seen == hunks.count, try await search.find(in: admitted, without: []) == .nothing,
            let finer = try await Self.finer(request, bench: bench, after: search, than: hunks)
        {
            notes.append("no whole change can be taken back, so changes were cut into lines and blocks")
            return try await Self.reply(
                to: request,
                search: finer.search,
                hunks: finer.hunks,
                admitted: finer.admitted,
                notes: notes
            )
        }
        return try await Self.reply(to: request, search: search, hunks: hunks, admitted: admitted, notes: notes)
    }

    /// The search in smaller pieces, within the trials and the time that are left; `nil` where it finds nothing.
    private static func finer(
        _ request: BackendRequest,
        bench: any TrialBench,
        after coarse: RevertSearch,
        than hunks: HunkSet
    ) async throws -> (search: RevertSearch, hunks: HunkSet, admitted: [Int])? {
        let pieces = try await HunkSet(
            repository: bench.repository,
            base: request.baseTree,
            head: request.headTree,
            isFine: true
        )
        guard pieces.count > hunks.count, pieces.count <= mostPieces else { return nil }
        let search = RevertSearch(
            hunks: pieces,
            bench: bench,
            suspects: request.suspects,
            limit: mostTrials - (await coarse.trials),
            deadline: coarse.end - ContinuousClock.now
        )
        let admitted = try await search.admittedUnits().units
        guard case .found = try await search.find(in: admitted, without: []) else { return nil }
        return (search, pieces, admitted)
    }

    private static func reply(
        to request: BackendRequest,
        search: RevertSearch,
        hunks: HunkSet,
        admitted: [Int],
        notes: [String]
    ) async throws -> BackendReply {
        var notes = notes
        var refused: [[Int]] = []
        while true {
            let result = try await search.find(in: admitted, without: refused)
            guard case .found(let set, let isMinimal) = result else {
                return refusal(reason(result, admitted: admitted.count, refused: refused.count), notes: notes)
            }
            let isNew = refused.count + 1 >= request.attempt
            notes += set.map { "suspected: \(hunks.units[$0].summary)\(isNew ? "" : ", refused before")" }
            guard isNew else {
                refused.append(set)
                continue
            }
            if !isMinimal { notes.append("the search was cut short, so taking back less may suffice") }
            return BackendReply(answer: .tree(try await hunks.tree(reverting: Set(set))), notes: notes)
        }
    }

    private static func reason(_ result: RevertSearch.Result, admitted: Int, refused: Int) -> String {
        if case .cutShort = result {
            return "time or trials ran out before a change was found whose reversal turns the tests green"
        }
        if refused == 1 { return "the only set of hunks whose reversal turns the tests green was refused" }
        if refused > 1 { return "all \(refused) sets of hunks found whose reversal turns the tests green were refused" }
        if admitted == 1 { return "taking back the only change that may be taken back does not turn the tests green" }
        return "taking back all \(admitted) changes that may be taken back does not turn the tests green, "
            + "nor does any one file or change of them"
    }

    private static func refusal(_ reason: String, notes: [String] = []) -> BackendReply {
        BackendReply(answer: .cannotFix(CannotFix(kind: .noFix, reason: reason)), notes: notes)
    }
}
