/// Maps a red job to what it runs: as policy says, else as the job files of base and head say.
///
/// A head may change what a job runs, and so may a base that has moved. Where the two differ both have to be green.
struct JobMapper: Sendable {
    /// What a job comes to.
    enum Mapping: Sendable, Hashable {
        /// One definition for each row.
        case mapped([JobDefinition])
        case unmapped(String)
    }

    let head: JobFiles
    let base: JobFiles
    /// Commands that policy names, by job.
    let commands: [String: Sourced<[String]>]

    private let headJobs: [JobDefinition]
    private let baseJobs: [JobDefinition]
    /// What keeps files from being read.
    let problems: [String]

    /// Most instances of one name.
    private static let most = 16

    init(head: JobFiles, base: JobFiles, commands: [String: Sourced<[String]>] = [:]) {
        self.head = head
        self.base = base
        self.commands = commands
        let now = Self.all(of: head)
        let then = Self.all(of: base)
        headJobs = now.jobs
        baseJobs = then.jobs
        problems =
            now.problems + then.problems.filter { !now.problems.contains($0) }.map { "at the base, \($0)" }
            + head.programs.map { "'\(Excerpt.visible($0))' is a program; what its jobs run, only it knows" }
    }

    private static func all(of files: JobFiles) -> (jobs: [JobDefinition], problems: [String]) {
        let github = GitHubWorkflow(files).jobs()
        let gitlab = GitLabPipeline(files).jobs()
        return (github.jobs + gitlab.jobs, github.problems + gitlab.problems)
    }

    func map(_ job: RedJob) -> Mapping {
        if let command = commands[job.name] {
            var definition = JobDefinition(
                engine: .policy,
                file: command.source.description,
                names: [job.name],
                steps: [],
                obstacles: []
            )
            let script = JobScript(
                shell: Array(command.value.dropLast()),
                text: command.value.last ?? "",
                folder: "",
                environment: [:]
            )
            definition.steps = [JobDefinition.Step(names: [job.name], work: .run(script))]
            return .mapped([definition])
        }
        let now = Self.find(job, in: headJobs)
        let then = Self.find(job, in: baseJobs)
        var all: [JobDefinition] = then
        for definition in now where !all.contains(definition) { all.append(definition) }
        guard all.count <= Self.most else {
            return .unmapped("\(all.count) jobs go by this name; name one of them: \(Listing.some(all.map(\.name)))")
        }
        if !all.isEmpty { return .mapped(all) }
        let known = (headJobs + baseJobs).map(\.name).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        let why =
            known.isEmpty
            ? "no job file of the repository can be read" : "there are: \(Listing.some(known, most: 12))"
        return .unmapped(
            "no job file has a job of this name; \(why)"
                + (problems.isEmpty ? "" : "; \(Listing.some(problems, most: 3))")
        )
    }

    /// A job by its workflow and name, else by its shown name, else all of its instances.
    private static func find(_ job: RedJob, in jobs: [JobDefinition]) -> [JobDefinition] {
        let name = job.name
        let own = job.workflow.map { workflow in jobs.filter { $0.names.contains("\(workflow) / \(name)") } } ?? []
        if !own.isEmpty { return own }
        let shown = jobs.filter { $0.names.dropLast().contains(name) || $0.names == [name] }
        return shown.isEmpty ? jobs.filter { $0.names.contains(name) } : shown
    }
}
