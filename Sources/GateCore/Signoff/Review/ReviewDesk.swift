import GateGit

/// Asks one reviewer for a verdict, and once more where the answer was none.
struct ReviewDesk: Sendable {
    let session: Session
    let prompt: SignoffPrompt
    let material: ReviewMaterial
    let subject: VerdictSubject
    let run: RunLedger.Run
    let deadline: ContinuousClock.Instant

    private static let mostAnswers = 2

    /// Every exchange starts afresh: no reviewer is bound by what it said before.
    ///
    /// - Parameter folder: where what is said is kept, below the folder of the sign-off.
    func ask(_ reviewer: SignoffReviewer, folder: String) async throws -> SignoffRecord.Review {
        let clock = ContinuousClock.now
        let settings = session.policy.backendSettings[reviewer.backend.name] ?? BackendSettings()
        let request = prompt.text(
            depth: session.policy.signoff.depth.value,
            contract: VerdictContract.text(subject),
            material: material.text
        )
        var review = SignoffRecord.Review(reviewer: reviewer.folder)
        var complaint = ""
        while review.answers < Self.mostAnswers {
            let left = deadline - ContinuousClock.now
            guard left > .zero else {
                review.failure = "the time budget of the sign-off is used up"
                break
            }
            try Task.checkCancellation()
            let text = request + complaint
            try keep("request.md", Array(text.utf8), in: folder, &review)
            do {
                let reply = try await reviewer.backend.answer(
                    TextRequest(
                        purpose: "signoff",
                        prompt: text,
                        schema: VerdictContract.schema,
                        model: reviewer.role.value.model,
                        session: nil,
                        deadline: min(left, settings.timeout.value)
                    )
                )
                review.answers += 1
                if let usage = reply.usage { review.add(usage) }
                try keep("reply.md", session.redactor.redact(Array(reply.text.utf8)), in: folder, &review)
                try keepAll(reply.artifacts, in: folder, &review)
                switch VerdictParser.read(session.redactor.redact(reply.text), about: subject) {
                case .verdict(let verdict):
                    review.verdict = verdict
                    review.fault = nil
                    try keep("verdict.json", try JSON.encode(verdict), in: folder, &review)
                case .invalid(let fault):
                    review.fault = fault
                    complaint = Self.complaint(fault)
                    try keep("invalid.json", try JSON.encode(fault), in: folder, &review)
                }
            } catch let failure as BackendFailure {
                review.failure = session.redactor.redact(Excerpt.visible("\(failure.message) [\(failure.code)]"))
                if let usage = failure.usage { review.add(usage) }
                try keepAll(failure.artifacts, in: folder, &review)
                break
            }
            if review.verdict != nil { break }
        }
        review.seconds = (ContinuousClock.now - clock).seconds
        return review
    }

    private static func complaint(_ fault: VerdictFault) -> String {
        """

        An earlier answer was no verdict (\(fault.code.rawValue)): \(DataFence.name(fault.message)). Nobody is asked a \
        third time. Keep to the form above.
        """
    }

    private func keepAll(_ artifacts: [String: [UInt8]], in folder: String, _ review: inout SignoffRecord.Review) throws
    {
        for (name, content) in artifacts.sorted(by: { $0.key < $1.key }) {
            try keep("raw/\(name)", session.redactor.redact(content), in: folder, &review)
        }
    }

    private func keep(
        _ name: String,
        _ content: [UInt8],
        in folder: String,
        _ review: inout SignoffRecord.Review
    ) throws {
        review.artifacts.append(try run.record("\(folder)/\(name)", content))
    }
}
