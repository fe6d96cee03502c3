import GateGit

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Finds what persons have said of a tree, and counts what they signed about exactly what they were shown.
struct PersonDesk: Sendable {
    let session: Session
    let material: ReviewMaterial
    /// What a verdict has to be about; its run is the one that the person was asked in.
    let subject: VerdictSubject

    /// One signed verdict, or why it is none.
    struct Said: Sendable {
        var signer: String?
        var key: String?
        var verdict: SignoffVerdict?
        var time = Date.distantPast
        var problem: String?
    }

    /// Writes down what every person is to read, and what they have said of it.
    ///
    /// - Parameter folder: where it is kept, below the folder of the sign-off.
    func attend(
        _ persons: [SignoffReviewer],
        _ prompt: SignoffPrompt,
        _ run: RunLedger.Run,
        folder: String
    ) async throws -> [SignoffRecord.Review] {
        let text = prompt.text(
            depth: session.policy.signoff.depth.value,
            contract: VerdictContract.text(subject),
            material: material.text
        )
        var reviews = try await reviews(persons)
        for index in reviews.indices {
            let place = "\(folder)/\(reviews[index].reviewer)"
            reviews[index].artifacts.append(try run.record("\(place)/request.md", Array(text.utf8)))
            reviews[index].request = SHA256.hex(Array(text.utf8))
            if let verdict = reviews[index].verdict {
                reviews[index].artifacts.append(try run.record("\(place)/verdict.json", try JSON.encode(verdict)))
            }
        }
        return reviews
    }

    /// Answers for every reviewer who is a person: what they said, or what they are waited for with.
    ///
    /// Nobody speaks for two: neither a name nor a key counts twice.
    private func reviews(_ persons: [SignoffReviewer]) async throws -> [SignoffRecord.Review] {
        var left = try await said()
        let authors = session.policy.signoff.otherThanAuthor.value ? try await authors() : []
        var reviews: [String: SignoffRecord.Review] = [:]
        // Who is asked by name comes first, so that nobody takes their place.
        for person in persons.sorted(by: { $0.role.value.model != nil && $1.role.value.model == nil }) {
            var review = SignoffRecord.Review(reviewer: person.folder)
            let wanted = person.role.value.model?.lowercased()
            let fits = left.filter { wanted == nil || $0.signer?.lowercased() == wanted }
            if let counted = fits.first(where: { $0.verdict != nil }) {
                review.verdict = counted.verdict
                review.signer = counted.signer
                review.answers = 1
                left.removeAll { $0.signer == counted.signer || $0.key == counted.key }
            } else {
                let why = (wanted == nil ? left : fits + left.filter { $0.signer == nil }).compactMap(\.problem)
                review.failure =
                    "waits for \(wanted.map { "the person '\($0)'" } ?? "a person")"
                    + (why.isEmpty ? "" : "; what is there does not count: \(Listing.some(why))")
            }
            reviews[person.folder] = review
        }
        let counted = reviews.values.filter { $0.verdict != nil }
        if !counted.isEmpty, counted.allSatisfy({ authors.contains($0.signer?.lowercased() ?? "") }) {
            for review in counted {
                var alone = SignoffRecord.Review(reviewer: review.reviewer)
                alone.failure =
                    "waits for a person other than the author: \(review.signer ?? "?") wrote part of this change"
                reviews[review.reviewer] = alone
            }
        }
        return persons.compactMap { reviews[$0.folder] }
    }

    /// The newest word of every signer, and what cannot be believed.
    private func said() async throws -> [Said] {
        let verifier = try await AttestationVerifier(session, purpose: SSHKeygen.verdicts)
        var newest: [String: Said] = [:]
        var refused: [Said] = []
        for stated in try await verifier.statements(of: AttestationName.verdict) {
            let one = read(stated)
            guard let signer = one.signer else {
                refused.append(one)
                continue
            }
            if let known = newest[signer], !Self.outweighs(one, known) { continue }
            newest[signer] = one
        }
        return newest.values.sorted { ($0.signer ?? "") < ($1.signer ?? "") } + refused
    }

    /// Whether one word of a signer stands in the place of another.
    private static func outweighs(_ one: Said, _ known: Said) -> Bool {
        // What does not count stands in the way of nothing.
        guard one.verdict != nil else { return false }
        guard known.verdict != nil, one.time <= known.time else { return true }
        return one.time == known.time && one.verdict?.verdict != .satisfied
    }

    private func read(_ stated: AttestationVerifier.Stated) -> Said {
        var said = Said(signer: stated.signer, key: stated.key)
        if let problem = stated.problem {
            said.problem = problem
            return said
        }
        guard let person = PersonVerdict(stated.predicate) else {
            said.problem = "the statement of \(stated.signer ?? "?") is no verdict"
            return said
        }
        said.time = person.time
        let who = stated.signer ?? "?"
        let age = session.context.now().timeIntervalSince(person.time)
        if Defence.personVerdict.isOn {
            if person.base != session.proposal.baseTree.hex {
                said.problem = "\(who) spoke of this tree against another base"
                return said
            }
            if person.material != material.digest {
                said.problem = "\(who) was shown something else: other open findings, files or depth"
                return said
            }
            if age > session.policy.trust.maxAge.value.seconds || age < -300 {
                said.problem = "what \(who) said is older than 'gatekeeper.trust.maxAge' allows, or from the future"
                return said
            }
        }
        var about = subject
        about.run = person.run
        switch VerdictParser.read(person.answer, about: about) {
        case .verdict(let verdict): said.verdict = verdict
        case .invalid(let fault):
            said.problem = "what \(who) said is no verdict (\(fault.code.rawValue)): \(fault.message)"
        }
        return said
    }

    /// E-mail addresses of everybody who wrote part of the change, in lower case.
    private func authors() async throws -> Set<String> {
        let proposal = session.proposal
        var all: Set<String> = []
        if let head = proposal.headCommit {
            all.formUnion(try await session.repository.authors(of: head, missingFrom: proposal.baseCommit))
        }
        // What is not committed yet is of whoever works here.
        if !session.options.subject.isCommit { all.insert(try await session.repository.identity().email) }
        return Set(all.map { $0.lowercased() })
    }
}

/// The place of a reviewer who is a person: nobody can be asked by a program.
struct AbsentPerson: Backend {
    /// Who it has to be; `nil` for anybody who is trusted.
    let principal: String?
    var name: String { SignoffSettings.Role.person }
    var origin: String { principal.map { "the person \($0)" } ?? "a person" }
    var isEmbedded: Bool { true }

    func propose(_ request: BackendRequest, bench: any TrialBench) async throws -> BackendReply {
        throw BackendFailure("person.asked", "a person is not asked by a program")
    }

    func answer(_ request: TextRequest) async throws -> TextReply {
        throw BackendFailure("person.asked", "a person is not asked by a program")
    }
}
