import GateGit

#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension RunRecord {
    /// What a run rests on, as SHA-256: equal digests, equal things.
    package struct Digests: Codable, Sendable {
        /// Git's id of the tracked policy that is in force; absent where there is none.
        package var policyFile: String?
        /// The settings in force, whatever their origin.
        package var policy: String
        package var contract: String
        /// The steps with their commands and limits.
        package var plan: String
        /// The settings that can turn a verdict, without those of one machine; absent in older records.
        package var rules: String?
        /// The gate, its library, the tools of the sandbox and the programs of the steps.
        package var tool: String
        package var tools: [Tool]
        /// The level of isolation and everything it is asked for, without the names of this machine's folders.
        package var sandbox: String
        /// Artifacts of the run by name, as they were written down.
        package var artifacts: [String: String] = [:]

        /// Those of a record that rests on nothing, because nothing was run.
        static var ofNothing: Digests {
            let nothing = SHA256.hex([])
            return Digests(
                policy: nothing,
                contract: nothing,
                plan: nothing,
                tool: nothing,
                tools: [],
                sandbox: nothing
            )
        }
    }

    /// One program a run rests on, known by what a look at its file tells; it is not started for this.
    package struct Tool: Codable, Sendable {
        package var name: String
        /// Where it was found, links resolved; absent where it was not.
        package var path: String?
        /// Its version, where the gate knows it without asking.
        package var version: String?
        /// Of path, size and time of change.
        package var digest: String
    }
}

/// Makes the digests of a run before its first step.
enum RunDigests {
    static func make(_ session: Session, _ setting: Validator.Setting) throws -> RunRecord.Digests {
        let tools = tools(session, setting)
        let binding = PolicyBinding(session)
        return RunRecord.Digests(
            policyFile: binding.tracked,
            policy: policy(session.policy),
            contract: binding.contract,
            plan: binding.plan,
            rules: binding.rules,
            tool: SHA256.hex(tools.map { "\($0.name)\0\($0.version ?? "")\0\($0.digest)" }.joined(separator: "\n")),
            tools: tools,
            sandbox: SHA256.hex(try profile(session, setting).joined(separator: "\0"))
        )
    }

    /// Digest of the settings in force, whatever their origin.
    static func policy(_ policy: ResolvedPolicy) -> String {
        SHA256.hex(policy.effective.map(line).joined(separator: "\n"))
    }

    /// Digest of steps with their commands and limits.
    static func plan(_ steps: [Step]) -> String { SHA256.hex(steps.map(line).joined(separator: "\n")) }

    /// Digest of a plan that is divided among so many machines.
    static func matrix(plan: String, parts: [String], count: Int) -> String {
        SHA256.hex((["\(count)", plan] + parts).joined(separator: "\0"))
    }

    /// One setting; the value of a secret is left out, because a digest of it could be tried against guesses.
    static func line(_ setting: EffectiveSetting) -> String {
        let name = setting.value.split(separator: "=", maxSplits: 1).first.map(String.init) ?? ""
        let isSecret =
            setting.key.hasSuffix("nvironment") && setting.value.contains("=") && SecretEnvironment.isTelling(name)
        return "\(setting.key)\0\(isSecret ? "\(name)=" : setting.value)"
    }

    static func line(_ step: Step) -> String {
        let limits = [step.wallTime, step.idleTime].map { String($0.seconds) } + [String(step.outputLimit)]
        let parts = [step.id, step.kind.rawValue, step.isRequired ? "required" : "advisory", step.format]
        return (parts + limits + step.reports + ["--"] + step.command).joined(separator: "\0")
    }

    private static func tools(_ session: Session, _ setting: Validator.Setting) -> [RunRecord.Tool] {
        var tools = [
            RunRecord.Tool(
                name: "git-gatekeeper",
                version: session.context.version,
                digest: SHA256.hex(session.context.version)
            ),
            RunRecord.Tool(name: "libgit2", version: libgit2Version, digest: SHA256.hex(libgit2Version)),
        ]
        let isolating = setting.sandbox.level.isIsolated ? ["bwrap", "unshare"] : []
        let programs = Set(session.plan.steps.compactMap(\.command.first)).sorted()
        tools += isolating.map { tool($0, in: session.context.environment) }
        tools += programs.map { tool($0, in: setting.environment) }
        return tools
    }

    /// What a look at a program's file tells of it.
    static func tool(_ name: String, in environment: [String: String]) -> RunRecord.Tool {
        // A program of the repository is part of the tree, which the record names anyway.
        let found = name.contains("/") ? (name.hasPrefix("/") ? name : nil) : Programs.find(name, in: environment)
        guard let found, let resolved = realpath(found, nil) else {
            return RunRecord.Tool(name: name, digest: SHA256.hex(name))
        }
        defer { free(resolved) }
        let path = String(cString: resolved)
        var status = stat()
        guard stat(path, &status) == 0 else { return RunRecord.Tool(name: name, path: path, digest: SHA256.hex(path)) }
        #if canImport(Darwin)
            let time = (status.st_mtimespec.tv_sec, status.st_mtimespec.tv_nsec)
        #else
            let time = (status.st_mtim.tv_sec, status.st_mtim.tv_nsec)
        #endif
        let identity = "\(path)\0\(status.st_size)\0\(time.0).\(time.1)"
        return RunRecord.Tool(name: name, path: path, digest: SHA256.hex(identity))
    }

    /// Options that go to what isolates through a file, so that nothing inside can read them.
    private static func inputWords(_ placement: Sandbox.Placement) -> [String] {
        (placement.input ?? []).split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The command line that isolates, for a layout of names that mean nothing.
    private static func profile(_ session: Session, _ setting: Validator.Setting) throws -> [String] {
        let folder = try SafeScratch.folder(named: "profile", in: session.temporaryFolder)
        let root = session.repository.workingTree ?? "\(folder)/files"
        let placement = try setting.sandbox.place(
            ["command"],
            Sandbox.Layout(
                files: "\(folder)/files",
                layers: [],
                scratch: "\(folder)/scratch",
                root: root,
                hidden: [session.repository.commonDirectory, session.repository.gitDirectory],
                carried: setting.carried
            ),
            environment: [:]
        )
        var names = [
            (folder, "<run>"), (session.repository.commonDirectory, "<git>"),
            (session.repository.gitDirectory, "<git>"),
            (root, "<repository>"),
        ]
        if let home = session.context.environment["HOME"], home.count > 1 { names.append((home, "<home>")) }
        return [setting.sandbox.level.rawValue]
            + (placement.command + inputWords(placement)).map { word in
                names.reduce(word) { $0.replacing($1.0, with: $1.1) }
            }
    }
}
