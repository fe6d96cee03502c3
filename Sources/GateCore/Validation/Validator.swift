package import GateGit

#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Runs steps on trees: stages, isolates, executes, reads the report. Decides nothing.
package actor Validator {
    /// What a run is for, which says what the worktree may hold besides the tree.
    package enum Purpose: Sendable, Hashable {
        /// The user's own head or base: what it builds may warm later searches.
        case baseline
        /// A candidate on its way: build outputs of the baseline are there.
        case search
        /// Evidence: nothing but the staged tree.
        case confirmation
    }

    /// What the validator needs to know of the world.
    package struct Setting: Sendable {
        package var repository: GitRepository
        package var pool: WorktreePool
        package var sandbox: Sandbox
        /// Environment of checks, already from the allow-list.
        package var environment: [String: String]
        /// Folders below the working tree, absolute, that checks see read-only.
        package var carried: [String]
        /// Takes secrets out of what checks print and report.
        package var redactor: Redactor
        /// What a run may not change; `nil` where nothing is asked of it.
        package var contract: Contract?

        package init(
            repository: GitRepository,
            pool: WorktreePool,
            sandbox: Sandbox,
            environment: [String: String],
            carried: [String],
            redactor: Redactor = .none,
            contract: Contract? = nil
        ) {
            self.repository = repository
            self.pool = pool
            self.sandbox = sandbox
            self.environment = environment
            self.carried = carried
            self.redactor = redactor
            self.contract = contract
        }
    }

    package nonisolated let setting: Setting
    private var free: [Worktree] = []
    /// Worktrees of varied runs: always others than those of first runs.
    private var freeVaried: [Worktree] = []
    private var layers: [String: String] = [:]
    /// Files of the contract that the user's own head touches while a step runs, by step.
    private var touchedByHead: [String: Set<RepositoryPath>] = [:]
    /// Whether a tree holds compiled Python, by tree.
    private var bytecode: [ObjectID: Bool] = [:]
    /// What of the carried folders leads back into the user's working tree, once it was looked for.
    private var leadingBack: [String]?

    /// Largest report file that is read, in bytes.
    private static let reportLimit = 64 << 20
    private static let maximumReportFiles = 10_000

    package init(_ setting: Setting) { self.setting = setting }

    /// Runs steps on a tree, in order, in one worktree.
    ///
    /// - Parameters:
    ///   - stopAtRed: whether the steps after one that is not green are left out.
    ///   - files: paths of test files, where only their tests are wanted; a runner that cannot be told so runs all.
    ///   - variation: what is done otherwise than in a first run.
    ///   - progress: told about each step as it starts and ends.
    /// - Throws: where the gate itself could not work; a red or broken check is a value.
    package func run(
        _ steps: [Step],
        on tree: ObjectID,
        for purpose: Purpose,
        stopAtRed: Bool = false,
        files: [String]? = nil,
        under variation: Variation = .none,
        progress: @Sendable (ValidationEvent) -> Void = { _ in }
    ) async throws -> [StepRun] {
        let worktree = try await take(tree, under: variation)
        var runs: [StepRun] = []
        do {
            for step in steps {
                let began = ContinuousClock.now
                try await worktree.stage(tree, keepingOutputs: purpose != .confirmation)
                let staging = ContinuousClock.now - began
                progress(.started(step, purpose))
                let run = try await run(
                    step,
                    in: worktree,
                    for: purpose,
                    tree: tree,
                    files: files,
                    under: variation.of(step),
                    staging: staging
                )
                progress(.ended(run, purpose))
                runs.append(run)
                if stopAtRed, step.isRequired, !run.observation.isGreen { break }
            }
        } catch {
            giveBack(worktree, variation)
            throw error
        }
        giveBack(worktree, variation)
        return runs
    }

    private func take(_ tree: ObjectID, under variation: Variation) async throws -> Worktree {
        if let last = isElsewhere(variation) ? freeVaried.popLast() : free.popLast() { return last }
        return try await setting.pool.take(preferring: tree)
    }

    private func giveBack(_ worktree: Worktree, _ variation: Variation) {
        if isElsewhere(variation) { freeVaried.append(worktree) } else { free.append(worktree) }
    }

    /// Whether a varied run is to stand in another folder: not where every tree stands at the repository's own path.
    private func isElsewhere(_ variation: Variation) -> Bool {
        !variation.isNone && !setting.sandbox.level.standsAtOwnPath
    }

    private func run(
        _ step: Step,
        in worktree: Worktree,
        for purpose: Purpose,
        tree: ObjectID,
        files: [String]?,
        under variation: StepVariation,
        staging: Duration
    ) async throws -> StepRun {
        let sandbox = setting.sandbox
        let scratch = try await worktree.makeScratch()
        defer { Cleanup.remove(scratch) }
        let layout = Sandbox.Layout(
            files: worktree.files,
            layers: purpose == .search ? [layers[step.id]].compactMap { $0 } : [],
            scratch: scratch,
            root: setting.repository.workingTree ?? worktree.files,
            hidden: [setting.repository.commonDirectory, setting.repository.gitDirectory],
            carried: setting.carried,
            variation: variation
        )
        let runner = TestRunnerRegistry.runner(for: step.command, format: step.format)
        let reversal = variation.isReversed ? runner.reversal(of: step.command) : .impossible
        var command = step.command
        if case .byCommand(let reversed) = reversal { command = reversed }
        var instrumented = runner.instrument(
            command,
            reportFolder: sandbox.reportFolder(of: layout),
            onlyFiles: files
        )
        if reversal == .byReporter { instrumented.files[Reversal.note.name] = Reversal.note.content }
        var environment = setting.environment
        if Defence.bytecode.isOn, try await holdsBytecode(tree) {
            // Compiled files may claim to be current whatever their sources say. Python then looks for its own elsewhere.
            environment["PYTHONPYCACHEPREFIX"] = "\(sandbox.temporaryFolder(of: layout))/pycache"
            environment["PYTHONDONTWRITEBYTECODE"] = nil
        }
        if Defence.loadedFrom.isOn, !sandbox.level.standsAtOwnPath, let checkout = setting.repository.workingTree {
            LoadedFrom.prepare(
                &instrumented,
                reportFolder: sandbox.reportFolder(of: layout),
                checkout: checkout,
                carried: setting.carried
            )
        }
        // A seed that policy sets is one that the tests need.
        environment["PYTHONHASHSEED"] = environment["PYTHONHASHSEED"] ?? variation.hashSeed
        for (name, added) in instrumented.environment {
            // What policy sets for search paths and options stays in force beside what the reporter needs.
            switch (name, environment[name]) {
            case ("PYTHONPATH", let own?): environment[name] = "\(added):\(own)"
            case ("NODE_OPTIONS", let own?), ("PYTEST_ADDOPTS", let own?): environment[name] = "\(own) \(added)"
            default: environment[name] = added
            }
        }
        let placement = try sandbox.place(
            instrumented.command,
            layout,
            environment: environment,
            bounds: step.bounds
        )
        let reportFolder = try SafeFolder(path: placement.reportFolderOnHost)
        for (name, content) in instrumented.files {
            try reportFolder.write(RepositoryPath(name), content: content, mode: .file)
        }
        let globs = try step.reports.map { pattern throws(GlobError) in try Glob(pattern) }
        if sandbox.level != .overlay {
            try removeStaleReports(globs, in: worktree.files)
            try await worktree.expose()
        }
        let process = try await execute(placement, step, in: worktree)
        var finished = FinishedRun(command: step.command, process: process, files: [:], root: placement.root)
        try collect(from: reportFolder, without: Set(instrumented.files.keys), into: &finished)
        if !globs.isEmpty { try collect(globs, below: placement.writtenFiles, into: &finished) }
        var report = runner.read(finished)
        report.problems += leadsBack() + LoadedFrom.problems(in: finished.files)
        if let contract = setting.contract, Defence.contract.isOn {
            let touched = try await ContractWatch.touched(
                placement.writtenFiles,
                isLayer: sandbox.level == .overlay,
                worktree: worktree,
                tree: tree,
                repository: setting.repository,
                contract: contract
            )
            if purpose == .baseline { touchedByHead[step.id] = touched }
            report.problems += ContractWatch.problems(touched, knownOf: touchedByHead[step.id] ?? [])
        }
        if purpose == .baseline, sandbox.level == .overlay {
            try await keepLayer(of: step, from: placement.writtenFiles, tree: tree, slot: worktree.slot)
        }
        var done = StepRun(
            step: step,
            // From here on nobody sees what a check printed, but what is left of it without secrets.
            report: report.redacted(by: setting.redactor),
            process: setting.redactor.redact(process),
            sandbox: sandbox.level,
            isPristine: layout.layers.isEmpty && (sandbox.level == .overlay || purpose == .confirmation),
            staging: staging,
            root: placement.root,
            variation: Self.words(variation, reversal, environment, placement, sandbox.level)
        )
        done.reports = finished.files.sorted { $0.key < $1.key }.map { name, content in
            ReportFile(name: setting.redactor.redact(name), bytes: content.count, sha256: SHA256.hex(content))
        }
        done.environment = placement.innerEnvironment.keys.sorted()
        return done
    }

    /// What a varied run does otherwise, in words.
    private static func words(
        _ variation: StepVariation,
        _ reversal: Reversal,
        _ environment: [String: String],
        _ placement: Sandbox.Placement,
        _ level: SandboxLevel
    ) -> [String] {
        guard variation.number > 0 else { return [] }
        var words = [
            reversal == .impossible ? "order kept" : "order reversed",
            "hash seed \(environment["PYTHONHASHSEED"] ?? "")",
            "home folder \(placement.innerEnvironment["HOME"] ?? "")",
            "temporary folder \(placement.innerEnvironment["TMPDIR"] ?? "")",
        ]
        words.append(level.standsAtOwnPath ? "host name \(variation.hostName)" : "root \(placement.root)")
        return words
    }

    /// Starts a placed command and waits for it; without a sandbox, carried folders are lent for as long as it runs.
    private func execute(_ placement: Sandbox.Placement, _ step: Step, in worktree: Worktree) async throws
        -> ProcessResult
    {
        let root = setting.repository.workingTree ?? worktree.files
        let lent =
            setting.sandbox.level.standsAtOwnPath
            ? []
            : try await worktree.lend(
                setting.carried.filter { !Defence.loadedFrom.isOn || !Carried.leadsBack($0, to: root) },
                of: root
            )
        let result: ProcessResult
        do {
            result = try await ProcessRunner.run(
                placement.request(
                    limits: ProcessLimits(
                        wallTime: Defence.limits.isOn ? step.wallTime : .seconds(3600),
                        idleTime: Defence.limits.isOn ? step.idleTime : nil,
                        headBytes: 8 << 20,
                        tailBytes: 8 << 20,
                        maximumBytes: Defence.limits.isOn ? step.outputLimit : .max
                    )
                )
            )
        } catch {
            try await worktree.takeBack(lent)
            throw error
        }
        try await worktree.takeBack(lent)
        return result
    }

    private func holdsBytecode(_ tree: ObjectID) async throws -> Bool {
        if let known = bytecode[tree] { return known }
        let holds = try await setting.repository.files(in: tree).keys.contains { path in
            path.bytes.suffix(4).elementsEqual(".pyc".utf8)
        }
        bytecode[tree] = holds
        return holds
    }

    /// Why installed dependencies make it doubtful which code ran, where the staged tree stands at a path of its own.
    private func leadsBack() -> [TestReport.Problem] {
        guard Defence.loadedFrom.isOn, !setting.sandbox.level.standsAtOwnPath,
            let root = setting.repository.workingTree
        else { return [] }
        let found = leadingBack ?? setting.carried.filter { Carried.leadsBack($0, to: root) }
        leadingBack = found
        return found.map { LoadedFrom.problem(carried: String($0.dropFirst(root.count + 1))) }
    }

    private func collect(
        from folder: SafeFolder,
        without own: Set<String>,
        into finished: inout FinishedRun
    ) throws {
        for found in try folder.walk(maximum: Self.maximumReportFiles)
        where !own.contains(found.path.text ?? "") {
            try collect(found, from: folder, into: &finished)
        }
    }

    private func collect(_ globs: [Glob], below path: String, into finished: inout FinishedRun) throws {
        let folder = try SafeFolder(path: path)
        for found in try folder.walk(maximum: 2_000_000) where globs.contains(where: { $0.matches(found.path) }) {
            try collect(found, from: folder, into: &finished)
        }
    }

    /// Reads one file of a report, or notes that it is too large; anything but a regular file is left alone.
    private func collect(_ found: SafeFolder.Found, from folder: SafeFolder, into finished: inout FinishedRun) throws {
        guard found.status.kind == .file, let name = found.path.text else { return }
        if found.status.size > Self.reportLimit {
            finished.oversized[name] = found.status.size
        } else if let file = try folder.read(found.path, limit: Self.reportLimit) {
            finished.files[name] = file.content
        }
    }

    private func removeStaleReports(_ globs: [Glob], in files: String) throws {
        guard !globs.isEmpty else { return }
        let folder = try SafeFolder(path: files)
        for found in try folder.walk(maximum: 2_000_000) where globs.contains(where: { $0.matches(found.path) }) {
            try folder.remove(found.path)
        }
    }

    /// Keeps what a baseline run wrote, less everything that belongs to the tree, as a layer for searches.
    private func keepLayer(of step: Step, from upper: String, tree: ObjectID, slot: String) async throws {
        let folder = try SafeFolder(path: upper)
        let written = try folder.walk(maximum: 2_000_000)
        guard !written.isEmpty else { return }
        let tracked = try await setting.repository.files(in: tree)
        for found in written where tracked[found.path] != nil || found.status.kind == .other {
            // A layer may add build outputs. It may not change or hide what is judged.
            try folder.remove(found.path)
        }
        let layer = try SafeScratch.folder(named: "layer", in: "\(slot)/runs")
        guard rename(upper, "\(layer)/upper") == 0 else { return }
        layers[step.id] = "\(layer)/upper"
    }
}

/// What a validation says while it runs.
package enum ValidationEvent: Sendable {
    case started(Step, Validator.Purpose)
    case ended(StepRun, Validator.Purpose)
}
