import ArgumentParser
import GateCore
import GateGit

extension PlanMatrix.Format: ExpressibleByArgument {}

/// `git gatekeeper plan`
struct PlanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Print the parts of the plan as a matrix that an engine fans out.",
        discussion: """
            A part is a check, or a gating scenario. Each line of the matrix is one call of 'ci --shard'. Base, head and
            policy are found as 'ci' finds them, so that every machine has the same plan.
            """
    )

    @Option(
        help: ArgumentHelp("Tip of the branch the change is to go into: its policy is in force.", valueName: "revision")
    )
    var base: String?

    @Option(help: ArgumentHelp("Plan for this commit instead of the one that is checked out.", valueName: "revision"))
    var head: String?

    @Option(help: "Take the job for one of this engine: 'github', 'gitlab', 'jenkins', 'buildbot' or 'none'.")
    var engine: CIEngine?

    @Option(help: ArgumentHelp("Share the parts among so many machines; otherwise each has its own.", valueName: "n"))
    var shards: Int?

    @Option(help: "Form of the matrix: 'github', 'gitlab', 'buildbot' or 'json'.")
    var format: PlanMatrix.Format = .json

    func validate() throws {
        if let shards, !(1...PlanParts.most).contains(shards) {
            throw ValidationError("--shards must be from 1 to \(PlanParts.most)")
        }
    }

    func run() async throws {
        let context = GateContext.current()
        let facts = try CIFacts.read(engine ?? CIEngine.detect(context.environment), context.environment) { path in
            try InputFile.read(path: path, below: context.workingDirectory, limit: 16 << 20)
        }
        let repository = try await Work.repository(context, .standard)
        var options = SessionOptions()
        options.fill(try await CIProposal.resolve(facts, .init(base: base, head: head), in: repository))
        options.parts = .all
        let (shards, target) = (shards, facts.target)
        let matrix = try await Session.open(context, options) { session in
            try PlanMatrix(session, shards: shards, target: target)
        }
        if format == .json { return try Console.standard.answer(matrix.record, as: .plan) }
        Console.standard.answer(try matrix.text(format))
    }
}
