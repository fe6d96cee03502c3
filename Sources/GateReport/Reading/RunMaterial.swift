package import GateCore
package import GateGit

/// Everything that the report of one run is made from.
package struct RunMaterial: Sendable {
    package var record: RunRecord
    package var shelf: EvidenceShelf
    package var statements: Statements
    /// Sign-offs of the tree that the run ended with, newest first.
    package var signoffs: [SignoffFound]
    /// Takes secrets out of patches, which the ledger keeps as they are.
    package var redactor: Redactor
    /// Version of the gate that makes the report.
    package var version: String

    /// A sign-off that names the tree.
    package struct SignoffFound: Sendable {
        package var record: SignoffRecord
        /// Whether its file is as it was written.
        package var isIntact: Bool
    }

    /// Signed statements about a tree.
    package struct Statements: Sendable {
        /// Number of envelopes that are noted.
        package var count: Int
        /// What `verify` says of them; `nil` where nothing was looked at.
        package var verification: Verification?
        /// Why they were not looked at.
        package var problem: String?

        package init(count: Int, verification: Verification? = nil, problem: String? = nil) {
            self.count = count
            self.verification = verification
            self.problem = problem
        }
    }

    package init(
        record: RunRecord,
        shelf: EvidenceShelf,
        statements: Statements,
        signoffs: [SignoffFound],
        redactor: Redactor,
        version: String
    ) {
        self.record = record
        self.shelf = shelf
        self.statements = statements
        self.signoffs = signoffs
        self.redactor = redactor
        self.version = version
    }

    /// Reads a finished run, its artifacts, and what was signed about its tree. Nothing is run and nothing is written.
    package static func read(
        _ run: RunLedger.Run,
        of repository: GitRepository,
        _ context: GateContext
    ) async throws -> RunMaterial {
        let shelf = try EvidenceShelf(run)
        guard let bytes = try run.read(EvidenceCheck.record) else {
            throw GateFailure("ledger.unfinished-run", "run \(run.id) was never finished, so it has no record")
        }
        let record: RunRecord
        do {
            record = try JSON.decode(RunRecord.self, from: bytes)
        } catch {
            throw GateFailure("evidence.unreadable", "the record of run \(run.id) cannot be read: it was altered")
        }
        let tree = finalTree(record)
        return RunMaterial(
            record: record,
            shelf: shelf,
            statements: await statements(record, tree, repository, context),
            signoffs: try signoffs(of: tree, repository),
            redactor: Redactor(secrets: SecretEnvironment.secrets(in: context.environment, shared: [])),
            version: context.version
        )
    }

    /// The tree that a run is about in the end: the candidate it accepted, else its head.
    static func finalTree(_ record: RunRecord) -> String {
        guard let result = record.result, result.verdict == "accepted", let candidate = result.candidate else {
            return record.head.tree
        }
        return candidate
    }

    private static func statements(
        _ record: RunRecord,
        _ tree: String,
        _ repository: GitRepository,
        _ context: GateContext
    ) async -> Statements {
        let commit = record.result?.commit ?? (tree == record.head.tree ? record.head.commit : nil)
        do {
            let objects = [commit, tree].compactMap { $0.flatMap { ObjectID(hex: $0) } }
            let noted = try await AttestationStore(repository: repository, context: context).envelopes(for: objects)
            guard !noted.isEmpty else { return Statements(count: 0) }
            guard let commit, try await isTree(tree, ofCommit: commit, repository) else {
                return Statements(
                    count: noted.count,
                    problem:
                        "no commit of this run has exactly that tree; 'git gatekeeper verify <commit>' looks at one"
                )
            }
            var options = SessionOptions()
            options.subject = .revision(commit)
            options.base = record.base.commit
            let verification = try await Session.open(context, options, in: repository) { session in
                try await AttestationVerifier(session).verify()
            }
            return Statements(count: verification.findings.count, verification: verification)
        } catch {
            let message = GateFailure.wrapping(error)?.message ?? "\(error)"
            return Statements(count: 0, problem: "they could not be looked at: \(message)")
        }
    }

    private static func isTree(_ tree: String, ofCommit commit: String, _ repository: GitRepository) async throws
        -> Bool
    {
        guard let id = ObjectID(hex: commit) else { return false }
        return try await repository.tree(ofCommit: id).hex == tree
    }

    /// How many of the newest sign-offs are looked through.
    private static let newest = 100

    private static func signoffs(of tree: String, _ repository: GitRepository) throws -> [SignoffFound] {
        let ledger = RunLedger.signoffs(of: repository)
        var found: [SignoffFound] = []
        for id in try ledger.ids().suffix(newest).reversed() {
            let run = try ledger.find(id)
            guard let bytes = try? run.read("signoff.json"),
                let record = try? JSON.decode(SignoffRecord.self, from: bytes), record.head.tree == tree
            else { continue }
            let seal = (try? run.read("signoff.json.sha256")).map { String(decoding: $0, as: UTF8.self) } ?? ""
            found.append(SignoffFound(record: record, isIntact: seal.hasPrefix(SHA256.hex(bytes))))
        }
        return found
    }
}
