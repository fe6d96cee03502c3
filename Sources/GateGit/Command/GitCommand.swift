/// Runs `git` itself: the only place that does.
///
/// Git is told where the repository is, sees none of the variables a hook would leak into it, runs no hook and no
/// file-system monitor, and never waits for input.
package struct GitCommand: Sendable {
    let gitDirectory: String
    let workingTree: String?
    let callerEnvironment: [String: String]
    /// Where objects lie, while a push is in quarantine.
    var objects: ObjectPlaces?

    /// Whether a push is being received: what is stored now is thrown away with it where it is refused.
    package var isInQuarantine: Bool { objects != nil }

    /// Runs `git` and returns how it ended, whatever the status.
    ///
    /// - Parameters:
    ///   - arguments: the subcommand and its arguments; anything from outside stands behind `--end-of-options`.
    ///   - input: bytes for standard input.
    ///   - indexFile: another index than the repository's own.
    ///   - folder: absolute path of another folder than the user's to take for the working tree.
    ///   - asTyped: whether git finds the repository from its folder, as for a user, so that hooks see what they always
    ///     see; only where that is the same one.
    ///   - seesHooks: whether git is to know where its hooks are, for commands that ask and run none.
    /// - Throws: `ProcessError` where git could not be started.
    package func run(
        _ arguments: [String],
        input: [UInt8]? = nil,
        indexFile: String? = nil,
        workingTree folder: String? = nil,
        extraEnvironment: [String: String] = [:],
        seesHooks: Bool = false,
        asTyped: Bool = false,
        limits: ProcessLimits = ProcessLimits(wallTime: .seconds(300), headBytes: 64 << 20)
    ) async throws -> ProcessResult {
        var environment = Self.environment(from: callerEnvironment)
        if let objects { environment.merge(objects.environment) { _, new in new } }
        if let indexFile { environment["GIT_INDEX_FILE"] = indexFile }
        environment.merge(extraEnvironment) { _, new in new }
        var location = ["--git-dir=\(gitDirectory)"]
        let workingTree = folder ?? self.workingTree
        if let workingTree { location.append("--work-tree=\(workingTree)") }
        if asTyped, workingTree.map({ RealPath.of("\($0)/.git") != nil }) ?? true { location = [] }
        return try await ProcessRunner.run(
            ProcessRequest(
                executable: "git",
                arguments: location + Self.safety + (seesHooks ? [] : Self.noHooks) + arguments,
                environment: environment,
                workingDirectory: workingTree ?? gitDirectory,
                input: input,
                limits: limits
            )
        )
    }

    /// Runs `git` in a folder of which nothing is known yet; git itself looks for the repository around it.
    ///
    /// - Parameters:
    ///   - arguments: the subcommand and its arguments.
    ///   - folder: absolute path of the folder to start from.
    ///   - callerEnvironment: the caller's environment, from which the environment of `git` is built.
    ///   - variables: those that place a repository and are handed on all the same.
    /// - Throws: `ProcessError` where git could not be started.
    static func discover(
        _ arguments: [String],
        from folder: String,
        callerEnvironment: [String: String],
        honouring variables: [String] = []
    ) async throws -> ProcessResult {
        var environment = environment(from: callerEnvironment)
        for variable in variables { environment[variable] = callerEnvironment[variable] }
        return try await ProcessRunner.run(
            ProcessRequest(
                executable: "git",
                arguments: safety + noHooks + arguments,
                environment: environment,
                workingDirectory: folder
            )
        )
    }

    /// What `git --version` prints.
    ///
    /// - Throws: `GitError` with `command-failed`; `ProcessError` where there is no git.
    package static func version(callerEnvironment: [String: String]) async throws -> String {
        let result = try await discover(["--version"], from: "/", callerEnvironment: callerEnvironment)
        guard result.isSuccess else {
            throw GitError(.commandFailed, "'git --version' failed: \(complaint(of: result))")
        }
        return result.standardOutput.text
    }

    /// Runs `git` and returns its standard output.
    ///
    /// - Throws: `GitError` with `command-failed` and git's own first line of complaint.
    package func output(
        _ arguments: [String],
        input: [UInt8]? = nil,
        indexFile: String? = nil,
        workingTree folder: String? = nil,
        extraEnvironment: [String: String] = [:]
    ) async throws -> [UInt8] {
        let result = try await run(
            arguments,
            input: input,
            indexFile: indexFile,
            workingTree: folder,
            extraEnvironment: extraEnvironment
        )
        guard result.isSuccess else {
            throw GitError(.commandFailed, "git \(arguments.first ?? "") failed: \(Self.complaint(of: result))")
        }
        guard !result.standardOutput.isTruncated else {
            throw GitError(.commandFailed, "git \(arguments.first ?? "") printed more than the gate reads")
        }
        return result.standardOutput.bytes
    }

    /// Git's own first line of complaint, or how it ended where it said nothing.
    package static func complaint(of result: ProcessResult) -> String {
        result.standardError.text.split(separator: "\n").first.map(String.init) ?? "\(result.termination)"
    }

    private static let safety = [
        "--no-replace-objects", "--no-optional-locks", "--literal-pathspecs", "-c", "core.fsmonitor=false",
        "-c", "protocol.allow=never", "-c", "core.quotePath=false",
        "-c", "advice.detachedHead=false", "-c", "gc.auto=0", "-c", "core.pager=cat",
    ]

    /// Neither files nor, from git 2.55 on, what a configuration names for anything that our commands set off.
    private static let noHooks =
        ["-c", "core.hooksPath=/dev/null"]
        + [
            "post-index-change", "reference-transaction", "post-checkout", "pre-push", "pre-auto-gc", "post-rewrite",
            "pre-merge-commit", "post-merge",
        ].flatMap { ["-c", "hook.\($0).enabled=false"] }

    /// Variables that place or redirect a repository: a hook inherits them, and a child must not.
    private static let localVariables: Set<String> = [
        "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_OBJECT_DIRECTORY", "GIT_DIR", "GIT_WORK_TREE",
        "GIT_IMPLICIT_WORK_TREE",
        "GIT_GRAFT_FILE", "GIT_INDEX_FILE", "GIT_NO_REPLACE_OBJECTS", "GIT_REPLACE_REF_BASE", "GIT_PREFIX",
        "GIT_SHALLOW_FILE", "GIT_COMMON_DIR", "GIT_INTERNAL_SUPER_PREFIX", "GIT_NAMESPACE", "GIT_QUARANTINE_PATH",
        "GIT_EXEC_PATH", "GIT_EDITOR", "GIT_EXTERNAL_DIFF", "GIT_DIFF_OPTS", "GIT_LITERAL_PATHSPECS",
        "GIT_GLOB_PATHSPECS", "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS", "GIT_REFLOG_ACTION",
    ]

    /// Whether a variable of git's trace2 may be handed on: the trace has to go to a file, because what git prints is read.
    private static func isTrace(_ name: String, _ value: String) -> Bool {
        name.hasPrefix("GIT_TRACE2_PARENT_")
            || name.hasPrefix("GIT_TRACE2") && (name.hasSuffix("_BRIEF") || value.hasPrefix("/"))
    }

    /// The environment of `git`: the caller's, without what places a repository, without prompts, in plain English.
    package static func environment(from caller: [String: String]) -> [String: String] {
        var environment = caller.filter {
            !localVariables.contains($0.key) && (!$0.key.hasPrefix("GIT_TRACE") || isTrace($0.key, $0.value))
        }
        environment["GIT_TERMINAL_PROMPT"] = "0"
        environment["LC_ALL"] = "C"
        environment["GIT_PAGER"] = "cat"
        environment["GIT_OPTIONAL_LOCKS"] = "0"
        return environment
    }
}
