import GateGit

/// Notes between repositories. Git carries neither notes nor their merges by itself.
extension AttestationStore {
    /// What a remote's notes are fetched into. Local notes are only ever written by a merge.
    static let tracking = "refs/gatekeeper/notes/"

    /// What an exchange did.
    package struct Exchange: Sendable, Hashable {
        /// Whether the remote has notes of the gate.
        package var isFound = false
        /// Whether the remote had something that was not here.
        package var isNew = false
        /// Whether something was sent.
        package var isPushed = false
    }

    /// Fetches the notes of a remote and takes their lines in beside those that are here.
    ///
    /// - Parameter remote: its name, or an address.
    @discardableResult
    package func fetch(from remote: String) async throws -> Exchange {
        let place = Self.place(of: remote)
        let result = try await talk(
            ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-auto-maintenance"],
            [
                remote, "+\(Self.reference):\(place)",
            ]
        )
        var exchange = Exchange()
        if !result.isSuccess {
            guard result.standardError.text.contains("couldn't find remote ref") else {
                throw Self.failed("fetch", remote, result)
            }
            return exchange
        }
        exchange.isFound = true
        if let theirs = try await repository.target(ofReference: place) { exchange.isNew = try await merge(theirs) }
        return exchange
    }

    private static let pushes = 8

    /// Sends the notes that are here to a remote, after taking in what it has; nobody's notes are overwritten.
    @discardableResult
    package func push(to remote: String) async throws -> Exchange {
        let place = Self.place(of: remote)
        var whole = Exchange()
        var last = ""
        for attempt in 1...Self.pushes {
            let fetched = try await fetch(from: remote)
            whole.isFound = whole.isFound || fetched.isFound
            whole.isNew = whole.isNew || fetched.isNew
            guard let tip = try await repository.target(ofReference: Self.reference) else { return whole }
            if fetched.isFound, try await repository.target(ofReference: place) == tip { return whole }
            let result = try await talk(["push", "--quiet", "--no-verify"], [remote, "\(tip):\(Self.reference)"])
            if result.isSuccess {
                try await repository.setReference(place, to: tip, message: "notes pushed")
                whole.isPushed = true
                return whole
            }
            last = GitCommand.complaint(of: result)
            // Somebody was faster, or is writing just now; anything else will not pass by itself.
            let text = result.standardError.text
            guard ["rejected", "stale", "cannot lock ref", "failed to update ref"].contains(where: text.contains),
                !text.contains("hook declined"), !text.contains("pre-receive")
            else { throw Self.failed("push", remote, result) }
            try await Task.sleep(for: .milliseconds(Int.random(in: 10...(50 * attempt))))
        }
        throw GateFailure(
            "attestation.push-contended",
            "the notes of '\(remote)' changed \(Self.pushes) times while ours were being pushed: \(last)",
            hints: ["try again when less is going on: 'git gatekeeper attest --push'"]
        )
    }

    /// Lets `git fetch` bring the notes of every remote along, beside what it fetches already.
    ///
    /// - Returns: names of remotes for which that was not so before.
    package func configureRemotes() async throws -> [String] {
        var changed: [String] = []
        for remote in try await remotes() where try await !isConfigured(remote) {
            try await config(["--add", "remote.\(remote).fetch", Self.refspec(remote)])
            changed.append(remote)
        }
        return changed
    }

    /// Takes back exactly what `configureRemotes` wrote, and what was fetched by it. Local notes stay.
    ///
    /// - Returns: names of remotes for which it was so.
    @discardableResult
    package func unconfigureRemotes() async throws -> [String] {
        var changed: [String] = []
        for remote in try await remotes() where try await isConfigured(remote) {
            try await config(["--fixed-value", "--unset-all", "remote.\(remote).fetch", Self.refspec(remote)])
            changed.append(remote)
        }
        for (name, _) in try await repository.references(under: Self.tracking) {
            try await repository.removeReference(name)
        }
        return changed
    }

    /// A pattern, because git refuses a fetch that names one reference which the remote does not have.
    static func refspec(_ remote: String) -> String {
        "+\(reference)*:\(tracking)\(remote)/gatekeeper*"
    }

    /// Where a remote's notes are fetched to; an address gets a name of its own.
    static func place(of remote: String) -> String {
        let isName =
            !remote.contains("..") && !remote.hasPrefix("/") && !remote.hasPrefix(".") && !remote.hasSuffix(".lock")
            && remote.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-/".contains($0)) }
            && !remote.contains("//") && !remote.hasSuffix("/") && !remote.contains("/.")
        return "\(tracking)\(isName ? remote : "address-" + SHA256.hex(remote).prefix(16))/gatekeeper"
    }

    private func remotes() async throws -> [String] {
        String(decoding: try await repository.command.output(["remote"]), as: UTF8.self)
            .split(separator: "\n").map(String.init)
    }

    private func isConfigured(_ remote: String) async throws -> Bool {
        let result = try await repository.command.run([
            "config", "--local", "--null", "--get-all", "remote.\(remote).fetch",
        ])
        return result.standardOutput.text.split(separator: "\0").contains { $0 == Self.refspec(remote) }
    }

    private func config(_ arguments: [String]) async throws {
        _ = try await repository.command.output(["config", "--local"] + arguments)
    }

    /// Lets git talk to a remote: over any transport the user may use, but none that runs a program of its own.
    private func talk(_ command: [String], _ operands: [String]) async throws -> ProcessResult {
        guard let remote = operands.first, !remote.isEmpty, !remote.hasPrefix("-") else {
            throw GateFailure("attestation.remote", "'\(operands.first ?? "")' is no remote")
        }
        return try await repository.command.run(
            ["-c", "protocol.allow=user", "-c", "protocol.ext.allow=never"] + command + operands,
            limits: ProcessLimits(wallTime: .seconds(120), headBytes: 1 << 20)
        )
    }

    private static func failed(_ what: String, _ remote: String, _ result: ProcessResult) -> GateFailure {
        let complaint = result.ending.phrase.map { "git \($0)" } ?? GitCommand.complaint(of: result)
        return GateFailure(
            "attestation.\(what)",
            "cannot \(what) the notes of '\(remote)': \(complaint)",
            hints: ["see it yourself with 'git \(what) \(remote) \(reference)'"]
        )
    }
}
