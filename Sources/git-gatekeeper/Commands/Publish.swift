import GateCore
import GateGit

/// The push at the end of `run --commit --push`.
enum Publish {
    /// Pushes the current branch, and says what came of it.
    ///
    /// - Throws: `ExitStatus` where nothing was pushed.
    static func run(_ common: CommonOptions, signsOff: Bool) async throws {
        let context = GateContext.current()
        let repository = try await Work.repository(context, common.console)
        let policy = try await HookSwitch.settings(of: repository)
        let publisher = try await Publisher(
            context: context,
            repository: repository,
            attempts: policy.pushAttempts.value
        )
        let ending = try await publisher.push { options in
            var options = options
            options.signsOff = signsOff
            return try await Work.take(
                "run",
                options,
                common: common,
                source: .none,
                delivery: Engine.Delivery(isDryRun: false, commits: false),
                person: nil,
                signing: .asks,
                shows: { _ in false }
            )
        }
        let text = PublishReport.text(ending, publisher.destination)
        // The record of the run is the one document there is.
        if common.format == .json { common.console.line(text) } else { common.console.answer(text) }
        switch ending {
        case .pushed: return
        case .notProven(let record, _): throw ExitStatus(rawValue: record.result?.exitStatus ?? 125)
        case .conflict, .merge, .contended: throw ExitStatus.undecided
        }
    }
}
