package import GateGit

#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Puts a command into the strongest isolation this machine allows.
package struct Sandbox: Sendable {
    package let level: SandboxLevel
    /// Why no stronger level was reached; empty at the strongest.
    package let shortfall: String
    private let bubblewrap: Bubblewrap?
    /// Paths that a check may not read where there are no name spaces to leave them out of.
    private let unreadable: [String]

    /// What of the user's world a sandbox has to know: what lies where, and what may be read of it.
    package struct Surroundings: Sendable {
        /// The caller's environment, for finding programs and their installations.
        package var environment: [String: String]
        /// Absolute paths of folders with the user's own data: nothing above them is ever shown as a tool.
        package var kept: [String]
        /// Absolute paths that the user's own configuration makes readable.
        package var readable: [String]

        package init(environment: [String: String], kept: [String] = [], readable: [String] = []) {
            self.environment = environment
            self.kept = kept
            self.readable = readable
        }
    }

    /// What one run may see and write.
    package struct Layout: Sendable {
        /// Folder with the staged tree; only ever written by the gate at level `overlay`.
        package var files: String
        /// Folders laid over the staged tree, nearest first, from earlier runs of trusted code.
        package var layers: [String]
        /// Private folder of this run: upper layer, report, temporary files.
        package var scratch: String
        /// Absolute path the command sees as its repository root.
        package var root: String
        /// Git directory that the command must not see.
        package var hidden: [String]
        /// Absolute paths below `root` whose content is made visible; nothing is ever written back to them.
        package var carried: [String]
        /// What is done otherwise than in a first run.
        package var variation: StepVariation

        package init(
            files: String,
            layers: [String],
            scratch: String,
            root: String,
            hidden: [String],
            carried: [String],
            variation: StepVariation = .none
        ) {
            self.files = files
            self.layers = layers
            self.scratch = scratch
            self.root = root
            self.hidden = hidden
            self.carried = carried
            self.variation = variation
        }
    }

    /// A command as it is really started, and the paths as the command sees them.
    package struct Placement: Sendable {
        package let command: [String]
        /// The environment of what is started; in a sandbox the command's own travels in `input`.
        package let environment: [String: String]
        /// The environment as the command sees it.
        package let innerEnvironment: [String: String]
        /// Standard input of what is started; `nil` connects it to `/dev/null`.
        package var input: [UInt8]?
        package let workingDirectory: String
        /// Root of the staged tree as the command sees it.
        package let root: String
        /// Report folder on the machine.
        package let reportFolderOnHost: String
        /// Folder on the machine in which files written below the root are found after the run.
        package let writtenFiles: String
        /// Private folder of the run, whose path is in the environment of everything that runs without a sandbox.
        package let scratch: String
        package let bounds: RunBounds

        /// The command as it is started.
        package func request(limits: ProcessLimits) -> ProcessRequest {
            var limits = limits
            if Defence.limits.isOn {
                limits.processes = bounds.processes
                limits.memory = bounds.memory
                limits.written = (Array(Set([scratch, writtenFiles])), bounds.disk)
            }
            var request = ProcessRequest(
                executable: command[0],
                arguments: Array(command.dropFirst()),
                environment: environment,
                workingDirectory: workingDirectory,
                input: input,
                limits: limits
            )
            if Defence.sandbox.isOn { request.mark = scratch }
            return request
        }
    }

    private init(level: SandboxLevel, shortfall: String, bubblewrap: Bubblewrap?, unreadable: [String] = []) {
        self.level = level
        self.shortfall = shortfall
        self.bubblewrap = bubblewrap
        self.unreadable = unreadable
    }

    /// No isolation but a process group of its own, and why.
    private init(shortfall: String) {
        level = .process
        self.shortfall = shortfall
        bubblewrap = nil
        unreadable = []
    }

    /// Finds the strongest level that works here, by trying.
    ///
    /// - Parameters:
    ///   - demand: what policy wants; `off` tries nothing.
    ///   - surroundings: where programs are found, and what may be read.
    ///   - folder: absolute path of a private folder on the file system that worktrees will lie on.
    package static func probe(
        demand: SandboxDemand,
        surroundings: Surroundings,
        folder: String
    ) async throws -> Sandbox {
        if demand == .off { return Sandbox(shortfall: "switched off by policy") }
        guard Defence.sandbox.isOn else { return Sandbox(shortfall: "left out for a test") }
        #if os(Linux)
            let environment = surroundings.environment
            guard let program = Programs.find("bwrap", in: environment) else {
                return Sandbox(shortfall: "bubblewrap ('bwrap') is not installed")
            }
            let tools = Bubblewrap.Tools(program, environment: environment)
            let bubblewrap = Bubblewrap(tools: tools, view: View.make(surroundings), homes: View.homes(environment))
            var complaints: [String] = []
            for level in [SandboxLevel.overlay, .namespaces] where Defence.allows(level: level.rawValue) {
                if level == .overlay, tools.unshare == nil {
                    complaints.append("'unshare' is not installed")
                    continue
                }
                let candidate = Sandbox(
                    level: level,
                    shortfall: complaints.joined(separator: "; "),
                    bubblewrap: bubblewrap
                )
                if let complaint = try await candidate.trialComplaint(environment: environment, folder: folder) {
                    complaints.append("\(level.rawValue): \(complaint)")
                    continue
                }
                return candidate
            }
            return Sandbox(shortfall: complaints.joined(separator: "; "))
        #elseif os(macOS)
            guard access(SeatbeltProfile.program, X_OK) == 0 else {
                return Sandbox(shortfall: "'\(SeatbeltProfile.program)' is not there")
            }
            let candidate = Sandbox(
                level: .seatbelt,
                shortfall: "macOS has no name spaces",
                bubblewrap: nil,
                unreadable: Secrets.found(below: View.homes(surroundings.environment)).map(\.path)
            )
            let complaint = try await candidate.trialComplaint(environment: surroundings.environment, folder: folder)
            return complaint.map { Sandbox(shortfall: "seatbelt: \($0)") } ?? candidate
        #else
            return Sandbox(shortfall: "no sandbox is implemented for this system")
        #endif
    }

    /// Runs a command that writes a file through the real arrangement; `nil` where it worked.
    private func trialComplaint(environment: [String: String], folder: String) async throws -> String? {
        let home = try SafeScratch.folder(named: "probe", in: folder)
        defer { Cleanup.remove(home) }
        let files = "\(home)/files"
        let scratch = "\(home)/scratch"
        try SafeScratch.makeFolders(files)
        try SafeScratch.makeFolders(scratch)
        let layout = Layout(files: files, layers: [], scratch: scratch, root: files, hidden: [], carried: [])
        let placement = try place(
            ["/bin/sh", "-c", "echo written > probe && cat probe"],
            layout,
            environment: ["PATH": environment["PATH"] ?? "/usr/bin:/bin"]
        )
        let result: ProcessResult
        do {
            result = try await ProcessRunner.run(
                placement.request(limits: ProcessLimits(wallTime: .seconds(10)))
            )
        } catch let error as ProcessError {
            return error.detail
        }
        if result.isSuccess, result.standardOutput.text == "written\n" { return nil }
        // The first line says what failed; what follows it is advice.
        return result.standardError.text.split(separator: "\n").first.map(String.init) ?? "\(result.termination)"
    }

    /// Absolute path, as a command of this level sees it, of its folder for temporary files.
    func temporaryFolder(of layout: Layout) -> String {
        bubblewrap == nil ? "\(layout.scratch)/tmp\(layout.variation.suffix)" : Bubblewrap.temporary(layout.variation)
    }

    /// Absolute path, as a command of this level sees it, of the folder for its report.
    package func reportFolder(of layout: Layout) -> String {
        bubblewrap == nil ? Self.reportFolderOnHost(of: layout) : Bubblewrap.report(layout.variation)
    }

    private static func reportFolderOnHost(of layout: Layout) -> String {
        "\(layout.scratch)/report\(layout.variation.suffix)"
    }

    /// Puts an agent's command into a world of its own: programs and settings of the machine to read, one folder to
    /// write, and the network, without which no agent works.
    ///
    /// - Parameters:
    ///   - folder: absolute path of the one folder it may write.
    ///   - start: absolute path of the folder it is started in.
    ///   - writable: absolute paths of files beyond that.
    /// - Returns: `nil` where this machine has no means to do so.
    package func encloseAgent(
        _ command: [String],
        folder: String,
        start: String,
        writable: [String],
        environment: [String: String]
    ) -> [String]? {
        bubblewrap?.encloseAgent(
            command,
            folder: folder,
            start: start,
            writable: writable,
            environment: environment
        )
    }

    /// Arranges a command for this level.
    ///
    /// - Parameters:
    ///   - command: program and arguments as the step has them.
    ///   - environment: the environment of the command, already from the allow-list.
    /// - Throws: `GateFailure` where folders of the run cannot be made.
    package func place(
        _ command: [String],
        _ layout: Layout,
        environment: [String: String],
        bounds: RunBounds = RunBounds()
    ) throws -> Placement {
        let report = Self.reportFolderOnHost(of: layout)
        try SafeScratch.makeFolders(report)
        if let bubblewrap {
            return try bubblewrap.place(
                command,
                layout,
                environment: environment,
                report: report,
                level: level,
                bounds: bounds
            )
        }
        let home = "\(layout.scratch)/home\(layout.variation.suffix)"
        let temporary = temporaryFolder(of: layout)
        try SafeScratch.makeFolders(home)
        try SafeScratch.makeFolders(temporary)
        var environment = environment
        environment["HOME"] = home
        environment["TMPDIR"] = temporary
        // What cannot be found is started as it is, so that the error names it.
        let isThere = command.first.map { $0.contains("/") || Programs.find($0, in: environment) != nil } ?? false
        var start = isThere ? ResourceLimits.wrap(command, bounds, countsOwnProcesses: false) : command
        if level == .seatbelt {
            let profile = SeatbeltProfile.text(
                writable: [layout.files, layout.scratch].compactMap(FileSystem.resolved),
                unreadable: (layout.hidden + unreadable).compactMap(FileSystem.resolved)
            )
            start = [SeatbeltProfile.program, "-p", profile] + start
        }
        return Placement(
            command: start,
            environment: environment,
            innerEnvironment: environment,
            workingDirectory: layout.files,
            root: layout.files,
            reportFolderOnHost: report,
            writtenFiles: layout.files,
            scratch: layout.scratch,
            bounds: bounds
        )
    }
}

