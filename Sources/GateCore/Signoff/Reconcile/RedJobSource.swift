import GateGit

/// Asks who knows which CI jobs are red: the command line, files of the engine's own, or its program.
struct RedJobSource: Sendable {
    let session: Session

    private static let largestReport = 8 << 20

    /// - Returns: every red job that anybody names, each once.
    /// - Throws: `GateFailure` with `signoff.ci` where what was named cannot be read.
    func find() async throws -> [RedJob] {
        let options = session.options
        var jobs: [RedJob] = []
        for typed in options.ciJobs {
            guard let job = RedJob(typed: typed) else {
                throw GateFailure("signoff.ci", "'\(Excerpt.visible(typed))' names no job of a CI engine")
            }
            jobs.append(job)
        }
        for file in options.ciReports { jobs += try report(file) }
        if let program = options.ciProgram { jobs += try await ask(program) }
        var known: [RedJob] = []
        for job in jobs {
            if let index = known.firstIndex(where: { $0.name == job.name && $0.workflow == job.workflow }) {
                known[index].steps += job.steps.filter { !known[index].steps.contains($0) }
            } else {
                known.append(job)
            }
        }
        guard known.count <= RedJobReport.most else {
            throw GateFailure(
                "signoff.ci",
                "\(known.count) CI jobs are red; more than \(RedJobReport.most) are not replayed",
                hints: ["name those that matter with '--ci-job'"]
            )
        }
        return known
    }

    private func report(_ file: String) throws -> [RedJob] {
        let path = file.hasPrefix("/") ? file : "\(session.context.workingDirectory)/\(file)"
        let parts = path.split(separator: "/")
        guard let name = parts.last,
            let read = try? SafeFolder(path: "/" + parts.dropLast().joined(separator: "/"))
                .read(RepositoryPath(String(name)), limit: Self.largestReport)
        else {
            throw GateFailure("signoff.ci", "there is no report '\(Excerpt.visible(file))' of at most 8 MiB")
        }
        guard let jobs = RedJobReport.read(read.content, source: "report '\(file)'") else {
            throw GateFailure(
                "signoff.ci",
                "'\(Excerpt.visible(file))' is no report of CI jobs",
                hints: [
                    "write one with 'gh run view <id> --json headSha,jobs,workflowName', 'gh pr checks --json name,state,link,workflow' "
                        + "or 'glab ci get --output json --with-job-details'"
                ]
            )
        }
        return jobs
    }

    private func ask(_ name: String) async throws -> [RedJob] {
        guard let program = RequestComment.Program(rawValue: name) else {
            throw GateFailure(
                "signoff.ci",
                "'\(Excerpt.visible(name))' is no program that knows CI jobs; gh and glab do"
            )
        }
        switch program {
        case .gh:
            let checks = try await run("gh", ["pr", "checks", "--json", "name,state,link,workflow"])
            guard let red = RedJobReport.read(checks, source: "'gh pr checks'") else { throw unread("gh pr checks") }
            var jobs: [RedJob] = []
            for id in RedJobReport.runs(in: checks) {
                let view = try await run("gh", ["run", "view", id, "--json", "headSha,jobs,workflowName"])
                guard let found = RedJobReport.read(view, source: "'gh run view \(id)'") else {
                    throw unread("gh run view \(id)")
                }
                jobs += found
            }
            // A check that is no job of a workflow is known by its name alone.
            let names = Set(jobs.map(\.name))
            return jobs
                + red.filter { check in !names.contains { check.name == $0 || check.name.hasSuffix(" / \($0)") } }
        case .glab:
            let view = try await run("glab", ["ci", "get", "--output", "json", "--with-job-details"])
            guard let jobs = RedJobReport.read(view, source: "'glab ci get'") else { throw unread("glab ci get") }
            return jobs
        }
    }

    private func unread(_ command: String) -> GateFailure {
        GateFailure(
            "signoff.ci",
            "what '\(command)' answers is no list of jobs",
            hints: ["name the red jobs with '--ci-job'"]
        )
    }

    private func run(_ program: String, _ arguments: [String]) async throws -> [UInt8] {
        let words = "\(program) \(arguments.prefix(2).joined(separator: " "))"
        let result: ProcessResult
        do {
            result = try await ProcessRunner.run(
                ProcessRequest(
                    executable: program,
                    arguments: arguments,
                    environment: session.context.environment,
                    workingDirectory: session.repository.workingTree ?? session.repository.gitDirectory,
                    input: [],
                    limits: ProcessLimits(wallTime: .seconds(60), headBytes: Self.largestReport)
                )
            )
        } catch let error as ProcessError where error.code == .notFound {
            throw GateFailure(
                "signoff.ci",
                "'\(program)' is not here",
                hints: ["install it, or name the red jobs with '--ci-job'"]
            )
        }
        // Where checks are red or pending, 'gh pr checks' says so with its status as well.
        let answers = result.ending == .itself && !result.standardOutput.head.isEmpty
        guard result.isSuccess || answers && arguments.starts(with: ["pr", "checks"]) else {
            let why = result.ending.phrase.map { "it \($0)" } ?? GitCommand.complaint(of: result)
            throw GateFailure(
                "signoff.ci",
                "'\(words)' failed: \(Excerpt.visible(Excerpt.line(why)))",
                hints: [
                    "log in again with '\(program) auth login', or give it a token: "
                        + (program == "gh" ? "GH_TOKEN" : "GITLAB_TOKEN"),
                    "or name the red jobs with '--ci-job'",
                ]
            )
        }
        return result.standardOutput.head
    }
}
