#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension Bubblewrap {
    /// What name look-ups need, where the system keeps it apart from its other settings.
    private static let resolvers = ["/run/systemd/resolve", "/run/resolvconf", "/run/NetworkManager"]

    /// An agent's command in a world of its own.
    ///
    /// Unlike a check it has the network, and may make name spaces of its own: agents isolate what they run with the
    /// same means. Its environment is handed down and stands in no argument, because a key may be in it.
    func encloseAgent(
        _ command: [String],
        folder: String,
        start: String,
        writable: [String],
        environment: [String: String]
    ) -> [String] {
        var view = view
        if let name = command.first, let program = name.contains("/") ? name : Programs.find(name, in: environment) {
            view.showProgram(program)
            view.show(program)
        }
        // The superuser of a name space may not hand that rank on to one below it, which agents make for their commands.
        let user = getuid() == 0 ? 1000 : getuid()
        let group = getgid() == 0 ? 1000 : getgid()
        var arguments = [
            tools.bubblewrap, "--unshare-user", "--uid", "\(user)", "--gid", "\(group)",
            "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--die-with-parent", "--new-session",
            "--cap-drop", "ALL", "--dev", "/dev", "--proc", "/proc",
        ]
        for place in ["/tmp", "/run", "/var/tmp", "/dev/shm"] { arguments += ["--tmpfs", place] }
        arguments += view.arguments
        for path in Self.resolvers where FileSystem.kind(path) != nil { arguments += ["--ro-bind", path, path] }
        for (path, isFolder) in secrets {
            arguments += isFolder ? ["--tmpfs", path] : ["--ro-bind", "/dev/null", path]
        }
        arguments += ["--bind", folder, folder]
        for path in writable.compactMap(FileSystem.resolved) { arguments += ["--bind", path, path] }
        return arguments + ["--chdir", start, "--"] + command
    }
}
