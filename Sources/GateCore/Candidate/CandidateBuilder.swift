package import GateGit

/// Makes an answer into a tree, in memory and in git's object store; no file of the working tree is touched.
package struct CandidateBuilder: Sendable {
    /// A tree and the paths the answer named, or what makes the answer no candidate.
    package enum Built: Sendable {
        case candidate(Candidate, declared: Set<RepositoryPath>?)
        case refused([AdmissionFinding])
    }

    private let repository: GitRepository
    private let head: ObjectID
    /// Absolute path of a private folder for throw-away indexes.
    private let temporaryFolder: String

    package init(repository: GitRepository, head: ObjectID, temporaryFolder: String) {
        self.repository = repository
        self.head = head
        self.temporaryFolder = temporaryFolder
    }

    package func build(_ answer: Answer) async throws -> Built {
        switch answer {
        case .edits(let edits): try await build(edits)
        case .patch(let patch): try await build(patch)
        case .tree(let tree):
            .candidate(
                Candidate(tree: tree, changes: try await repository.changes(from: head, to: tree)),
                declared: nil
            )
        case .cannotFix(let answer):
            .refused([
                AdmissionFinding(code: "parse.cannot-fix", message: "the answer is no candidate: \(answer.reason)")
            ])
        }
    }

    private func build(_ edits: [Edit]) async throws -> Built {
        let twice = Dictionary(grouping: edits, by: \.path).filter { $0.value.count > 1 }.keys.sorted()
        guard twice.isEmpty else {
            return .refused(
                twice.map {
                    AdmissionFinding(
                        code: "parse.duplicate-path",
                        path: $0,
                        message: "the reply names '\($0)' more than once"
                    )
                }
            )
        }
        // A name that git would not store cannot become a tree, so names are looked at first.
        let unsafe = edits.compactMap { PathRules.finding($0.path) }
        guard unsafe.isEmpty else { return .refused(unsafe) }
        var changes: [RepositoryPath: TreeEntry?] = [:]
        var findings: [AdmissionFinding] = []
        for edit in edits {
            let old = try await repository.entry(edit.path, in: head)
            if let old, !old.mode.isRegularFile {
                findings.append(Self.notAFile(edit.path, old.mode))
                continue
            }
            switch edit.change {
            case .content(let content):
                let id = try await repository.writeBlob(content)
                changes[edit.path] = TreeEntry(mode: old?.mode ?? .file, id: id)
            case .remove:
                guard old != nil else {
                    findings.append(Self.missing(edit.path))
                    continue
                }
                changes[edit.path] = .some(nil)
            case .replace(let replacements):
                guard let old else {
                    findings.append(Self.missing(edit.path))
                    continue
                }
                var content = try await repository.blob(old.id)
                if let finding = Self.replace(replacements, in: &content, path: edit.path) {
                    findings.append(finding)
                } else {
                    changes[edit.path] = TreeEntry(mode: old.mode, id: try await repository.writeBlob(content))
                }
            }
        }
        guard findings.isEmpty else { return .refused(findings) }
        return try await grafted(changes, declared: Set(edits.map(\.path)))
    }

    /// Applies a unified diff with git's own engine, onto an index that holds only the files it names.
    private func build(_ given: [UInt8]) async throws -> Built {
        let header: PatchHeader
        // Git takes a last line without a newline for a broken patch; replies often lack the last one.
        let patch = given.last == UInt8(ascii: "\n") ? given : given + [UInt8(ascii: "\n")]
        switch PatchHeader.read(patch) {
        case .success(let found): header = found
        case .failure(let refusal): return .refused(refusal.findings)
        }
        let unsafe = header.paths.compactMap(PathRules.finding)
        guard unsafe.isEmpty else { return .refused(unsafe) }
        let index = try SafeScratch.folder(named: "patch", in: temporaryFolder) + "/index"
        var known: [UInt8] = []
        for path in header.paths {
            if let entry = try await repository.entry(path, in: head), entry.mode != .tree {
                known += Array("\(entry.mode) \(entry.id)\t".utf8) + path.bytes + [0]
            }
        }
        _ = try await repository.command.output(["read-tree", "--empty"], indexFile: index)
        if !known.isEmpty {
            _ = try await repository.command.output(
                ["update-index", "-z", "--index-info"],
                input: known,
                indexFile: index
            )
        }
        var applied = try await apply(patch, index: index, recounting: false)
        // Models miscount the lines of a hunk; its text still has to match exactly, in the place it names.
        if applied != nil, try await apply(patch, index: index, recounting: true) == nil { applied = nil }
        if let complaint = applied {
            return .refused([
                AdmissionFinding(code: "parse.does-not-apply", message: "git cannot apply the patch: \(complaint)")
            ])
        }
        let after = try IndexLine.parse(
            try await repository.command.output(["ls-files", "-s", "-z"], indexFile: index)
        )
        var changes: [RepositoryPath: TreeEntry?] = [:]
        for path in header.paths { changes[path] = .some(after[path]) }
        for (path, entry) in after where !header.paths.contains(path) { changes[path] = entry }
        return try await grafted(changes, declared: header.paths)
    }

    /// - Returns: git's complaint; `nil` where the patch was applied.
    private func apply(_ patch: [UInt8], index: String, recounting: Bool) async throws -> String? {
        let result = try await repository.command.run(
            ["apply", "--cached", "--whitespace=nowarn", "--no-ignore-whitespace"] + (recounting ? ["--recount"] : [])
                + ["-"],
            input: patch,
            indexFile: index
        )
        return result.isSuccess ? nil : GitCommand.complaint(of: result)
    }

    private func grafted(_ changes: [RepositoryPath: TreeEntry?], declared: Set<RepositoryPath>) async throws -> Built {
        do {
            let tree = try await repository.graft(changes, onto: head)
            let difference = try await repository.changes(from: head, to: tree)
            return .candidate(Candidate(tree: tree, changes: difference), declared: declared)
        } catch  where error.code == .invalidPath {
            return .refused([AdmissionFinding(code: "path.invalid", message: error.message)])
        }
    }

    private static func replace(
        _ replacements: [Edit.Replacement],
        in content: inout [UInt8],
        path: RepositoryPath
    ) -> AdmissionFinding? {
        for (index, replacement) in replacements.enumerated() {
            guard !replacement.search.isEmpty else {
                return AdmissionFinding(
                    code: "edit.empty-search",
                    path: path,
                    message: "edit \(index + 1) of '\(path)' searches for nothing"
                )
            }
            guard let first = content.firstRange(of: replacement.search) else {
                return AdmissionFinding(
                    code: "edit.not-found",
                    path: path,
                    message: "edit \(index + 1) of '\(path)' searches for a text that is not there"
                )
            }
            if content[(first.lowerBound + 1)...].firstRange(of: replacement.search) != nil {
                return AdmissionFinding(
                    code: "edit.ambiguous",
                    path: path,
                    message: "edit \(index + 1) of '\(path)' searches for a text that occurs more than once"
                )
            }
            content.replaceSubrange(first, with: replacement.replace)
        }
        return nil
    }

    private static func missing(_ path: RepositoryPath) -> AdmissionFinding {
        AdmissionFinding(code: "edit.no-such-file", path: path, message: "'\(path)' does not exist at the head")
    }

    private static func notAFile(_ path: RepositoryPath, _ mode: FileMode) -> AdmissionFinding {
        switch mode {
        case .symlink: AdmissionFinding(code: "mode.symlink", path: path, message: "'\(path)' is a symbolic link")
        case .gitlink: AdmissionFinding(code: "mode.gitlink", path: path, message: "'\(path)' is a submodule")
        default: AdmissionFinding(code: "path.df-conflict", path: path, message: "'\(path)' is a folder at the head")
        }
    }
}
