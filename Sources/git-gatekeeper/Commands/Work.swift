import ArgumentParser
import GateBackends
import GateCore
import GateGit

/// The road that `run`, `run-all`, `test`, `judge` and `generate-patch` share: session, engine, answer.
enum Work {
    /// Takes the road and prints the answer.
    ///
    /// - Throws: `ExitStatus` with the run's status where it is not 0.
    static func run(
        _ command: String,
        _ options: SessionOptions,
        common: CommonOptions,
        source: Engine.Source,
        delivery: Engine.Delivery,
        output: String? = nil,
        signing: Signing = .asks
    ) async throws {
        let record = try await take(
            command,
            options,
            common: common,
            source: source,
            delivery: delivery,
            output: output,
            signing: signing
        )
        if common.lines?.problems == true {
            common.console.answer(ProblemReport.text(try await findings(record, common.console)))
        } else {
            try answer(record, common: common)
        }
        if let status = record.result?.exitStatus, status != 0 { throw ExitStatus(rawValue: status) }
    }

    /// What a command does where policy requires a sign-off.
    enum Signing: Sendable {
        /// It has reviewers asked.
        case asks
        /// It believes an agreement that is there already, and asks nobody.
        case believes
        /// Its word is the tests' alone, and says so.
        case leavesOut
    }

    /// Takes the road and leaves the answer to the caller.
    ///
    /// - Parameters:
    ///   - signing: what is done where policy requires a sign-off.
    ///   - repository: where it is open already.
    ///   - person: who can be asked; `nil` where nobody can, as in a hook.
    ///   - shows: which events are worth a line; all of them at a desk.
    ///   - listening: who else is told what happens.
    /// - Returns: the record of the run, whatever its verdict.
    static func take(
        _ command: String,
        _ options: SessionOptions,
        common: CommonOptions,
        source: Engine.Source,
        delivery: Engine.Delivery,
        output: String? = nil,
        in repository: GitRepository? = nil,
        person: (any Person)? = TerminalPerson.shared,
        signing: Signing = .leavesOut,
        shows: @escaping @Sendable (RunEvent) -> Bool = { _ in true },
        listening: [any RunListener] = []
    ) async throws -> RunRecord {
        let console = common.console
        let context = GateContext.current()
        let (record, run) = try await Session.open(context, options, in: repository) { session in
            let attester = try await attester(session, console)
            let audience = await common.audience(in: session.repository, shows: shows).joined(by: listening)
            let done = try await Engine(
                session: session,
                command: command,
                person: person,
                scout: RevertBackend(),
                station: station(signing, audience),
                tell: audience.teller(session)
            )
            .run(source, delivery)
            try await attest(done.record, done.run, attester, session, console)
            return done
        }
        if let output { try Export.copy(run, to: output, below: context.workingDirectory) }
        return record
    }

    /// Who has to agree beyond the tests, where policy asks for it.
    static func station(_ signing: Signing, _ audience: Audience) -> Station? {
        switch signing {
        case .asks: SignoffStation(make: makeBackend, tell: audience.tell).station
        case .believes: SignoffStation(make: nil, tell: audience.tell).station
        case .leavesOut: nil
        }
    }

    /// Who signs the pass, where one is to be signed; without a key a run that was not asked for one goes on.
    static func attester(_ session: Session, _ console: Console) async throws -> Attester? {
        do {
            return try await Attester.make(session)
        } catch let failure as GateFailure where session.options.attests != true {
            console.line("not attested: \(Excerpt.visible(failure.message)) [\(failure.code)]")
            return nil
        }
    }

    /// Signs a pass and says so. The verdict stands whether or not that works, and is in the ledger.
    static func attest(
        _ record: RunRecord,
        _ run: RunLedger.Run,
        _ attester: Attester?,
        _ session: Session,
        _ console: Console
    ) async throws {
        do {
            guard let attestation = try await attester?.attestPass(record, run, session) else { return }
            console.progress(AttestationReport.line(attestation))
        } catch let failure as GateFailure where session.options.attests != true {
            console.line("not attested: \(Excerpt.visible(failure.message)) [\(failure.code)]")
        }
    }

    /// Opens the repository around the current folder, and ends first what an earlier command could not end.
    static func repository(_ context: GateContext, _ console: Console) async throws -> GitRepository {
        let repository = try await GitRepository(
            containing: context.workingDirectory,
            environment: context.environment
        )
        if let recovery = try await Acceptance.recover(repository) { console.line(recovery.sentence) }
        return repository
    }

    /// What a run found, with what its red tests said; of a run that was remembered, what proved it.
    private static func findings(_ record: RunRecord, _ console: Console) async throws -> CIFindings {
        let repository = try await repository(.current(), console)
        let run = try RunLedger(repository: repository).find(record.id)
        let failure = try run.read("failure.json").flatMap { try? JSON.decode(FailureDocument.self, from: $0) }
        return CIFindings(record: record, failure: record.remembered == nil ? failure : nil)
    }

    /// Prints a record in the wanted format.
    static func answer(_ record: RunRecord, common: CommonOptions) throws {
        if let lines = common.lines, try lines.porcelain.answer(common, { Porcelain.run(record, endsInNull: $0) }) {
            return
        }
        switch common.format {
        case .json: try common.console.answer(record, as: .run)
        case .text: common.console.answer(TextReport.render(record))
        }
    }

    /// Where candidates come from, as policy resolved it.
    static let backend: Engine.Source = .backend(makeBackend)

    static let makeBackend: @Sendable (Session) async throws -> BackendChoice = { session in
        try await BackendRegistry.choose(session.policy, world(session))
    }

    /// What backends get of the world.
    static func world(_ session: Session) -> BackendRegistry.World {
        BackendRegistry.World(
            environment: session.context.environment,
            temporaryFolder: session.temporaryFolder,
            callerFolder: session.context.workingDirectory,
            git: session.repository.command
        )
    }
}

/// Names of all backends, for help texts.
let backendNames = BackendRegistry.names.joined(separator: ", ")
