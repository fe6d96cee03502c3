import GateGit

#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Whose signatures count for one proposal: the base's own list, and what the user adds on this machine.
///
/// What the head says of signers is never read: a change could let itself in otherwise.
package struct TrustedSigners: Sendable {
    /// Absolute path of a private file with all allowed signers.
    let allowed: String
    /// Absolute paths of private files with revoked keys.
    let revoked: [String]
    /// Where they were read, in words; empty where nobody is trusted.
    package let sources: [String]
    /// What a person should know who wonders why nobody is trusted.
    package let note: String?

    private static let maximumBytes = 1 << 20

    /// Reads the lists that count for a session's proposal.
    ///
    /// - Throws: `GateFailure` where a list that is named cannot be read: a list of revoked keys that is passed over
    ///   would let them in.
    package static func load(_ session: Session) async throws -> TrustedSigners {
        var allowed: [UInt8] = []
        var sources: [String] = []
        var revoked: [String] = []
        var note: String?
        let settings = session.policy.trust
        let folder = session.temporaryFolder
        if let base = authority(of: session) {
            let place = "(\(base.abbreviated))"
            if let file = try await tracked(TrustSettings.allowedSignersFile, session) {
                allowed += file + [UInt8(ascii: "\n")]
                sources.append("\(TrustSettings.allowedSignersFile) \(place)")
            } else {
                note = "the base \(place) has no '\(TrustSettings.allowedSignersFile)'"
            }
            if let file = try await tracked(TrustSettings.revokedFile, session) {
                revoked.append(try SafeScratch.file(named: "revoked", content: file, in: folder))
                sources.append("without \(TrustSettings.revokedFile) \(place)")
            }
        } else {
            note = "there is no base whose '\(TrustSettings.allowedSignersFile)' could count; name one with --base"
        }
        if let setting = settings.allowedSigners {
            allowed += try read(setting.value, "gatekeeper.trust.allowedSigners") + [UInt8(ascii: "\n")]
            sources.append("\(setting.value) (\(setting.source.description))")
        }
        if let setting = settings.revoked {
            let content = try read(setting.value, "gatekeeper.trust.revoked")
            revoked.append(try SafeScratch.file(named: "revoked", content: content, in: folder))
            sources.append("without \(setting.value) (\(setting.source.description))")
        }
        return TrustedSigners(
            allowed: try SafeScratch.file(named: "allowed", content: allowed, in: folder),
            revoked: revoked,
            sources: sources,
            note: allowed.isEmpty ? note : nil
        )
    }

    /// The commit whose lists count; a proposal that has only itself for a base has none.
    private static func authority(of session: Session) -> ObjectID? {
        let proposal = session.proposal
        return switch proposal.baseOrigin {
        case .headCommit, .nothing: nil
        case .named, .upstream, .parent, .given: session.options.policyCommit ?? proposal.baseCommit
        }
    }

    private static func tracked(_ path: String, _ session: Session) async throws -> [UInt8]? {
        var tree = Defence.baseSigners.isOn ? session.proposal.baseTree : session.proposal.headTree
        // Who was let in or put out since the change left its branch, is: the tip decides, as it does of the policy.
        if Defence.baseSigners.isOn, let tip = session.options.policyCommit {
            tree = try await session.repository.tree(ofCommit: tip)
        }
        guard let entry = try await session.repository.entry(RepositoryPath(path), in: tree) else { return nil }
        guard entry.mode.isRegularFile, try await session.repository.blobSize(entry.id) <= maximumBytes else {
            throw GateFailure("attestation.signers", "'\(path)' of the base is no file of signers")
        }
        return try await session.repository.blob(entry.id)
    }

    private static func read(_ path: String, _ key: String) throws -> [UInt8] {
        // The user's own file may be a link, as in a folder of settings that is kept elsewhere.
        let resolved = realpath(path, nil)
        defer { free(resolved) }
        let whole = resolved.map { String(cString: $0) } ?? path
        let slash = whole.lastIndex(of: "/") ?? whole.startIndex
        do throws(GitError) {
            let folder = try SafeFolder(path: whole[..<slash].isEmpty ? "/" : String(whole[..<slash]))
            let name = RepositoryPath(String(whole[slash...].dropFirst()))
            if let content = try folder.read(name, limit: maximumBytes)?.content { return content }
        } catch {
            // Said below, with the setting that names it.
        }
        throw GateFailure(
            "attestation.signers",
            "cannot read '\(path)', which '\(key)' names",
            hints: ["correct the setting: 'git config --show-origin \(key)' says where it stands"]
        )
    }
}
