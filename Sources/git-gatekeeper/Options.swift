import ArgumentParser
import GateCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// How an answer is printed.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json
}

/// Options every command has.
struct CommonOptions: ParsableArguments {
    @Option(help: "Print the answer as 'text' for people or 'json' for machines.")
    var format: OutputFormat = .text

    @Flag(name: .shortAndLong, help: "Print the answer and errors only.")
    var quiet = false

    /// Who is told of a run besides the person at the terminal.
    var listeners: [any RunListener] = []
    /// Whether standard output is somebody else's, so that the answer goes to standard error.
    var answersAside = false

    /// How commands that judge answer, where that is neither text nor JSON.
    var lines: LineOptions?

    private enum CodingKeys: String, CodingKey {
        case format, quiet
    }

    var console: Console { Console(isQuiet: quiet, answersAside: answersAside) }

    /// For work that has another voice than the console.
    static func silent() throws -> CommonOptions { try parse(["--quiet"]) }
}

/// What is judged, and how it is tested.
struct ProposalOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Judge against this commit instead of the merge base with upstream.", valueName: "revision")
    )
    var base: String?

    @Option(
        help: ArgumentHelp("Judge this commit's tree instead of the working tree.", valueName: "revision")
    )
    var head: String?

    @Flag(help: "Judge what is staged, as the next commit would have it, instead of the working tree.")
    var staged = false

    @Option(
        help: ArgumentHelp(
            "Run this scenario first; where it is green, nothing else is run. May be repeated.",
            valueName: "id"
        )
    )
    var scenario: [String] = []

    @Option(help: ArgumentHelp("A test that must turn green; may be repeated.", valueName: "test id"))
    var target: [String] = []

    @Option(
        help: ArgumentHelp("Test with this command instead of the configured or detected one.", valueName: "command")
    )
    var testCommand: String?

    @Option(help: ArgumentHelp("Isolation of tests: 'required', 'preferred' or 'off'.", valueName: "level"))
    var sandbox: String?

    @Option(help: ArgumentHelp("Validations that may run at once.", valueName: "n"))
    var jobs: Int?

    @Flag(help: "Run the tests even where this very tree is proven already.")
    var fresh = false

    func validate() throws {
        if staged, head != nil { throw ValidationError("--head and --staged name two heads; give one") }
    }

    /// Whether the working tree is what is judged; only then can a fix be written into it.
    var judgesWorkingTree: Bool { head == nil && !staged }

    func session() -> SessionOptions {
        var options = SessionOptions()
        options.base = base
        if let head { options.subject = .revision(head) }
        if staged { options.subject = .index(file: nil) }
        options.scenarios = scenario
        options.targets = target
        options.testCommand = testCommand
        options.sandbox = sandbox
        options.jobs = jobs
        options.isFresh = fresh
        return options
    }
}

/// Who is asked for candidates.
struct BackendOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Ask this backend: \(backendNames).", valueName: "name"))
    var backend: String?

    @Option(
        help: ArgumentHelp("Ask several backends at once, divided by commas; evidence chooses.", valueName: "names")
    )
    var council: String?

    @Option(help: ArgumentHelp("Ask this program; means --backend command.", valueName: "command"))
    var backendCommand: String?

    @Option(help: ArgumentHelp("Model the backend is to use.", valueName: "name"))
    var model: String?

    @Option(help: ArgumentHelp("Make at most this many attempts.", valueName: "n"))
    var maxRetries: Int?

    func fill(_ options: inout SessionOptions) {
        options.backend = backend
        options.council = (council ?? "").split(separator: ",").map { String($0.filter { $0 != " " }) }
        options.backendCommand = backendCommand
        options.model = model
        options.maxRetries = maxRetries
    }

    func validate() throws {
        if council != nil, backend != nil {
            throw ValidationError("--council names the backends already; leave out --backend")
        }
        if let maxRetries, maxRetries < 1 { throw ValidationError("--max-retries must be at least 1") }
    }
}

/// What is done where a failure is not understood.
struct ClarificationOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Where a failure is not understood: 'fail' stops and says what to ask, 'interactive' asks you.",
            valueName: "policy"
        )
    )
    var clarificationPolicy: String?

    @Option(
        help: ArgumentHelp("Who words the options of a question: 'backend' or 'heuristic'.", valueName: "source")
    )
    var clarifierOptionSource: String?

    func fill(_ options: inout SessionOptions) {
        options.clarificationPolicy = clarificationPolicy
        options.clarifierOptionSource = clarifierOptionSource
    }
}

/// What happens to a proven candidate.
struct DeliveryOptions: ParsableArguments {
    @Flag(
        name: [.customLong("dry-run"), .customLong("dryRun")],
        help: "Leave the working tree alone; keep the fix aside."
    )
    var isDryRun = false

    @Flag(help: "Commit the accepted tree, with trailers that name its evidence.")
    var commit = false

    @Option(help: ArgumentHelp("Copy the artifacts of the run into this folder.", valueName: "folder"))
    var output: String?

    var delivery: Engine.Delivery { Engine.Delivery(isDryRun: isDryRun, commits: commit) }
}

extension GateContext {
    /// The world as this process finds it.
    static func current() -> GateContext {
        GateContext(
            environment: ProcessEnvironment.current,
            workingDirectory: ProcessEnvironment.workingDirectory,
            now: { Date() },
            version: gateVersion,
            executable: ProcessEnvironment.executable
        )
    }
}

/// Version of the program, as `--version` prints it.
let gateVersion = "0.1.0"
