import ArgumentParser
import GateCore
import GateGit

/// `git gatekeeper init`
struct Init: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a policy to start from: the detected test command, and what else can be set.",
        discussion: "An existing policy is never overwritten."
    )

    @Option(help: ArgumentHelp("Test with this command instead of the detected one.", valueName: "command"))
    var testCommand: String?

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let context = GateContext.current()
        let repository = try await Work.repository(context, common.console)
        let (text, command, because) = try await Session.withTemporaryFolder(of: repository) { folder in
            try await PolicyTemplate.make(repository: repository, testCommand: testCommand, temporaryFolder: folder)
        }
        try PolicyTemplate.write(text, into: repository)
        if common.format == .json {
            let record = PolicyWritten(path: PolicyFile.path, command: command, because: because)
            try common.console.answer(record, as: .initialisation)
            return
        }
        common.console.answer("wrote \(PolicyFile.path): tests run with \(because)")
        common.console.progress("next: 'git gatekeeper test' tries it; commit the file so that others are held to it")
    }
}

/// `git gatekeeper config`
struct Config: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print the policy in force, every value with where it comes from.",
        discussion: "Set values with 'git config -f .gatekeeper/config <key> <value>', or in git's own configuration."
    )

    @Flag(help: "Print where each value comes from.")
    var showOrigin = false

    @Flag(help: "Print every key there is, what it takes and what it is for.")
    var listKeys = false

    @Option(help: ArgumentHelp("Read the policy as it stands for this base.", valueName: "revision"))
    var base: String?

    @OptionGroup var common: CommonOptions

    func run() async throws {
        if listKeys {
            switch common.format {
            case .text: common.console.answer(TextReport.keys())
            case .json: try common.console.answer(KeysRecord(), as: .configKeys)
            }
            return
        }
        var options = SessionOptions()
        options.base = base
        let (settings, notes) = try await Session.policy(.current(), options)
        if common.format == .json {
            return try common.console.answer(PolicyRecord(settings, notes: notes), as: .config)
        }
        for note in notes { common.console.progress("note: \(note)") }
        for setting in settings {
            common.console.answer(
                (showOrigin ? "\(setting.source.description)\t" : "") + "\(setting.key)=\(setting.value)"
            )
        }
    }
}

/// `git gatekeeper list-scenarios`
struct ListScenarios: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list-scenarios",
        abstract: "List the scenarios of the policy."
    )

    @Flag(help: "Print tests, scope and targets too.")
    var verbose = false

    @Flag(help: "List the scenario records in force instead: what the team knows of failures that come back.")
    var records = false

    @Option(help: ArgumentHelp("Read the policy as it stands for this base.", valueName: "revision"))
    var base: String?

    @OptionGroup var common: CommonOptions

    func run() async throws {
        var options = SessionOptions()
        options.base = base
        if records { return try await list(options) }
        let scenarios = try await Session.scenarios(.current(), options)
        if common.format == .json {
            return try common.console.answer(ScenariosRecord(scenarios), as: .listScenarios)
        }
        if scenarios.isEmpty { common.console.progress("no scenario is configured in \(PolicyFile.path)") }
        for scenario in scenarios { common.console.answer(TextReport.scenario(scenario, verbose: verbose)) }
    }

    private func list(_ options: SessionOptions) async throws {
        let registry = try await Session.open(.current(), options) { try await ScenarioRegistry.load($0) }
        if common.format == .json {
            return try common.console.answer(KnowledgeRecords(registry), as: .scenarioRecords)
        }
        for note in registry.notes { common.console.progress("note: \(note)") }
        if registry.isEmpty { common.console.progress("there is no record in \(ScenarioKnowledge.folder)") }
        for entry in registry.entries { common.console.answer(KnowledgeReport.text(entry, verbose: verbose)) }
    }
}
