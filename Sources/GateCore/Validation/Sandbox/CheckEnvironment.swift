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
        var environment = caller.filter { !Defence.environment.isOn || passed.contains($0.key) }
        environment["PATH"] = environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        environment["TERM"] = "dumb"
        environment["CI"] = "true"
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
        if let home = caller["HOME"] {
            for (variable, folder) in homeBound {
                let path = caller[variable] ?? "\(home)/\(folder)"
                if access(path, F_OK) == 0 { environment[variable] = path }
            }
        }
        for setting in settings {
            if let equals = setting.firstIndex(of: "=") {
                environment[String(setting[..<equals])] = String(setting[setting.index(after: equals)...])
            } else if let value = caller[setting] {
                environment[setting] = value
            }
        }
        return environment
    }
}
