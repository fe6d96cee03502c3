/// Words for a backend's statement that it has no fix: what it says, and what a person can do. It is an answer like any
/// other, and no fault of anybody's.
enum CannotFixWords {
    /// The reason of the verdict: open where a person has to look first.
    static func reason(_ answer: CannotFix, backend: String) -> Reason {
        let code: ReasonCode = answer.kind.asksPerson ? .needsPerson : .cannotFix
        return Reason(code, answer.kind.rawValue, "\(backend) \(statement(answer.kind)): \(answer.reason)")
    }

    private static func statement(_ kind: CannotFix.Kind) -> String {
        switch kind {
        case .noFix, .other: "has no fix for this"
        case .contractIsWrong: "takes the tests to be wrong, and the code to be right"
        case .needsHuman: "asks a person to decide something first"
        case .needsDependency: "needs something that no candidate may bring"
        case .notReproducible: "cannot see the failure in what it was shown"
        }
    }

    /// What a person can do now.
    ///
    /// - Parameter known: tests that some step reports; others that a backend names are told apart.
    static func next(_ answer: CannotFix, known: Set<String>, run: String) -> [String] {
        let named = answer.tests.filter { known.contains($0) }
        let strange = answer.tests.filter { !known.contains($0) }
        var lines: [String] = []
        if !named.isEmpty { lines.append("it names: \(Listing.some(named.map { Excerpt.visible($0) }))") }
        if !strange.isEmpty {
            lines.append("it also names what no step reports: \(Listing.some(strange.map { Excerpt.visible($0) }))")
        }
        switch answer.kind {
        case .contractIsWrong:
            lines.append(
                "read those tests and what it says about them; where it is right, change the tests yourself, since no "
                    + "candidate may, and run the gate again"
            )
        case .needsHuman: lines.append("decide what it asks, write that down in the code or the tests, and run again")
        case .needsDependency:
            lines.append("install or declare what it names yourself, since no candidate may change that, and run again")
        case .notReproducible:
            lines.append(
                "see whether the tests are red every time with 'git gatekeeper test'; 'context.txt' is all it saw"
            )
        case .noFix, .other:
            lines.append("try another --backend, or repair it by hand and let 'git gatekeeper test' decide")
        }
        return lines + ["'git gatekeeper show \(run)' lists what was tried"]
    }
}

extension CannotFix {
    func redacted(by redactor: Redactor) -> CannotFix {
        CannotFix(kind: kind, reason: redactor.redact(reason), tests: tests.map { redactor.redact($0) })
    }
}
