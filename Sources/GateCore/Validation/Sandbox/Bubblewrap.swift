import GateGit

#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The arrangement of one run under bubblewrap, with overlays below it where they are to be had.
///
/// A test can read `/proc/1/environ` and `/proc/1/cmdline`, which belong to bubblewrap itself. So it is started with an
/// empty environment, and its arguments, which name paths of this machine, are handed to it as a file.
struct Bubblewrap: Sendable {
    /// Absolute paths of the helpers that make the isolation.
    struct Tools: Sendable {
        let bubblewrap: String
        let unshare: String?
        let env: String
        let mount: String
        let mkdir: String

        init(_ bubblewrap: String, environment: [String: String]) {
            self.bubblewrap = bubblewrap
            unshare = Programs.find("unshare", in: environment)
            let path = ["PATH": (environment["PATH"] ?? "") + ":/usr/bin:/bin:/usr/sbin:/sbin"]
            env = Programs.find("env", in: path) ?? "/usr/bin/env"
            mount = Programs.find("mount", in: path) ?? "/bin/mount"
            mkdir = Programs.find("mkdir", in: path) ?? "/bin/mkdir"
        }
    }

    let tools: Tools
    let view: MachineView
    /// Paths below what is shown that stay empty.
    let secrets: [(path: String, isFolder: Bool)]

    /// Home folder inside.
    static func home(_ variation: StepVariation) -> String { "/tmp/home" + variation.suffix }
    /// Report folder inside.
    static func report(_ variation: StepVariation) -> String { "/tmp/gatekeeper-report" + variation.suffix }
    /// Folder for temporary files inside.
    static func temporary(_ variation: StepVariation) -> String {
        variation.number == 0 ? "/tmp" : "/tmp/scratch" + variation.suffix
    }

    init(tools: Tools, view: MachineView, homes: [String]) {
        self.tools = tools
        self.view = view
        secrets = (Secrets.found(below: homes) + Secrets.ofSystem()).filter { view.shows($0.path) }
    }

    /// Mounts one overlay for each pair of options and place before `--`, then becomes the command behind it, which
    /// finds its arguments at descriptor 3.
    private static let script = """
        exec 3<&0 </dev/null
        while [ "$1" != -- ]; do
            [ -d "$2" ] || "$MKDIR" -p "$2" || exit 126
            "$MOUNT" -t overlay overlay -o "$1" "$2" || exit 126
            shift 2
        done
        shift
        exec "$@"
        """

    func place(
        _ command: [String],
        _ layout: Sandbox.Layout,
        environment: [String: String],
        report: String,
        level: SandboxLevel,
        bounds: RunBounds
    ) throws -> Sandbox.Placement {
        var environment = environment
        environment["HOME"] = Self.home(layout.variation)
        environment["TMPDIR"] = Self.temporary(layout.variation)
        var outer: [String] = []
        var mounts: [String] = []
        var tree = layout.files
        var written = layout.files
        if level == .overlay, let unshare = tools.unshare {
            let upper = "\(layout.scratch)/upper"
            let work = "\(layout.scratch)/work"
            let merged = "\(layout.scratch)/merged"
            for folder in [upper, work, merged] { try SafeScratch.makeFolders(folder) }
            outer = [unshare, "--user", "--map-root-user", "--mount", "--"]
            mounts += Self.overlay(layout.layers + [layout.files], upper: upper, work: work, at: merged)
            for (index, path) in layout.carried.enumerated() where path.hasPrefix(layout.root + "/") {
                // What is carried in may be written to, as tools expect; what they write is thrown away.
                let upper = "\(layout.scratch)/carried-\(index)/upper"
                let work = "\(layout.scratch)/carried-\(index)/work"
                for folder in [upper, work] { try SafeScratch.makeFolders(folder) }
                let target = merged + path.dropFirst(layout.root.count)
                mounts += Self.overlay([path], upper: upper, work: work, at: target)
            }
            tree = merged
            written = upper
        }
        let arguments = arguments(
            layout: layout,
            tree: tree,
            report: report,
            command: command,
            environment: environment,
            level: level
        )
        let start = [tools.env, "-i", tools.bubblewrap, "--args", "3", "--"]
        return Sandbox.Placement(
            command: outer + ["/bin/sh", "-c", Self.script, "gatekeeper"] + mounts + ["--"] + start
                + ResourceLimits.wrap(command, bounds, countsOwnProcesses: true),
            environment: ["MKDIR": tools.mkdir, "MOUNT": tools.mount],
            innerEnvironment: environment,
            input: arguments.flatMap { Array($0.utf8) + [0] },
            workingDirectory: "/",
            root: layout.root,
            reportFolderOnHost: report,
            writtenFiles: written,
            scratch: layout.scratch,
            bounds: bounds
        )
    }

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
        layout: Sandbox.Layout,
        tree: String,
        report: String,
        command: [String],
        environment: [String: String],
        level: SandboxLevel
    ) -> [String] {
        var view = view
        for path in layout.carried { view.showInterpreter(of: path) }
        // A program of the tree names its interpreter itself, and must not thereby choose what is shown.
        if let name = command.first, let program = name.contains("/") ? name : Programs.find(name, in: environment),
            program.hasPrefix("/"), !FileSystem.isPath(program, within: layout.root)
        {
            view.showProgram(program)
        }
        var arguments = [
            "--unshare-user", "--uid", "\(getuid())", "--gid", "\(getgid())", "--disable-userns",
            "--unshare-pid", "--unshare-ipc", "--unshare-net", "--unshare-uts", "--hostname", layout.variation.hostName,
            "--die-with-parent", "--new-session", "--cap-drop", "ALL",
        ]
        arguments += ["--dev", "/dev", "--proc", "/proc"]
        for folder in ["/tmp", "/run", "/var/tmp", "/dev/shm"] {
            arguments += ["--size", "\(Self.temporaryBytes)", "--tmpfs", folder]
        }
        arguments += view.arguments
        for (path, isFolder) in secrets {
            arguments += isFolder ? ["--tmpfs", path] : ["--ro-bind", "/dev/null", path]
        }
        for path in layout.hidden where view.shows(path) { arguments += ["--tmpfs", path] }
        arguments += ["--bind", tree, layout.root]
        if level == .namespaces { for path in layout.carried { arguments += ["--ro-bind", path, path] } }
        let temporary = Self.temporary(layout.variation)
        if temporary != "/tmp" { arguments += ["--dir", temporary] }
        arguments += [
            "--dir", Self.home(layout.variation), "--bind", report, Self.report(layout.variation), "--remount-ro",
            "/dev", "--remount-ro", "/",
            "--chdir", layout.root, "--clearenv",
        ]
        for (name, value) in environment.sorted(by: { $0.key < $1.key }) where !name.isEmpty {
            arguments += ["--setenv", name, value]
        }
        return arguments
    }

    private static let temporaryBytes = 2 << 30
}
