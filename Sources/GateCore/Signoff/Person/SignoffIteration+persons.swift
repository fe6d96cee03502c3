import GateGit

extension SignoffIteration {
    /// Reviewers that a program can ask.
    var programs: [SignoffReviewer] { reviewers.filter { !$0.isPerson } }

    /// What a verdict of this iteration has to be about.
    func subject(_ book: SignoffBook) -> VerdictSubject {
        VerdictSubject(
            tree: session.proposal.headTree.hex,
            run: book.run.id,
            open: book.record.open.map(\.id),
            isWide: book.record.isWide
        )
    }

    /// What persons have said of the work as it is; without a verdict where one is waited for.
    func persons(_ book: SignoffBook, _ material: ReviewMaterial) async throws -> [SignoffRecord.Review] {
        let persons = reviewers.filter(\.isPerson)
        guard !persons.isEmpty else { return [] }
        let desk = PersonDesk(session: session, material: material, subject: subject(book))
        let reviews = try await desk.attend(
            persons,
            try await Prompts.load(session).signoff,
            book.run,
            folder: "iteration-\(number)"
        )
        for review in reviews {
            guard let verdict = review.verdict else { continue }
            tell(.note("\(review.reviewer): \(verdict.verdict.rawValue), signed by \(review.signer ?? "?")"))
        }
        return reviews
    }

    /// How a sign-off ends that waits for a person, with what that person types.
    func waiting(_ reviews: [SignoffRecord.Review], _ book: SignoffBook) -> SignoffBook.Ending {
        let absent = reviews.filter { $0.verdict == nil }
        let name = absent.first?.artifacts.first ?? ""
        // Outside of the working tree: there it would be part of what is under review.
        let verdict = "\(session.repository.gitDirectory)/verdict.txt"
        let words = SignoffStation.words(session) + ["--as", "--verdict", PolicyValue.quoted([verdict])]
        return .stopped(
            .undecided,
            absent.map { "\($0.reviewer): \($0.failure ?? "")" },
            [
                "read \(book.run.folder)/\(name), and write a verdict into \(verdict), in the form that stands there",
                "sign it with '\(words.joined(separator: " "))'",
                "then run the sign-off again; nobody else is asked before",
            ]
        )
    }
}
