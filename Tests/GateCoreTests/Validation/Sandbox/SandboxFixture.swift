import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

/// One prepared run at one level of isolation, without a repository around it.
struct SandboxFixture {
    let sandbox: Sandbox
    let layout: Sandbox.Layout
    let scratch: String
    /// The environment the gate would have been started with.
    let caller: [String: String]

    /// The levels of this machine that put a wall between tests and the user.
    static let walled = ["overlay", "namespaces"]

    /// Runs `body` with a staged tree of one file, `data.txt`, at the given level.
    static func with<R>(
        level: String,
        caller extra: [String: String] = [:],
        readable: [String] = [],
        hidden: [String] = [],
        _ body: (SandboxFixture) async throws -> R
    ) async throws -> R {
        try await withScratchFolder("sandbox") { scratch in
            let files = FileManager.default
            for folder in ["files", "scratch", "pool", "home", "repo/.git"] {
                try files.createDirectory(atPath: "\(scratch)/\(folder)", withIntermediateDirectories: true)
            }
            try Data("staged\n".utf8).write(to: URL(fileURLWithPath: "\(scratch)/files/data.txt"))
            try Data("checkout\n".utf8).write(to: URL(fileURLWithPath: "\(scratch)/repo/data.txt"))
            var caller = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"]
            caller["HOME"] = "\(scratch)/home"
            caller.merge(extra) { $1 }
            let sandbox = try await Defence.$levelOfTask.withValue(level) {
                try await Sandbox.probe(
                    demand: .preferred,
                    surroundings: Sandbox.Surroundings(
                        environment: caller,
                        kept: ["\(scratch)/repo"],
                        readable: readable
                    ),
                    folder: "\(scratch)/pool"
                )
            }
            #expect(sandbox.level.rawValue == level, "\(sandbox.shortfall)")
            return try await body(
                SandboxFixture(
                    sandbox: sandbox,
                    layout: Sandbox.Layout(
                        files: "\(scratch)/files",
                        layers: [],
                        scratch: "\(scratch)/scratch",
                        root: level == "process" ? "\(scratch)/files" : "\(scratch)/repo",
                        hidden: ["\(scratch)/repo/.git"] + hidden,
                        carried: []
                    ),
                    scratch: scratch,
                    caller: caller
                )
            )
        }
    }

    /// Runs a command as a check would be run.
    func run(
        _ command: String...,
        settings: [String] = [],
        bounds: RunBounds = RunBounds(),
        limits: ProcessLimits = ProcessLimits(wallTime: .seconds(120))
    ) async throws -> ProcessResult {
        try await run(arguments: command, settings: settings, bounds: bounds, limits: limits)
    }

    /// The same with the words as a list.
    func run(
        arguments command: [String],
        settings: [String] = [],
        bounds: RunBounds = RunBounds(),
        limits: ProcessLimits = ProcessLimits(wallTime: .seconds(120))
    ) async throws -> ProcessResult {
        let placement = try sandbox.place(
            command,
            layout,
            environment: CheckEnvironment.make(caller: caller, settings: settings),
            bounds: bounds
        )
        return try await ProcessRunner.run(placement.request(limits: limits))
    }
}
