import ArgumentParser
import GateBackends
import GateCore
import GateGit

/// `git gatekeeper ask`
struct Ask: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Ask a model what another job has written down; nothing of a repository is read or run.",
        discussion: """
            For the one job that holds a key: it needs no checkout. The request is the one that 'ci --handover' left, and
            may have been written by anybody. The answer goes to a third job, which judges it with 'ci --candidate'.
            """
    )

    @Argument(help: ArgumentHelp("The request, as 'ci --handover' wrote it.", valueName: "file"))
    var request: String

    @Option(help: ArgumentHelp("File for the answer.", valueName: "file"))
    var output: String

    @Option(help: ArgumentHelp("Model to ask: 'anthropic', 'chat' or 'openai_responses_api'.", valueName: "name"))
    var backend: String

    @Option(help: ArgumentHelp("Model the backend is to use.", valueName: "name"))
    var model: String?

    @Option(help: ArgumentHelp("Address of the model's interface, where it is not the maker's own.", valueName: "url"))
    var endpoint: String?

    @Option(help: ArgumentHelp("Variable that holds the key, where it is not the customary one.", valueName: "name"))
    var keyVariable: String?

    @OptionGroup var common: CommonOptions

    /// Interfaces that take text and give text. An agent could run what the request tells it to, beside the key.
    private static let models = ["anthropic", "chat", "openai_responses_api"]

    func run() async throws {
        let context = GateContext.current()
        guard Self.models.contains(backend) else {
            throw GateFailure(
                "ask.backend",
                "'\(backend)' is no model that only answers, and a request from another job may be anybody's",
                hints: ["use one of: \(Self.models.joined(separator: ", "))"]
            )
        }
        guard
            let bytes = try InputFile.read(
                path: request,
                below: context.workingDirectory,
                limit: QuestionDocument.mostBytes
            )
        else { throw GateFailure("ask.unreadable-request", "there is no file '\(request)'") }
        let question = try QuestionDocument.read(bytes, from: request)
        var options = SessionOptions()
        options.backend = backend
        options.model = model
        let policy = try PolicyLoader.withoutRepository(
            options,
            flags: [
                ("gatekeeper.backend.\(backend).endpoint", "--endpoint", endpoint),
                ("gatekeeper.backend.\(backend).keyVariable", "--key-variable", keyVariable),
            ],
            environment: context.environment
        )
        let folder = try SafeScratch.folder(
            named: "git-gatekeeper-ask",
            in: context.environment["TMPDIR"].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "/tmp"
        )
        defer { Cleanup.remove(folder) }
        let asked = try BackendRegistry.make(
            backend,
            policy,
            BackendRegistry.World(
                environment: context.environment,
                temporaryFolder: folder,
                callerFolder: context.workingDirectory
            ),
            source: .flag("--backend")
        )
        let limit = (policy.backendSettings[backend] ?? BackendSettings()).timeout.value
        let reply = try await asked.answer(
            TextRequest(
                purpose: "candidate",
                prompt: question.prompt,
                schema: BackendRegistry.replySchema,
                model: policy.model(for: backend)?.value,
                session: nil,
                deadline: min(limit, .seconds(max(1, question.deadlineSeconds)))
            )
        )
        try OutputFile.write(Array(reply.text.utf8), to: output, below: context.workingDirectory)
        if common.format == .json {
            let answer = AskRecord(file: output, bytes: reply.text.utf8.count, origin: asked.origin)
            return try common.console.answer(answer, as: .ask)
        }
        common.console.progress("\(reply.text.utf8.count) bytes of an answer by \(asked.origin), in '\(output)'")
    }
}
