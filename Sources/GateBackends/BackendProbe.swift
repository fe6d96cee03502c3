package import GateCore

/// Asks backends for a word, so that whoever relies on them knows whether they answer.
package enum BackendProbe {
    /// Longest time one backend may take to say anything.
    package static let patience = Duration.seconds(45)

    /// The backends a policy names or configures, in the order of their names, each with what came of asking it.
    ///
    /// The one that would be asked in a run comes first.
    package static func findings(_ policy: ResolvedPolicy, _ world: BackendRegistry.World) async -> [DoctorFinding] {
        var findings: [DoctorFinding] = []
        var names = Set(policy.backendSettings.keys)
        names.formUnion(policy.council.map(\.value))
        if let reviewer = policy.reviewer?.value { names.insert(reviewer) }
        do {
            let choice = try await BackendRegistry.choose(policy, world)
            names.remove(choice.backend.name)
            findings.append(await ask(choice.backend, because: choice.source.source.description))
        } catch {
            findings.append(DoctorFinding("backend", failed: error))
        }
        for name in names.sorted() {
            do {
                findings.append(await ask(try BackendRegistry.make(name, policy, world), because: "configured"))
            } catch {
                findings.append(DoctorFinding("backend: \(name)", failed: error))
            }
        }
        return findings
    }

    private static func ask(_ backend: any Backend, because: String) async -> DoctorFinding {
        let subject = "backend: \(backend.name)"
        if backend.isEmbedded { return DoctorFinding(subject, .good, "embedded, from \(because)") }
        do {
            let reply = try await backend.answer(
                TextRequest(
                    purpose: "doctor",
                    prompt: "Answer with the one word: ready",
                    schema: nil,
                    model: nil,
                    session: nil,
                    deadline: patience
                )
            )
            let said = Excerpt.visible(Excerpt.line(reply.text, maximum: 60))
            return DoctorFinding(subject, .good, "answers '\(said)' (\(backend.origin)), from \(because)")
        } catch let failure as BackendFailure {
            return DoctorFinding(subject, .broken, failure.message, advice: failure.hints)
        } catch {
            return DoctorFinding(subject, failed: error)
        }
    }
}
