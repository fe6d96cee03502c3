import GateCore
import GateGit

/// Writes and removes the files that let an engine run the gate.
enum CIJobWork {
    /// One file and what became of it: version 1 of its JSON.
    struct Record: Codable {
        var version = 1
        var engine: String
        var path: String
        /// `written`, `upgraded`, `unchanged`, `foreign`, `removed` or `nothing`.
        var outcome: String
        var next: [String]
    }

    /// - Throws: `ExitStatus` where somebody else's file is in the way.
    static func install(_ engine: CIEngine, target: String?, isFleet: Bool, _ common: CommonOptions) async throws {
        let (repository, folder) = try await place(common)
        let file: CIJobFile
        if let target {
            file = try CIJobFile.make(engine, target: target, isFleet: isFleet)
        } else {
            file = try CIJobFile.make(engine, target: try await mainBranch(repository), isFleet: isFleet)
        }
        let outcome = try file.install(in: folder)
        var record = Record(engine: engine.rawValue, path: "\(file.path)", outcome: outcome.rawValue, next: [])
        switch outcome {
        case .written, .upgraded: record.next = file.next
        case .unchanged: break
        case .foreign:
            record.next = [
                "'\(file.path)' is not as 'install' wrote it, so it is left as it is",
                "move it aside, run this again, and take over from it what you need",
            ]
        }
        try answer(record, common)
        if outcome == .foreign { throw ExitStatus.rejected }
    }

    static func uninstall(_ engine: CIEngine, _ common: CommonOptions) async throws {
        let (_, folder) = try await place(common)
        let file = try CIJobFile.make(engine, target: "main")
        let isRemoved = try file.uninstall(in: folder)
        try answer(
            Record(
                engine: engine.rawValue,
                path: "\(file.path)",
                outcome: isRemoved ? "removed" : "nothing",
                next: isRemoved ? [] : ["there is no file of ours at '\(file.path)', or somebody changed it"]
            ),
            common
        )
    }

    private static func place(_ common: CommonOptions) async throws -> (GitRepository, String) {
        let repository = try await Work.repository(GateContext.current(), common.console)
        guard let folder = repository.workingTree else {
            throw GateFailure("ci.bare", "a bare repository has no working tree to write the file of an engine into")
        }
        return (repository, folder)
    }

    /// The branch that everything goes into: the remote's own, else the current one.
    private static func mainBranch(_ repository: GitRepository) async throws -> String {
        let result = try await repository.command.run(["symbolic-ref", "--quiet", "refs/remotes/origin/HEAD"])
        let name = String(result.standardOutput.text.prefix { $0 != "\n" })
        let prefix = "refs/remotes/origin/"
        if result.isSuccess, name.hasPrefix(prefix) { return String(name.dropFirst(prefix.count)) }
        if let current = try await repository.currentBranch(), let branch = BranchName.of(reference: current) {
            return branch
        }
        throw GateFailure("ci.target", "no branch says where changes go into", hints: ["name it with --target main"])
    }

    private static func answer(_ record: Record, _ common: CommonOptions) throws {
        switch common.format {
        case .json: try common.console.answer(record, as: .ciJob)
        case .text:
            common.console.answer("\(record.outcome): \(record.path)")
            for next in record.next { common.console.answer("  next: \(Excerpt.visible(next))") }
        }
    }
}
