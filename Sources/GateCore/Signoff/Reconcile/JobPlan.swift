/// What of a job is run here, and what a green or red run of it would show.
struct JobPlan: Sendable, Hashable {
    /// In order; each with its shown name.
    private(set) var scripts: [Part] = []
    /// Steps that are not run, each with its reason.
    private(set) var leftOut: [String] = []
    /// What this machine stands in for.
    private(set) var notes: [String] = []
    /// What has to be here in the job's own version.
    private(set) var tools: [JobTool] = []
    /// Why the job cannot be replayed at all; empty where it can.
    private(set) var obstacles: [String] = []
    /// Whether the step that failed is known and among those that run.
    private(set) var runsTheRedStep = false

    struct Part: Sendable, Hashable {
        var name: String
        var script: JobScript
        var mayFail: Bool
        /// Whether this is the step that failed in CI.
        var isRed: Bool
    }

    /// How a replay ends where a step is red that was green in CI, before the one that failed there.
    static let earlier: Int32 = 121

    /// Most bytes of all scripts together: a program's argument has a bound.
    private static let mostBytes = 96 << 10

    init(_ job: JobDefinition, red: RedJob) {
        obstacles = job.obstacles
        notes = job.notes
        tools = (job.steps.map(\.tool) + [job.tool]).compactMap { $0 }
        func isRed(_ step: JobDefinition.Step) -> Bool { red.steps.contains { step.names.contains($0) } }
        if let missing = red.steps.first(where: { name in !job.steps.contains { $0.names.contains(name) } }) {
            obstacles.append("it has no step '\(Excerpt.visible(missing))'")
        }
        var untouched = 0
        for step in job.steps {
            let name = step.names.first ?? ""
            switch step.work {
            case .run(let script):
                scripts.append(Part(name: name, script: script, mayFail: step.mayFail, isRed: isRed(step)))
                if isRed(step) { untouched += 1 }
            case .given(let why): notes.append("\(name): \(why)")
            case .leftOut(let why):
                if isRed(step) { obstacles.append("the step that failed, '\(name)', is not run here: \(why)") }
                leftOut.append("\(name): \(why)")
            }
        }
        runsTheRedStep = untouched > 0
        // What follows the step that failed never ran there, and has nothing to say of it.
        if let last = scripts.lastIndex(where: \.isRed) { scripts = Array(scripts[...last]) }
        if scripts.isEmpty, obstacles.isEmpty {
            obstacles.append(
                "nothing of it can be run here" + (leftOut.isEmpty ? "" : ": \(Listing.some(leftOut, most: 4))")
            )
        }
        let bytes = scripts.reduce(0) { $0 + $1.script.typed.utf8.count }
        if bytes > Self.mostBytes { obstacles.append("its scripts have \(bytes) bytes, which is too long to start") }
    }

    /// What a person types.
    var typed: String { scripts.map(\.script.typed).joined(separator: " && ") }

    /// Every script as one program: each in a shell of its own, in one folder, until one fails.
    var command: [String] {
        var lines = [
            "GITHUB_WORKSPACE=$PWD CI_PROJECT_DIR=$PWD CI=true GITHUB_STEP_SUMMARY=/dev/null GITHUB_OUTPUT=/dev/null",
            "export GITHUB_WORKSPACE CI_PROJECT_DIR CI GITHUB_STEP_SUMMARY GITHUB_OUTPUT",
        ]
        for part in scripts {
            let wasGreen = runsTheRedStep && !part.isRed
            let end = part.mayFail ? ":" : wasGreen ? "exit \(Self.earlier)" : "exit $?"
            lines.append("( \(part.script.typed) ) || \(end)")
        }
        return ["sh", "-c", lines.joined(separator: "\n")]
    }

    /// What makes two runs of it the same run.
    var identity: [String] { command + [doubt ?? ""] + tools.map { "\($0)" } }

    /// Why a green run would not show that the job is green; `nil` where it would.
    var doubt: String? {
        if runsTheRedStep || leftOut.isEmpty { return nil }
        return "what can be run of it is green here, and it is not known whether that is what failed; left out: "
            + Listing.some(leftOut, most: 4)
    }
}
