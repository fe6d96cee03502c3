import GateGit

/// Signs and verifies with the machine's own `ssh-keygen`, under a namespace that is the gate's alone.
///
/// A key that signs commits signs them under the namespace `git`, so neither kind of signature can stand for the other.
/// It never asks anybody for anything: no terminal, no window, and an end after a bounded time.
package struct SSHKeygen: Sendable {
    /// The namespace of every attestation, as it may stand in `namespaces="…"` of an allowed-signers file.
    package static let namespace = "gatekeeper@git-gatekeeper"
    /// The namespace of what a person says. A key that may sign attestations only, as a machine's, says nothing under it.
    package static let verdicts = "verdict@git-gatekeeper"

    private let environment: [String: String]
    /// Absolute path of a private folder.
    private let folder: String
    private let wallTime: Duration
    /// What its signatures are for.
    let purpose: String

    /// - Parameters:
    ///   - environment: the caller's environment; `ssh-keygen` sees what finds it and its agent, and nothing else.
    ///   - folder: absolute path of a private folder for signatures on their way.
    ///   - purpose: the namespace under which it signs and believes.
    package init(
        environment caller: [String: String],
        folder: String,
        purpose: String = SSHKeygen.namespace,
        wallTime: Duration = .seconds(30)
    ) {
        var environment = caller.filter {
            ["PATH", "HOME", "TMPDIR", "SSH_AUTH_SOCK", "SSH_SK_PROVIDER"].contains($0.key)
        }
        environment["LC_ALL"] = "C"
        environment["SSH_ASKPASS_REQUIRE"] = "never"
        self.environment = environment
        self.folder = folder
        self.wallTime = wallTime
        self.purpose = purpose
    }

    /// Signs bytes.
    ///
    /// - Throws: `GateFailure` with what keeps the key from signing and what to do.
    package func sign(_ bytes: [UInt8], with key: SigningKey) async throws -> SSHSignature {
        let path: String
        switch key {
        case .file(let file): path = file
        // Of a public key the private half is asked from the agent.
        case .literal(let text): path = try SafeScratch.file(named: "key", content: Array("\(text)\n".utf8), in: folder)
        }
        let result = try await run(["-Y", "sign", "-n", purpose, "-f", path], input: bytes)
        guard result.isSuccess else { throw Self.cannotSign(key, result) }
        do {
            return try SSHSignature(armored: result.standardOutput.text)
        } catch {
            throw GateFailure(
                "attestation.cannot-sign",
                "ssh-keygen made no signature that can be read: \(error.message)",
                hints: ["OpenSSH 8.2 or newer is needed; 'ssh -V' says which one there is"]
            )
        }
    }

    /// Whether a signature belongs to these bytes, whoever made it.
    package func belongs(_ signature: SSHSignature, to bytes: [UInt8]) async throws -> Bool {
        let file = try write(signature)
        return try await run(["-Y", "check-novalidate", "-n", purpose, "-s", file], input: bytes).isSuccess
    }

    /// What an allowed-signers file says of a signature.
    package enum Answer: Sendable, Hashable {
        case trusted(principal: String)
        /// The first reason that `ssh-keygen` gave.
        case refused(String)
    }

    /// Holds a signature against a file of allowed signers, and against files of revoked keys.
    package func verify(
        _ signature: SSHSignature,
        over bytes: [UInt8],
        allowed: String,
        revoked: [String]
    ) async throws -> Answer {
        let file = try write(signature)
        let found = try await run(["-Y", "find-principals", "-f", allowed, "-s", file], input: nil)
        guard found.isSuccess else { return .refused(Self.reason(found, "no allowed signer has this key")) }
        let principals = found.standardOutput.text.split(whereSeparator: \.isNewline).map(String.init).prefix(8)
        var reason = "no allowed signer has this key"
        candidates: for principal in principals {
            for list in revoked.isEmpty ? [nil] : revoked.map(Optional.some) {
                var arguments = ["-Y", "verify", "-f", allowed, "-I", principal, "-n", purpose, "-s", file]
                if let list { arguments += ["-r", list] }
                let result = try await run(arguments, input: bytes)
                guard result.isSuccess else {
                    reason = Self.reason(result, "the key may not sign as '\(principal)'")
                    continue candidates
                }
            }
            return .trusted(principal: principal)
        }
        return .refused(reason)
    }

    private func write(_ signature: SSHSignature) throws -> String {
        try SafeScratch.file(named: "signature", content: Array(signature.armored.utf8), in: folder)
    }

    private func run(_ arguments: [String], input: [UInt8]?) async throws -> ProcessResult {
        do {
            return try await ProcessRunner.run(
                ProcessRequest(
                    executable: "ssh-keygen",
                    arguments: arguments,
                    environment: environment,
                    workingDirectory: folder,
                    input: input ?? [],
                    limits: ProcessLimits(
                        wallTime: wallTime,
                        headBytes: 256 << 10,
                        tailBytes: 0,
                        maximumBytes: 1 << 20,
                        grace: .zero
                    )
                )
            )
        } catch let error as ProcessError where error.code == .notFound {
            throw GateFailure(
                "attestation.no-ssh-keygen",
                "attestations are signed and checked with 'ssh-keygen', which is not on the PATH",
                hints: ["install OpenSSH's client, 8.2 or newer"]
            )
        }
    }

    /// What ssh-keygen complained of, as far as it names the cause.
    private static func reason(_ result: ProcessResult, _ otherwise: String) -> String {
        if let phrase = result.ending.phrase { return "ssh-keygen \(phrase)" }
        let telling = complaints(result).first { $0.contains(": key ") || $0.contains("revo") }
        guard let telling else { return otherwise }
        // The file is a copy with a name of no use to anybody, and so is the number of its line.
        guard let place = telling.firstRange(of: ": key ") else { return Excerpt.line(telling) }
        return Excerpt.line("the key" + telling[place.lowerBound...].dropFirst(5))
    }

    /// Lines of complaint; ssh-keygen ends them as terminals do.
    private static func complaints(_ result: ProcessResult) -> [String] {
        result.standardError.text.split(whereSeparator: \.isNewline).map(String.init)
    }

    private static func cannotSign(_ key: SigningKey, _ result: ProcessResult) -> GateFailure {
        let text = result.standardError.text
        let complaint =
            result.ending.phrase.map { "ssh-keygen \($0)" }
            ?? Excerpt.line(complaints(result).last ?? "ssh-keygen failed")
        var hints: [String] = []
        if text.contains("passphrase") {
            hints.append("the key has a passphrase, which the gate never asks for: 'ssh-add' it to an agent first")
        } else if text.contains("No private key found") {
            hints.append("'ssh-add -l' lists the keys of the agent; add this one with 'ssh-add', or name its file")
        } else if text.contains("No such file") {
            hints.append("name a key that exists: git config --global gatekeeper.signingKey <file>")
        } else {
            hints.append("try it by hand: ssh-keygen -Y sign -n \(Self.namespace) -f \(key.description) <file>")
        }
        return GateFailure(
            "attestation.cannot-sign",
            "cannot sign with '\(key.description)': \(complaint)",
            hints: hints
        )
    }
}
