#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Builds the environment of checks from nothing: a list of what may pass, and what policy adds.
package enum CheckEnvironment {
    /// Variables that pass as the caller has them.
    private static let passed: Set<String> = [
        "PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "USER", "LOGNAME", "VIRTUAL_ENV", "JAVA_HOME", "GOROOT",
        "PYENV_VERSION",
        "NVM_DIR", "SDKROOT", "DEVELOPER_DIR",
    ]

    /// Tool folders that live below the home folder, which checks do not see as their home.
    private static let homeBound: [(variable: String, folder: String)] = [
        ("PYENV_ROOT", ".pyenv"), ("RUSTUP_HOME", ".rustup"), ("CARGO_HOME", ".cargo"), ("RBENV_ROOT", ".rbenv"),
        ("ASDF_DATA_DIR", ".asdf"), ("PYTHONUSERBASE", ".local"), ("GOMODCACHE", "go/pkg/mod"),
        ("VOLTA_HOME", ".volta"),
    ]

    /// The environment of checks.
    ///
    /// - Parameters:
    ///   - caller: the environment the gate was started with.
    ///   - settings: policy's `NAME` and `NAME=value` entries.
    package static func make(caller: [String: String], settings: [String]) -> [String: String] {
        var environment = Defence.environment.isOn ? caller.filter { passed.contains($0.key) } : caller
        environment["PATH"] = environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        environment["TERM"] = "dumb"
        environment["CI"] = "true"
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
        for (variable, path) in homeFolders(caller) { environment[variable] = path }
        for setting in settings {
            if let equals = setting.firstIndex(of: "=") {
                environment[String(setting[..<equals])] = String(setting[setting.index(after: equals)...])
            } else if let value = caller[setting] {
                environment[setting] = value
            }
        }
        return environment
    }

    /// Absolute paths of the folders that the passed variables name, as far as the caller has them.
    static func toolFolders(caller: [String: String]) -> [String] {
        let named = ["VIRTUAL_ENV", "CONDA_PREFIX", "JAVA_HOME", "GOROOT", "NVM_DIR", "SDKROOT", "DEVELOPER_DIR"]
            .compactMap { caller[$0] }
        return named
            + homeFolders(caller).sorted { $0.key < $1.key }.flatMap { variable, path in
                // A home's `.local` holds more than what Python installs there.
                variable == "PYTHONUSERBASE" ? ["\(path)/bin", "\(path)/lib"] : [path]
            }
    }

    private static func homeFolders(_ caller: [String: String]) -> [String: String] {
        guard let home = caller["HOME"] else { return [:] }
        var folders: [String: String] = [:]
        for (variable, folder) in homeBound {
            let path = caller[variable] ?? "\(home)/\(folder)"
            if access(path, F_OK) == 0 { folders[variable] = path }
        }
        return folders
    }
}
