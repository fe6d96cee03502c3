extension GitRepository {
    /// The best common ancestor of two commits; `nil` where they have none that is present here.
    package func mergeBase(_ first: ObjectID, _ second: ObjectID) async throws -> ObjectID? {
        let result = try await command.run(["merge-base", "--end-of-options", first.hex, second.hex])
        guard result.isSuccess else {
            if result.exitCode == 1 { return nil }
            throw GitError(.commandFailed, "git merge-base failed: \(GitCommand.complaint(of: result))")
        }
        return ObjectID(hex: result.standardOutput.text.prefix { $0 != "\n" })
    }

    /// Name and tip of the branch that the current branch follows; `nil` where it follows none.
    package func upstream() async throws -> (name: String, commit: ObjectID)? {
        let name = try await command.run(["rev-parse", "--abbrev-ref", "--symbolic-full-name", "@{upstream}"])
        guard name.isSuccess else { return nil }
        let text = String(name.standardOutput.text.prefix { $0 != "\n" })
        guard let commit = try resolveCommit(text) else { return nil }
        return (text, commit)
    }

    /// Who git would write as the author of a commit made now.
    package func identity() async throws -> Signature {
        let line = try await command.run(["var", "GIT_AUTHOR_IDENT"])
        guard line.isSuccess else {
            throw GitError(
                .commandFailed,
                "git does not know who you are",
                hints: ["git config --global user.name 'Your Name'", "git config --global user.email you@example.com"]
            )
        }
        let text = line.standardOutput.text.prefix { $0 != "\n" }
        guard let open = text.lastIndex(of: "<"), let close = text.lastIndex(of: ">"), open < close else {
            throw GitError(.commandFailed, "git var printed '\(text)', which is no identity")
        }
        let rest = text[text.index(after: close)...].split(separator: " ")
        let zone = rest.count > 1 ? Int32(rest[1]) ?? 0 : 0
        return Signature(
            name: text[..<open].split(separator: " ").joined(separator: " "),
            email: String(text[text.index(after: open)..<close]),
            time: rest.first.flatMap { Int64($0) } ?? 0,
            offset: (zone / 100) * 60 + zone % 100
        )
    }

    /// E-mail addresses of who wrote the commits of a head that a base does not have; of all of them where it is `nil`.
    package func authors(of head: ObjectID, missingFrom base: ObjectID?) async throws -> Set<String> {
        let range = base.map { "\($0.hex)..\(head.hex)" } ?? head.hex
        let output = try await command.output(["log", "--format=%ae", "--end-of-options", range])
        return Set(String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init))
    }

    /// Settings of git itself whose key starts with a prefix, from every level, lowest precedence first.
    ///
    /// Asked from git, so that `git -c`, includes and environment configuration count. The gate's own settings are asked
    /// for once: what a command goes by does not change under way.
    package func settings(prefix: String, seesHooks: Bool = false) async throws -> [GitSetting] {
        if let known = ownSettings, prefix == Self.ownPrefix { return known }
        let pattern = "^" + prefix.replacing(".", with: "\\.")
        let result = try await command.run(
            ["config", "--null", "--show-scope", "--show-origin", "--get-regexp", pattern],
            seesHooks: seesHooks
        )
        if result.exitCode == 1 {
            if prefix == Self.ownPrefix { ownSettings = [] }
            return []
        }
        guard result.isSuccess else {
            throw GitError(.commandFailed, "git config failed: \(GitCommand.complaint(of: result))")
        }
        let fields = result.standardOutput.bytes.split(separator: 0, omittingEmptySubsequences: false)
        var settings: [GitSetting] = []
        var index = 0
        while index + 2 < fields.count {
            let pair = fields[index + 2]
            let newline = pair.firstIndex(of: UInt8(ascii: "\n"))
            settings.append(
                GitSetting(
                    scope: String(decoding: fields[index], as: UTF8.self),
                    origin: String(decoding: fields[index + 1], as: UTF8.self),
                    key: String(decoding: newline.map { pair[..<$0] } ?? pair, as: UTF8.self),
                    value: newline.map { String(decoding: pair[pair.index(after: $0)...], as: UTF8.self) }
                )
            )
            index += 3
        }
        if prefix == Self.ownPrefix { ownSettings = settings }
        return settings
    }

    private static var ownPrefix: String { "gatekeeper." }
}

/// One assignment in git's configuration.
package struct GitSetting: Sendable, Hashable {
    /// `system`, `global`, `local`, `worktree` or `command`.
    package let scope: String
    /// `file:<path>`, `command line:` and so on, as git says.
    package let origin: String
    /// Section and name in lower case, subsection as written.
    package let key: String
    /// `nil` where the key stands alone, which means true.
    package let value: String?

    package init(scope: String, origin: String, key: String, value: String?) {
        self.scope = scope
        self.origin = origin
        self.key = key
        self.value = value
    }
}