/// What a sandbox shows of this machine.
private enum View {
    static func make(_ surroundings: Sandbox.Surroundings) -> MachineView {
        let homes = homes(surroundings.environment)
        var view = MachineView(keeping: homes + surroundings.kept)
        for folder in CheckEnvironment.toolFolders(caller: surroundings.environment) {
            view.showInterpreter(of: folder)
            view.show(folder)
        }
        let folders = (surroundings.environment["PATH"] ?? "").split(separator: ":").map(String.init)
        for folder in folders where folder.hasPrefix("/") { view.showPrograms(in: folder) }
        for folder in folders where folder.hasPrefix("/") { view.showTargets(ofLinksIn: folder) }
        for path in surroundings.readable { view.show(path) }
        return view
    }

    /// The caller's home folders: the one the environment names, and the one the account has, which may be another
    /// where the gate was started by `sudo` or with `HOME` set for one command.
    static func homes(_ environment: [String: String]) -> [String] {
        var homes: [String] = []
        if let named = environment["HOME"], named.hasPrefix("/") { homes.append(named) }
        if let entry = getpwuid(getuid()), let home = entry.pointee.pw_dir { homes.append(String(cString: home)) }
        return Array(Set(homes)).sorted()
    }
}

/// Finds programs without starting any.
package enum Programs {
    /// Whether a path names anything that can be reached.
    package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Absolute path of the first executable of that name in `PATH`.
    package static func find(_ name: String, in environment: [String: String]) -> String? {
        for folder in (environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":") where folder.hasPrefix("/") {
            let path = "\(folder)/\(name)"
            if access(path, X_OK) == 0 { return path }
        }
        return nil
    }
}
