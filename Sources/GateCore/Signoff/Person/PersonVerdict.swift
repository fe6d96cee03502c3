import GateGit

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What a person said of a tree, as it is signed: the words themselves, and what they are about.
struct PersonVerdict: Sendable, Hashable {
    /// The answer as it was given, under the same contract as a model's.
    var answer: String
    /// The sign-off in which it was asked for.
    var run: String
    /// Object id of the tree that the head was held against.
    var base: String
    /// SHA-256 of what the person was shown of the work.
    var material: String
    var time: Date

    init(answer: String, run: String, base: String, material: String, time: Date) {
        self.answer = answer
        self.run = run
        self.base = base
        self.material = material
        self.time = time
    }

    /// Reads a predicate whose signature has been checked; `nil` where something is missing or bent.
    init?(_ predicate: JSONValue) {
        guard let answer = predicate["answer"].string, let run = predicate[AttestationName.run].string,
            let base = predicate["base"]["gitTree"].string, let material = predicate["material"]["sha256"].string,
            let time = predicate["time"].string.flatMap(VerificationSummary.date)
        else { return nil }
        self.init(answer: answer, run: run, base: base, material: material, time: time)
    }

    /// Whether the words say that nothing is missing; whether they are a whole verdict is for the contract to say.
    var isSatisfied: Bool {
        (try? VerdictParser.draft(answer))?.verdict == SignoffVerdict.Kind.satisfied.rawValue
    }

    var predicate: JSONValue {
        [
            "answer": .text(answer), AttestationName.run: .text(run), "base": ["gitTree": .text(base)],
            "material": ["sha256": .text(material)], "time": .text(VerificationSummary.text(time)),
        ]
    }
}
