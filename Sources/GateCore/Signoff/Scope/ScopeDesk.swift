import GateGit

/// Draws up the scope matrix of a session's work and judges it, from trees alone: nothing is run and nobody is asked.
struct ScopeDesk: Sendable {
    let session: Session
    let request: ScopeRequest

    /// - Parameter gate: what ran on the head; without it what tests have to show is pending.
    /// - Throws: `GateFailure` with `scope.invalid` where a matrix is there and cannot be read.
    func judge(after gate: RunRecord? = nil) async throws -> ScopeRecord {
        let proposal = session.proposal
        let repository = session.repository
        let written = try await matrix()
        let headFiles = try await repository.files(in: proposal.headTree)
        var files = Set(headFiles.keys)
        if proposal.baseTree != .emptyTree { files.formUnion(try await repository.files(in: proposal.baseTree).keys) }
        let changed = proposal.delta.map(\.path).filter { $0 != RepositoryPath(ScopeMatrix.path) }
        let here = try await addresses()
        let matrix = written?.matrix
        let own = (matrix?.rows ?? []).filter { isHere($0, here) }
        var folders = touched(changed, files)
        for row in matrix?.rows ?? [] {
            if isHere(row, here), let package = row.package { folders.insert(package.folder) }
            folders.formUnion(row.consumers.map(\.folder))
        }
        let head = try await states(folders, in: proposal.headTree)
        let base = try await states(folders, in: proposal.baseTree)
        var record = ScopeRecord(
            origin: written?.origin ?? "the delta: nobody wrote a matrix",
            isDerived: matrix == nil,
            digest: written?.digest,
            base: proposal.baseTree.hex,
            tree: proposal.headTree.hex
        )
        record.packages = Self.packages(head, base)
        for package in record.packages {
            record.problems += package.disagreements.map { "\($0): bring manifest and lock file together" }
            record.remarks += package.known.map { "\($0); so it was before" }
            record.remarks += package.unclear
        }
        let judge = ScopeJudge(
            changed: proposal.delta,
            states: head,
            steps: session.plan.steps.map(\.id),
            required: session.plan.steps.filter { $0.isRequired && !session.plan.exempting.contains($0.id) }.map(\.id),
            gate: gate,
            tree: proposal.headTree.hex,
            digests: try await digests(own),
            today: today,
            branch: try await repository.currentBranch(),
            isBranchHead: !session.options.subject.isCommit,
            evidence: request.evidence
        )
        if let matrix {
            record.rows = matrix.rows.map { judge.judge($0, isHere: isHere($0, here)) }
            record.problems += ScopeJudge.ownership(own, changed)
            for id in request.evidence.keys.sorted()
            where !matrix.rows.contains(where: { $0.id == id && !isHere($0, here) }) {
                record.problems.append("evidence is given for '\(id)', which is no row of another repository")
            }
        } else {
            record.rows = judge.derive(TouchedPackages.groups(of: changed, among: files))
            for id in request.evidence.keys.sorted() {
                record.problems.append("evidence is given for '\(id)', and there is no matrix")
            }
        }
        // Whatever becomes of it, it is shown without what is secret.
        return try JSON.decode(ScopeRecord.self, from: session.redactor.redact(try JSON.encode(record)))
    }

    private var today: String {
        let stamp = Array(session.context.stamp().prefix(8))
        return "\(String(stamp[0..<4]))-\(String(stamp[4..<6]))-\(String(stamp[6..<8]))"
    }

    private func matrix() async throws -> (matrix: ScopeMatrix, origin: String, digest: String)? {
        if let document = request.document {
            return (
                try ScopeReader.read(document.bytes, name: document.name), "'\(document.name)'",
                SHA256.hex(document.bytes)
            )
        }
        let path = RepositoryPath(ScopeMatrix.path)
        guard let entry = try await session.repository.entry(path, in: session.proposal.headTree) else { return nil }
        guard entry.mode.isRegularFile, try await session.repository.blobSize(entry.id) <= ScopeReader.mostBytes else {
            throw GateFailure(
                "scope.invalid",
                "the scope matrix '\(ScopeMatrix.path)' is no regular file of at most \(ScopeReader.mostBytes) bytes"
            )
        }
        let bytes = try await session.repository.blob(entry.id)
        return (
            try ScopeReader.read(bytes, name: ScopeMatrix.path), "'\(ScopeMatrix.path)' of the head", SHA256.hex(bytes)
        )
    }

    /// Addresses by which this repository is known, so that several can share one matrix.
    private func addresses() async throws -> Set<String> {
        Set(
            try await session.repository.settings(prefix: "remote.").filter { $0.key.hasSuffix(".url") }
                .compactMap { $0.value.map(Self.plain) }
        )
    }

    private func isHere(_ row: ScopeMatrix.Row, _ addresses: Set<String>) -> Bool {
        row.repository.map { addresses.contains(Self.plain($0)) } ?? true
    }

    private static func plain(_ address: String) -> String {
        var text = address
        while text.hasSuffix("/") { text.removeLast() }
        return text.hasSuffix(".git") ? String(text.dropLast(4)) : text
    }

    /// Folders of packages that the delta touches; a changed lock file touches every package below it.
    private func touched(_ changed: [RepositoryPath], _ files: Set<RepositoryPath>) -> Set<String> {
        var folders = Set(TouchedPackages.folders(of: changed, among: files).map { $0 == "." ? "" : $0 })
        let manifests = Set(
            files.filter(PackageShelf.isManifestOrLock).compactMap(\.text).map { FolderPath.folder(of: $0) }
        )
        for path in changed where PackageShelf.isManifestOrLock(path) {
            let place = FolderPath.folder(of: path.description)
            folders.formUnion(manifests.filter { FolderPath.relative($0, to: place) != nil }.sorted().prefix(100))
        }
        return folders
    }

    private func states(_ folders: Set<String>, in tree: ObjectID) async throws -> [PackageState] {
        let shelf = try await PackageShelf.load(folders, in: tree, of: session.repository)
        return folders.sorted().flatMap { PackageReader.states(in: $0, shelf) }
    }

    private static func packages(_ head: [PackageState], _ base: [PackageState]) -> [ScopeRecord.Package] {
        head.map { state in
            let before = base.first { $0.ecosystem == state.ecosystem && $0.folder == state.folder }
            let old = Set(before?.disagreements ?? [])
            return ScopeRecord.Package(
                ecosystem: state.ecosystem,
                folder: state.folder,
                manifest: state.manifest,
                lock: state.lock,
                name: state.name,
                version: state.version,
                before: before?.version,
                disagreements: state.disagreements.filter { !old.contains($0) },
                known: state.disagreements.filter { old.contains($0) },
                unclear: state.unclear
            )
        }
    }

    /// SHA-256 of the files that proofs name.
    private func digests(_ rows: [ScopeMatrix.Row]) async throws -> [RepositoryPath: String] {
        var digests: [RepositoryPath: String] = [:]
        for row in rows {
            guard case .digest(let path, _)? = row.proof,
                let entry = try await session.repository.entry(path, in: session.proposal.headTree),
                entry.mode.isRegularFile, try await session.repository.blobSize(entry.id) <= PackageShelf.mostOfLock
            else { continue }
            digests[path] = SHA256.hex(try await session.repository.blob(entry.id))
        }
        return digests
    }
}
