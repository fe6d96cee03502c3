#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The limits that the kernel holds for each process of a run, set by a shell that then becomes the command.
enum ResourceLimits {
    /// Sets no core files, the size of a file in blocks, open files, seconds of processor time, and processes with their
    /// threads where the last is not 0. What the machine itself limits more strictly stays as it is.
    private static let script = """
        {
            ulimit -c 0
            ulimit -f "$1"
            ulimit -H -n "$2"
            ulimit -t "$3"
            if [ "$4" -gt 0 ]; then
                if [ -n "${BASH_VERSION-}${KSH_VERSION-}" ]; then ulimit -u "$4"; else ulimit -p "$4"; fi
            fi
        } 2>/dev/null
        shift 4
        exec "$@"
        """

    /// A command as it is started under its limits.
    ///
    /// - Parameter countsOwnProcesses: whether the kernel counts the processes of this run alone, as it does in a user
    ///   name space; elsewhere it counts all that the user has, and a limit would be hit by others.
    static func wrap(_ command: [String], _ bounds: RunBounds, countsOwnProcesses: Bool) -> [String] {
        guard Defence.limits.isOn else { return command }
        let processors = max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        return [
            "/bin/sh", "-c", script, "gatekeeper", "\(max(1, bounds.fileSize / 512))", "65536",
            // The clock on the wall ends a run. This ends what might get away from it.
            "\(24 * 3600 * processors)",
            // The kernel counts threads. The gate itself counts processes, so this is only to stop a flood.
            countsOwnProcesses ? "\(max(4096, bounds.processes * 4))" : "0",
        ] + command
    }
}
