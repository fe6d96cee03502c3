package import GateGit

/// The delta between two trees, cut into units any of which can be taken back.
///
/// Each hunk of a text that both trees hold is a unit; so is a change of mode, and, as a whole, a file that was added
/// or removed, is binary, is a link, or changed its kind. Submodules are left out: the gate stages no submodule, so
/// nothing can be learnt from taking one back.
package actor HunkSet {
    /// The units, in path order, and in line order within a path.
    nonisolated let units: [DeltaUnit]
    /// Paths of submodules that were left out, with what lies below or above them.
    nonisolated let leftOut: [RepositoryPath]

    private let repository: GitRepository
    private let head: ObjectID
    private let changes: [RepositoryPath: TreeChange]
    private var trees: [Set<Int>: ObjectID] = [:]
    private var blobs: [BlobKey: ObjectID] = [:]
    private var texts: [RepositoryPath: HunkSplice] = [:]

    private struct BlobKey: Hashable {
        let path: RepositoryPath
        let hunks: [Int]
    }

    /// Number of units; they are named by their position, from 0.
    package nonisolated var count: Int { units.count }

    /// Cuts the delta between two trees.
    ///
    /// - Parameter isFine: whether hunks of several lines are cut further, into lines or blocks.
    /// - Throws: `GitError` where an object of either tree cannot be read.
    package init(repository: GitRepository, base: ObjectID, head: ObjectID, isFine: Bool = false) async throws {
        self.repository = repository
        self.head = head
        let delta = try await repository.changes(from: base, to: head)
        changes = Dictionary(uniqueKeysWithValues: delta.map { ($0.path, $0) })
        var units: [DeltaUnit] = []
        var leftOut: [RepositoryPath] = []
        for group in Self.groups(of: delta) {
            if group.contains(where: { $0.old?.mode == .gitlink || $0.new?.mode == .gitlink }) {
                leftOut.append(contentsOf: group.map(\.path))
            } else if let only = group.first, group.count == 1 {
                units.append(contentsOf: try await Self.units(of: only, in: repository, isFine: isFine))
            } else if let outermost = group.first {
                units.append(DeltaUnit(path: outermost.path, kind: .whole(group)))
            }
        }
        self.units = units
        self.leftOut = leftOut
    }

    /// The head tree with some units taken back; the same units are written once.
    ///
    /// - Parameter subset: positions of units; unknown ones are ignored.
    /// - Throws: `GitError` where an object cannot be read or written.
    package func tree(reverting subset: Set<Int>) async throws -> ObjectID {
        let subset = subset.filter(units.indices.contains)
        if let known = trees[subset] { return known }
        var grafts: [RepositoryPath: TreeEntry?] = [:]
        var hunks: [RepositoryPath: [Int]] = [:]
        var modes: [RepositoryPath: FileMode] = [:]
        for index in subset.sorted() {
            let unit = units[index]
            switch unit.kind {
            case .hunk: hunks[unit.path, default: []].append(index)
            case .mode(let old, _): modes[unit.path] = old
            case .whole(let changes): for change in changes { grafts[change.path] = .some(change.old) }
            }
        }
        for path in Set(hunks.keys).union(modes.keys) {
            guard let now = changes[path]?.new else { continue }
            let id = try await blob(of: path, now: now.id, reverting: hunks[path] ?? [])
            grafts[path] = .some(TreeEntry(mode: modes[path] ?? now.mode, id: id))
        }
        let tree = try await repository.graft(grafts, onto: head)
        trees[subset] = tree
        return tree
    }

    private func blob(of path: RepositoryPath, now: ObjectID, reverting indices: [Int]) async throws -> ObjectID {
        guard !indices.isEmpty else { return now }
        let key = BlobKey(path: path, hunks: indices)
        if let known = blobs[key] { return known }
        let splice: HunkSplice
        if let known = texts[path] {
            splice = known
        } else {
            splice = HunkSplice(try await repository.blob(now))
            texts[path] = splice
        }
        let hunks = indices.compactMap { index -> TextHunk? in
            guard case .hunk(let hunk) = units[index].kind else { return nil }
            return hunk
        }
        guard let text = splice.reverting(hunks) else {
            throw GitError(.library, "cannot take hunks of '\(path)' back: they do not belong to blob '\(now)'")
        }
        let id = try await repository.writeBlob(text)
        blobs[key] = id
        return id
    }

    /// Changes that can only be taken back together: a file and what lies in a folder of the same name.
    private static func groups(of delta: [TreeChange]) -> [[TreeChange]] {
        let paths = Set(delta.map(\.path))
        var order: [RepositoryPath] = []
        var members: [RepositoryPath: [TreeChange]] = [:]
        for change in delta {
            let outermost = change.path.ancestors.first(where: paths.contains) ?? change.path
            if members[outermost] == nil { order.append(outermost) }
            // The outermost path comes first in its group, wherever the order of bytes puts it.
            if change.path == outermost {
                members[outermost, default: []].insert(change, at: 0)
            } else {
                members[outermost, default: []].append(change)
            }
        }
        return order.map { members[$0] ?? [] }
    }

    private static func units(
        of change: TreeChange,
        in repository: GitRepository,
        isFine: Bool
    ) async throws -> [DeltaUnit] {
        let whole = DeltaUnit(path: change.path, kind: .whole([change]))
        guard let old = change.old, let new = change.new, old.mode.isRegularFile, new.mode.isRegularFile else {
            return [whole]
        }
        var units: [DeltaUnit] = []
        if old.mode != new.mode {
            units.append(DeltaUnit(path: change.path, kind: .mode(old: old.mode, new: new.mode)))
        }
        guard old.id != new.id else { return units }
        guard let hunks = try await repository.hunks(old: old.id, new: new.id), !hunks.isEmpty else { return [whole] }
        return units + (isFine ? hunks.flatMap(\.pieces) : hunks).map { DeltaUnit(path: change.path, kind: .hunk($0)) }
    }
}
