package import GateGit

/// Bounds of a candidate.
package struct CandidateLimits: Sendable, Hashable {
    /// Bytes of a backend's reply.
    package var replyBytes = 512 << 10
    package var files = 64
    /// Lines added and removed.
    package var lines = 4000

    package init() {}
}

/// The static rules a candidate must satisfy before anything of it is executed.
///
/// Decided by comparing tree entries, never by what a reply says of itself. All findings are collected; one is enough
/// to refuse the whole candidate.
package struct Admission: Sendable {
    package let contract: Contract
    package let limits: CandidateLimits
    /// What a candidate may touch; empty for everything outside the contract.
    package let scope: [Glob]
    /// Knows the values that must not come into the repository.
    package let redactor: Redactor

    package init(contract: Contract, limits: CandidateLimits, scope: [Glob], redactor: Redactor = .none) {
        self.contract = contract
        self.limits = limits
        self.scope = scope
        self.redactor = redactor
    }

    /// What is wrong with a candidate, in path order.
    ///
    /// - Parameters:
    ///   - declared: the paths the reply named; `nil` where it named none but gave a tree.
    ///   - head: the tree the candidate is made from.
    package func findings(
        _ candidate: Candidate,
        declared: Set<RepositoryPath>?,
        head: ObjectID,
        repository: GitRepository
    ) async throws -> [AdmissionFinding] {
        let changes = candidate.changes
        guard !changes.isEmpty else {
            return [AdmissionFinding(code: "candidate.no-effect", message: "the candidate changes nothing")]
        }
        var findings = changes.compactMap { PathRules.finding($0.path) }
        guard changes.count <= limits.files || !Defence.replyRules.isOn else {
            return findings + [
                AdmissionFinding(
                    code: "parse.limit",
                    message: "the candidate changes \(changes.count) files, and \(limits.files) are allowed"
                )
            ]
        }
        let links = try await ContractLinks.shared.links(in: head, of: repository)
        findings += contract.following(links).findings(changes)
        findings += changes.compactMap(modeFinding)
        findings += scopeFindings(changes)
        if Defence.declaredPaths.isOn, let declared { findings += declarationFindings(changes, declared) }
        findings += try await placeFindings(changes, head: head, repository: repository)
        findings += try await embeddedFindings(candidate, repository: repository)
        findings += try await contentFindings(changes, repository: repository)
        return findings.sorted { ($0.path?.bytes ?? []).lexicographicallyPrecedes($1.path?.bytes ?? []) }
    }

    private func modeFinding(_ change: TreeChange) -> AdmissionFinding? {
        func refuse(_ code: String, _ what: String) -> AdmissionFinding {
            AdmissionFinding(code: code, path: change.path, message: "'\(change.path)' \(what)")
        }
        guard Defence.modes.isOn else { return nil }
        for mode in [change.old?.mode, change.new?.mode].compactMap({ $0 }) {
            if mode == .symlink {
                return refuse("mode.symlink", "is a symbolic link, which no candidate may make, change or remove")
            }
            if mode == .gitlink {
                return refuse("mode.gitlink", "is a submodule, which no candidate may make, change or remove")
            }
            if !mode.isRegularFile { return refuse("mode.invalid", "has the mode \(mode)") }
        }
        guard let new = change.new else { return nil }
        if let old = change.old {
            return old.mode == new.mode
                ? nil : refuse("mode.changed", "changes its mode from \(old.mode) to \(new.mode)")
        }
        return new.mode == .executable ? refuse("mode.executable", "is new and executable") : nil
    }

    private func scopeFindings(_ changes: [TreeChange]) -> [AdmissionFinding] {
        guard !scope.isEmpty else { return [] }
        return changes.filter { change in !scope.contains { $0.matches(change.path) } }.map { change in
            AdmissionFinding(
                code: "scope.outside",
                path: change.path,
                message: "'\(change.path)' lies outside the scope: \(scope.map(\.pattern).joined(separator: ", "))"
            )
        }
    }

    private func declarationFindings(_ changes: [TreeChange], _ declared: Set<RepositoryPath>) -> [AdmissionFinding] {
        changes.filter { !declared.contains($0.path) }.map {
            AdmissionFinding(
                code: "candidate.undeclared",
                path: $0.path,
                message: "'\($0.path)' changes, and the reply does not name it"
            )
        }
    }

    /// Paths that meet something else of the head: a link or a file above them, or a name that folds to the same.
    private func placeFindings(
        _ changes: [TreeChange],
        head: ObjectID,
        repository: GitRepository
    ) async throws -> [AdmissionFinding] {
        guard Defence.paths.isOn else { return [] }
        var findings: [AdmissionFinding] = []
        let removed = Set(changes.filter { $0.new == nil }.map(\.path))
        let added = changes.filter { $0.old == nil }
        for change in changes {
            for ancestor in change.path.ancestors {
                guard let entry = try await repository.entry(ancestor, in: head), entry.mode != .tree else { continue }
                if entry.mode == .symlink {
                    findings.append(
                        AdmissionFinding(
                            code: "path.under-symlink",
                            path: change.path,
                            message: "'\(change.path)' lies under '\(ancestor)', which is a symbolic link"
                        )
                    )
                } else {
                    findings.append(
                        AdmissionFinding(
                            code: "path.df-conflict",
                            path: change.path,
                            message: "'\(change.path)' lies under '\(ancestor)', which is a file"
                        )
                    )
                }
            }
        }
        for change in added {
            if let entry = try await repository.entry(change.path, in: head), entry.mode == .tree {
                findings.append(
                    AdmissionFinding(
                        code: "path.df-conflict",
                        path: change.path,
                        message: "'\(change.path)' would replace a folder"
                    )
                )
            }
            if let twin = try await foldedTwin(of: change.path, in: head, repository: repository),
                !removed.contains(twin)
            {
                findings.append(
                    AdmissionFinding(
                        code: "path.fold-collision",
                        path: change.path,
                        message: "'\(change.path)' and '\(twin)' are one name on some file systems"
                    )
                )
            }
        }
        // Folders count as well: two of them that differ in case only are one on some systems.
        let places = added.flatMap { change in (change.path.ancestors + [change.path]).map { ($0, change.path) } }
        for (_, group) in Dictionary(grouping: places, by: { Contract.folded($0.0) }) {
            guard let first = group.first, let twin = group.first(where: { $0.0 != first.0 }) else { continue }
            findings.append(
                AdmissionFinding(
                    code: "path.fold-collision",
                    path: twin.1,
                    message: "'\(first.0)' and '\(twin.0)' are one name on some file systems"
                )
            )
        }
        return findings
    }

    private func foldedTwin(
        of path: RepositoryPath,
        in head: ObjectID,
        repository: GitRepository
    ) async throws -> RepositoryPath? {
        var tree = head
        var place = RepositoryPath("")
        for component in path.components {
            let names = try await repository.children(of: tree)
            let wanted = Contract.folded(RepositoryPath(bytes: component))
            if let twin = names.keys.first(where: {
                $0 != component && Contract.folded(RepositoryPath(bytes: $0)) == wanted
            }) {
                return place.appending(twin)
            }
            guard let entry = names[component], entry.mode == .tree else { return nil }
            tree = entry.id
            place = place.appending(component)
        }
        return nil
    }

    /// Changes inside a folder that git would take for a repository of its own, with its own hooks and settings.
    private func embeddedFindings(_ candidate: Candidate, repository: GitRepository) async throws -> [AdmissionFinding]
    {
        guard Defence.paths.isOn else { return [] }
        let changed = candidate.changes.filter { $0.new != nil }
        let folders = Set(changed.flatMap { [RepositoryPath("")] + $0.path.ancestors })
        var findings: [AdmissionFinding] = []
        for folder in folders.sorted() {
            var tree: ObjectID? = candidate.tree
            if !folder.bytes.isEmpty {
                let entry = try await repository.entry(folder, in: candidate.tree)
                tree = entry?.mode == .tree ? entry?.id : nil
            }
            guard let tree else { continue }
            let names = try await repository.children(of: tree).keys.map { Contract.folded(RepositoryPath(bytes: $0)) }
            let parts = ["head", "objects", "refs"].map { RepositoryPath($0) }
            guard Set(names).isSuperset(of: parts) else { continue }
            findings += changed.filter { $0.path.hasPrefix(folder) }.prefix(1).map { change in
                AdmissionFinding(
                    code: "tree.embedded-repo",
                    path: change.path,
                    message:
                        "'\(change.path)' lies in a folder that git takes for a repository: it holds 'HEAD', 'objects' and 'refs'"
                )
            }
        }
        return findings
    }

    private func contentFindings(_ changes: [TreeChange], repository: GitRepository) async throws -> [AdmissionFinding]
    {
        let pairs = changes.filter { $0.new?.mode.isRegularFile == true || $0.old?.mode.isRegularFile == true }
        var bytes = 0
        for change in pairs {
            for entry in [change.old, change.new].compactMap({ $0 }) where entry.mode.isRegularFile {
                bytes += try await repository.blobSize(entry.id)
            }
        }
        guard bytes <= Self.readLimit || !Defence.replyRules.isOn else {
            return [
                AdmissionFinding(
                    code: "parse.limit",
                    message: "the changed files hold \(bytes) bytes, and \(Self.readLimit) are read at most"
                )
            ]
        }
        var findings: [AdmissionFinding] = []
        var lines = 0
        // What a removed file held may come to stand in another one.
        var moved = HiddenCharacters.Census()
        for change in changes where change.new == nil {
            moved.add(HiddenCharacters.Census(try await content(change.old, repository)))
        }
        for change in pairs {
            let before = try await content(change.old, repository)
            let after = try await content(change.new, repository)
            lines += Self.changedLines(before, after)
            findings += secretFindings(change.path, before: before, after: after)
            if Defence.content.isOn, after.contains(0), !before.contains(0) {
                findings.append(
                    AdmissionFinding(
                        code: "content.binary",
                        path: change.path,
                        message: "'\(change.path)' becomes binary"
                    )
                )
            } else if Defence.content.isOn {
                findings += HiddenCharacters.findings(change.path, before: before, after: after, moved: moved)
            }
        }
        if Defence.replyRules.isOn, lines > limits.lines {
            findings.append(
                AdmissionFinding(
                    code: "parse.limit",
                    message: "the candidate changes \(lines) lines, and \(limits.lines) are allowed"
                )
            )
        }
        return findings
    }

    /// A patch is kept as it is, and a commit goes to others: a known secret in one is lost.
    private func secretFindings(_ path: RepositoryPath, before: [UInt8], after: [UInt8]) -> [AdmissionFinding] {
        let added = redactor.known(in: after).subtracting(redactor.known(in: before))
        return Set(added.map(\.kind)).sorted().map { kind in
            AdmissionFinding(
                code: "content.secret",
                path: path,
                message: "'\(path)' would hold a secret of this machine: \(kind)"
            )
        }
    }

    private static let readLimit = 32 << 20

    private func content(_ entry: TreeEntry?, _ repository: GitRepository) async throws -> [UInt8] {
        guard let entry, entry.mode.isRegularFile else { return [] }
        return try await repository.blob(entry.id)
    }

    /// Lines that are in one and not in the other, counted with their multiplicity: a bound that costs one pass.
    private static func changedLines(_ before: [UInt8], _ after: [UInt8]) -> Int {
        var counts: [ArraySlice<UInt8>: Int] = [:]
        for line in before.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            counts[line, default: 0] -= 1
        }
        for line in after.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            counts[line, default: 0] += 1
        }
        return counts.values.reduce(0) { $0 + abs($1) }
    }
}
