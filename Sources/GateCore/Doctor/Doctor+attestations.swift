import GateGit

extension Doctor {
    /// Whether attestations can be signed and checked here, where anybody has asked for that.
    func attestations(_ session: Session) async -> DoctorFinding? {
        let settings = session.policy.trust
        do {
            let trust = try await TrustedSigners.load(session)
            let signs = settings.attests.value || settings.signingKey != nil
            guard signs || !trust.sources.isEmpty else { return nil }
            var words: [String] = []
            if signs {
                let key = try await SigningKey.configured(in: session.repository, session.context)
                let attester = Attester(
                    repository: session.repository,
                    context: session.context,
                    key: key,
                    temporaryFolder: session.temporaryFolder
                )
                words.append("signs as \(try await attester.tryKey())\(settings.attests.value ? ", every pass" : "")")
            }
            words.append(trust.sources.isEmpty ? "nobody is trusted here" : "trusts \(Listing.some(trust.sources))")
            return DoctorFinding("attestations", .good, words.joined(separator: "; "))
        } catch {
            return DoctorFinding("attestations", failed: error)
        }
    }
}
