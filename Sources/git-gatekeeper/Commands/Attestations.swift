import ArgumentParser
import GateCore
import GateGit

/// `git gatekeeper attest`
struct Attest: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Sign what a finished run concluded, and note it on its commit and tree.",
        discussion: """
            Green and accepted runs are attested as passed, red heads as failed; what was left undecided is not attested.
            The key is 'gatekeeper.signingKey', else 'user.signingKey' where 'gpg.format' is 'ssh'.
            """
    )

    @Argument(help: ArgumentHelp("The run; the newest where none is named.", valueName: "run"))
    var run: String?

    @Option(help: ArgumentHelp("Sign with this key instead of the configured one.", valueName: "file"))
    var key: String?

    @Option(
        help: ArgumentHelp(
            "Send the notes to this remote afterwards, after taking in what it has.",
            valueName: "remote"
        )
    )
    var push: String?

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let context = GateContext.current()
        let repository = try await Work.repository(context, common.console)
        let found = try RunLedger(repository: repository).find(run)
        let attestation = try await Session.withTemporaryFolder(of: repository) { folder in
            try await Attester(
                repository: repository,
                context: context,
                key: try await signingKey(repository, context),
                temporaryFolder: folder
            )
            .attest(found)
        }
        switch common.format {
        case .json: try common.console.answer(attestation, as: .attest)
        case .text: common.console.answer(AttestationReport.line(attestation))
        }
        if let push {
            let exchange = try await AttestationStore(repository: repository, context: context).push(to: push)
            common.console.progress(
                exchange.isPushed ? "notes pushed to '\(push)'" : "'\(push)' has these notes already"
            )
        }
    }

    private func signingKey(_ repository: GitRepository, _ context: GateContext) async throws -> SigningKey {
        guard let key else { return try await SigningKey.configured(in: repository, context) }
        let home = context.environment["HOME"]
        return SigningKey(key, home: home) ?? .file("\(context.workingDirectory)/\(key)")
    }
}

/// `git gatekeeper verify`
struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say whether a commit is proven by an attestation of somebody trusted.",
        discussion: """
            Trusted are the signers in '.gatekeeper/allowed_signers' of the base, never of the commit itself, and those in
            the file that 'gatekeeper.trust.allowedSigners' names. Of each attestation the first thing that fails is
            named: malformed, signature, signer, subject, policy, freshness or result. Exit 0 where the commit is proven,
            1 where it is not.
            """
    )

    @Argument(help: ArgumentHelp("The commit; HEAD where none is named.", valueName: "revision"))
    var revision = "HEAD"

    @Option(
        help: ArgumentHelp(
            "Take policy and signers from this commit instead of the merge base with upstream.",
            valueName: "revision"
        )
    )
    var base: String?

    @Option(help: ArgumentHelp("Fetch the notes of this remote first.", valueName: "remote"))
    var fetch: String?

    @OptionGroup var porcelain: PorcelainOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let context = GateContext.current()
        var options = SessionOptions()
        options.subject = .revision(revision)
        options.base = base
        let remote = fetch
        let verification = try await Session.open(context, options) { session in
            if let remote {
                let store = AttestationStore(repository: session.repository, context: context)
                let found = try await store.fetch(from: remote).isFound
                if !found { common.console.progress("'\(remote)' has no notes of the gate") }
            }
            return try await AttestationVerifier(session).verify()
        }
        if try !porcelain.answer(common, { Porcelain.verification(verification, endsInNull: $0) }) {
            switch common.format {
            case .json: try common.console.answer(verification, as: .verify)
            case .text: common.console.answer(AttestationReport.text(verification))
            }
        }
        if !verification.isProven { throw ExitStatus.rejected }
    }
}

/// Whether a run's conclusion is signed.
struct AttestOptions: ParsableArguments {
    @Flag(inversion: .prefixedNo, help: "Sign a conclusive pass and note it; else 'gatekeeper.attest' says.")
    var attest: Bool?

    func fill(_ options: inout SessionOptions) { options.attests = attest }
}
