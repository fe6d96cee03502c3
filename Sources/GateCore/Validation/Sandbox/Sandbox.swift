import GateGit

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
    private let tools: Tools?
    /// Absolute paths of the caller's home folders, in which credentials may lie.
    private let homes: [String]

    /// Absolute paths of the helpers that make the isolation.
    struct Tools: Sendable {
        let bubblewrap: String
        let unshare: String?
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
        package let environment: [String: String]
        package let workingDirectory: String
        /// Root of the staged tree as the command sees it.
        package let root: String
        /// Report folder on the machine.
        package let reportFolderOnHost: String
        /// Folder on the machine in which files written below the root are found after the run.
        package let writtenFiles: String

        /// The command as it is started.
        func request(limits: ProcessLimits) -> ProcessRequest {
            ProcessRequest(
                executable: command[0],
                arguments: Array(command.dropFirst()),
                environment: environment,
                workingDirectory: workingDirectory,
                limits: limits
            )
        }
    }

    private init(level: SandboxLevel, shortfall: String, tools: Tools, homes: [String]) {
        self.level = level
        self.shortfall = shortfall
        self.tools = tools
        self.homes = homes
    }

    /// No isolation but a process group of its own, and why.
    private init(shortfall: String) {
        level = .process
        self.shortfall = shortfall
        tools = nil
        homes = []
    }

    /// Finds the strongest level that works here, by trying.
    ///
    /// - Parameters:
    ///   - demand: what policy wants; `off` tries nothing.
    ///   - environment: the caller's environment, for finding programs.
    ///   - folder: absolute path of a private folder on the file system that worktrees will lie on.
    package static func probe(
        demand: SandboxDemand,
        environment: [String: String],
        folder: String
    ) async throws -> Sandbox {
        if demand == .off || !Defence.sandbox.isOn { return Sandbox(shortfall: "switched off by policy") }
        #if os(Linux)
            guard let bubblewrap = Programs.find("bwrap", in: environment) else {
                return Sandbox(shortfall: "bubblewrap ('bwrap') is not installed")
            }
            let unshare = Programs.find("unshare", in: environment)
            let homes = Self.homes(environment: environment)
            let overlayTools = Tools(bubblewrap: bubblewrap, unshare: unshare)
            var complaints: [String] = []
            for level in [SandboxLevel.overlay, .namespaces] where Defence.allows(level: level.rawValue) {
                if level == .overlay, unshare == nil {
                    complaints.append("'unshare' is not installed")
                    continue
                }
                let candidate = Sandbox(
                    level: level,
                    shortfall: complaints.joined(separator: "; "),
                    tools: overlayTools,
                    homes: homes
                )
                if let complaint = try await candidate.trialComplaint(environment: environment, folder: folder) {
                    complaints.append("\(level.rawValue): \(complaint)")
                    continue
                }
                return candidate
            }
            return Sandbox(shortfall: complaints.joined(separator: "; "))
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
            environment: environment
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

    /// Absolute path, as a command of this level sees it, of the folder for its report.
    package func reportFolder(of layout: Layout) -> String {
        level == .process ? Self.reportFolderOnHost(of: layout) : Self.innerReport(layout.variation)
    }

    private static func reportFolderOnHost(of layout: Layout) -> String {
        "\(layout.scratch)/report\(layout.variation.suffix)"
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
        environment: [String: String]
    ) throws -> Placement {
        let report = Self.reportFolderOnHost(of: layout)
        try SafeScratch.makeFolders(report)
        guard level != .process, let tools else {
            let home = "\(layout.scratch)/home\(layout.variation.suffix)"
            let temporary = "\(layout.scratch)/tmp\(layout.variation.suffix)"
            try SafeScratch.makeFolders(home)
            try SafeScratch.makeFolders(temporary)
            var environment = environment
            environment["HOME"] = home
            environment["TMPDIR"] = temporary
            return Placement(
                command: command,
                environment: environment,
                workingDirectory: layout.files,
                root: layout.files,
                reportFolderOnHost: report,
                writtenFiles: layout.files
            )
        }
        var environment = environment
        environment["HOME"] = Self.innerHome(layout.variation)
        environment["TMPDIR"] = Self.innerTemporary(layout.variation)
        var outer: [String] = []
        var root = layout.files
        var written = layout.files
        if level == .overlay, let unshare = tools.unshare {
            let upper = "\(layout.scratch)/upper"
            let work = "\(layout.scratch)/work"
            let merged = "\(layout.scratch)/merged"
            for folder in [upper, work, merged] { try SafeScratch.makeFolders(folder) }
            outer = [
                unshare, "--user", "--map-root-user", "--mount", "--", "/bin/sh", "-c", Self.mountScript, "gatekeeper",
            ]
            outer += Self.overlay(layout.layers + [layout.files], upper: upper, work: work, at: merged)
            for (index, path) in layout.carried.enumerated() where path.hasPrefix(layout.root + "/") {
                // What is carried in may be written to, as tools expect; what they write is thrown away.
                let upper = "\(layout.scratch)/carried-\(index)/upper"
                let work = "\(layout.scratch)/carried-\(index)/work"
                for folder in [upper, work] { try SafeScratch.makeFolders(folder) }
                let target = merged + path.dropFirst(layout.root.count)
                outer += Self.overlay([path], upper: upper, work: work, at: target)
            }
            outer.append("--")
            root = merged
            written = upper
        }
        let inner = [tools.bubblewrap] + arguments(layout: layout, tree: root, report: report)
        return Placement(
            command: outer + inner + ["--"] + command,
            environment: environment,
            workingDirectory: "/",
            root: layout.root,
            reportFolderOnHost: report,
            writtenFiles: written
        )
    }

    private static func innerHome(_ variation: StepVariation) -> String { "/tmp/home" + variation.suffix }
    private static func innerReport(_ variation: StepVariation) -> String {
        "/tmp/gatekeeper-report" + variation.suffix
    }
    private static func innerTemporary(_ variation: StepVariation) -> String {
        variation.number == 0 ? "/tmp" : "/tmp/scratch" + variation.suffix
    }
    /// Mounts one overlay for each pair of options and place before `--`, then becomes the command behind it.
    private static let mountScript = """
        while [ "$1" != -- ]; do
            mkdir -p "$2" && mount -t overlay overlay -o "$1" "$2" || exit 126
            shift 2
        done
        shift
        exec "$@"
        """

    private static func overlay(_ lower: [String], upper: String, work: String, at place: String) -> [String] {
        let layers = lower.map(overlayEscaped).joined(separator: ":")
        return [
            "lowerdir=\(layers),upperdir=\(overlayEscaped(upper)),workdir=\(overlayEscaped(work)),userxattr", place,
        ]
    }

    private static func overlayEscaped(_ path: String) -> String {
        path.replacing("\\", with: "\\\\").replacing(":", with: "\\:").replacing(",", with: "\\,")
    }

    /// The arguments of bubblewrap; mounts happen in their order, so what hides comes before what shows.
    private func arguments(
        layout: Layout,
        tree: String,
        report: String
    ) -> [String] {
        var arguments = [
            "--unshare-user", "--uid", "\(getuid())", "--gid", "\(getgid())", "--disable-userns",
            "--unshare-pid", "--unshare-ipc", "--unshare-net", "--unshare-uts", "--hostname", layout.variation.hostName,
            "--die-with-parent", "--new-session", "--cap-drop", "ALL",
            "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc",
            "--size", "\(2 << 30)", "--tmpfs", "/tmp", "--tmpfs", "/run",
        ]
        if access("/var/tmp", F_OK) == 0 { arguments += ["--tmpfs", "/var/tmp"] }
        // What lies below /tmp is out of sight already.
        for (path, isFolder) in Self.secrets(below: homes) where !path.hasPrefix("/tmp/") {
            arguments += isFolder ? ["--tmpfs", path] : ["--ro-bind", "/dev/null", path]
        }
        for path in layout.hidden where !path.hasPrefix("/tmp/") { arguments += ["--tmpfs", path] }
        arguments += ["--bind", tree, layout.root]
        if level == .namespaces { for path in layout.carried { arguments += ["--ro-bind", path, path] } }
        let temporary = Self.innerTemporary(layout.variation)
        if temporary != "/tmp" { arguments += ["--dir", temporary] }
        arguments += [
            "--dir", Self.innerHome(layout.variation), "--bind", report, Self.innerReport(layout.variation),
            "--chdir", layout.root,
        ]
        return arguments
    }

    /// The caller's home folders: the one the environment names, and the one the account has, which may be another
    /// where the gate was started by `sudo` or with `HOME` set for one command.
    private static func homes(environment: [String: String]) -> [String] {
        var homes: [String] = []
        if let named = environment["HOME"], named.hasPrefix("/") { homes.append(named) }
        if let entry = getpwuid(getuid()), let home = entry.pointee.pw_dir { homes.append(String(cString: home)) }
        return Array(Set(homes)).sorted()
    }

    /// Names below a home folder at which credentials usually lie.
    private static let credentials = [
        ".ssh", ".aws", ".gnupg", ".kube", ".docker", ".azure", ".config/gcloud", ".config/gh", ".config/glab-cli",
        ".config/git", ".codex", ".claude", ".password-store", ".local/share/keyrings", ".netrc", ".git-credentials",
        ".npmrc", ".pypirc", ".claude.json", ".cargo/credentials.toml", ".env",
    ]

    /// Files and folders that usually hold credentials, as far as they exist: where they really lie, links resolved.
    ///
    /// - Parameter homes: absolute paths of home folders.
    package static func secrets(below homes: [String]) -> [(path: String, isFolder: Bool)] {
        var found: [String: Bool] = [:]
        for home in homes {
            for name in credentials {
                guard let resolved = realpath("\(home)/\(name)", nil) else { continue }
                defer { free(resolved) }
                var status = stat()
                guard stat(resolved, &status) == 0 else { continue }
                found[String(cString: resolved)] = status.st_mode & S_IFMT == S_IFDIR
            }
        }
        return found.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}

/// Finds programs without starting any.
package enum Programs {
    /// Absolute path of the first executable of that name in `PATH`.
    package static func find(_ name: String, in environment: [String: String]) -> String? {
        for folder in (environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":") where folder.hasPrefix("/") {
            let path = "\(folder)/\(name)"
            if access(path, X_OK) == 0 { return path }
        }
        return nil
    }
}
