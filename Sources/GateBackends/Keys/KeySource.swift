import GateCore
import GateGit

/// Finds the key of a backend, the first time it is asked for: on a run that asks no backend nothing is looked up.
///
/// A key is handed on in memory only. It is in no command line, no file, no log and no artifact.
actor KeySource {
    /// A key, and where it was found.
    struct Key: Sendable {
        let value: String
        /// For people: `environment: OPENAI_API_KEY`.
        let origin: String
    }

    /// Where a key may lie.
    struct Places: Sendable {
        let backend: String
        /// Variables that hold it by custom.
        var variables: [String]
        var settings: BackendSettings
        /// The caller's environment with what the backend's own settings add.
        var environment: [String: String]
        /// The server, for credential helpers.
        var endpoint: HTTPEndpoint?
        /// Git's own credential helpers; `nil` where they are not to be asked.
        var git: GitCommand?
        /// Absolute path of the folder the gate was started in.
        var callerFolder: String
    }

    private let places: Places
    private var known: Key??

    init(_ places: Places) { self.places = places }

    /// The key; `nil` where there is none anywhere.
    ///
    /// - Throws: `GateFailure` with `backend.key` where a place that was named does not give one.
    func key() async throws -> Key? {
        if let known { return known }
        let found = try await find()
        known = .some(found)
        return found
    }

    private func find() async throws -> Key? {
        let settings = places.settings
        if let variable = settings.keyVariable?.value {
            guard let value = clean(places.environment[variable]) else {
                throw failure("the variable '\(variable)' is not set", "set it, or correct keyVariable")
            }
            return Key(value: value, origin: "environment: \(variable)")
        }
        if let command = settings.keyCommand?.value, let program = command.first {
            return Key(value: try await ask(command), origin: "keyCommand: \(program)")
        }
        for variable in places.variables {
            if let value = clean(places.environment[variable]) {
                return Key(value: value, origin: "environment: \(variable)")
            }
        }
        if let path = settings.dotenv?.value {
            let file = path.hasPrefix("/") ? path : "\(places.callerFolder)/\(path)"
            let values = try DotEnv.read(file)
            for variable in places.variables {
                if let value = clean(values[variable]) { return Key(value: value, origin: "\(path): \(variable)") }
            }
            throw failure(
                "'\(path)' sets none of \(places.variables.joined(separator: ", "))",
                "correct the file, or unset dotenv"
            )
        }
        return try await fromGit()
    }

    private func clean(_ text: String?) -> String? {
        guard let trimmed = text?.trimmedBlanks, !trimmed.isEmpty else { return nil }
        return trimmed
    }

    private func failure(_ what: String, _ hint: String) -> GateFailure {
        GateFailure("backend.key", "no key for the backend '\(places.backend)': \(what)", hints: [hint])
    }

    /// What credential helpers are told: which server it is about, and nothing else.
    private var question: [UInt8] {
        guard let endpoint = places.endpoint else { return Array("\n".utf8) }
        return Array("protocol=\(endpoint.isEncrypted ? "https" : "http")\nhost=\(endpoint.authority)\n\n".utf8)
    }

    /// Asks a program, which answers as a credential helper does, or with the key alone.
    private func ask(_ command: [String]) async throws -> String {
        let name = command[0]
        let program =
            name.contains("/") && !name.hasPrefix("/") ? "\(places.callerFolder)/\(name)" : name
        let result: ProcessResult
        do {
            result = try await ProcessRunner.run(
                ProcessRequest(
                    executable: program,
                    arguments: Array(command.dropFirst()),
                    environment: GitCommand.environment(from: places.environment),
                    workingDirectory: places.callerFolder,
                    input: question,
                    limits: ProcessLimits(wallTime: .seconds(30), maximumBytes: 1 << 16)
                )
            )
        } catch let error as ProcessError {
            throw failure("keyCommand '\(name)' cannot be started: \(error.detail)", "correct keyCommand")
        }
        // What such a program prints may be the key itself, so nothing of it is repeated.
        guard result.isSuccess else {
            throw failure("keyCommand '\(name)' failed (\(result.termination))", "run it by hand to see why")
        }
        guard let key = Self.password(in: result.standardOutput.text) ?? single(result.standardOutput.text) else {
            throw failure("keyCommand '\(name)' printed no key", "it has to print 'password=KEY', or the key alone")
        }
        return key
    }

    private func single(_ text: String) -> String? {
        guard let line = clean(text), !line.contains(where: \.isNewline) else { return nil }
        return line
    }

    private static func password(in text: String) -> String? {
        for line in text.split(whereSeparator: \.isNewline) where line.hasPrefix("password=") {
            let value = line.dropFirst("password=".count)
            return value.isEmpty ? nil : String(value)
        }
        return nil
    }

    /// Asks git's credential helpers, which never prompt.
    private func fromGit() async throws -> Key? {
        guard let git = places.git, let endpoint = places.endpoint, endpoint.isEncrypted || endpoint.isLoopback else {
            return nil
        }
        let result = try await git.run(
            ["-c", "core.askPass=", "credential", "fill"],
            input: question,
            extraEnvironment: ["GIT_ASKPASS": "", "SSH_ASKPASS": "", "GCM_INTERACTIVE": "never"],
            limits: ProcessLimits(wallTime: .seconds(30), maximumBytes: 1 << 16)
        )
        guard result.isSuccess, let key = Self.password(in: result.standardOutput.text) else { return nil }
        return Key(value: key, origin: "git credential: \(endpoint.host)")
    }
}

/// A file of assignments, as many tools read it.
enum DotEnv {
    /// - Throws: `GateFailure` with `backend.dotenv` where there is no such file.
    static func read(_ path: String) throws -> [String: String] {
        guard let slash = path.lastIndex(of: "/"),
            let folder = try? SafeFolder(path: slash == path.startIndex ? "/" : String(path[..<slash])),
            let found = try? folder.read(RepositoryPath(String(path[path.index(after: slash)...])), limit: 1 << 20),
            found.mode.isRegularFile
        else {
            throw GateFailure("backend.dotenv", "cannot read '\(path)'", hints: ["correct or unset dotenv"])
        }
        return parse(String(decoding: found.content, as: UTF8.self))
    }

    /// `NAME=value` lines; `export` before them, quotes around values and comments are understood.
    static func parse(_ text: String) -> [String: String] {
        var values: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            var rest = line.drop(while: \.isWhitespace)
            if rest.hasPrefix("export ") { rest = rest.dropFirst("export ".count).drop(while: \.isWhitespace) }
            guard rest.first != "#", let equals = rest.firstIndex(of: "=") else { continue }
            let name = rest[..<equals].filter { !$0.isWhitespace }
            let value = rest[rest.index(after: equals)...].drop(while: \.isWhitespace)
            if let quote = value.first, quote == "\"" || quote == "'" {
                values[name] = String(value.dropFirst().prefix { $0 != quote })
            } else {
                values[name] = String(value.prefix { !$0.isWhitespace && $0 != "#" })
            }
        }
        return values
    }
}
