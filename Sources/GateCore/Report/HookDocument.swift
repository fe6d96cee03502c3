import GateGit

/// The answer of a hook for machines: version 1 of the wire format.
package struct HookDocument: Codable, Sendable {
    package var version = 1
    package var hook: String
    package var exitStatus: Int32
    package var items: [Item]
    package var passed: [Passed]

    package struct Item: Codable, Sendable {
        package var commit: String?
        package var references: [String]
        /// `green`, `accepted`, `rejected`, `undecided`, `skipped`, `refused`, `attested` or `failed`.
        package var ending: String
        /// Run in the ledger; absent where none was made.
        package var run: String?
        /// Why it was refused, could not be judged, or is proven already.
        package var why: String?
        package var next: [String]
    }

    package struct Passed: Codable, Sendable {
        package var reference: String
        package var why: String
    }

    package init(_ answer: HookAnswer) {
        hook = answer.kind.rawValue
        exitStatus = answer.exitStatus
        items = answer.items.map(Item.init)
        passed = answer.passed.map { Passed(reference: $0.update.reference, why: $0.why) }
    }
}

extension HookDocument.Item {
    init(_ item: HookAnswer.Item) {
        let (ending, run, why): (String, String?, String?) =
            switch item.ending {
            case .judged(let record): (record.result?.verdict ?? "undecided", record.id, nil)
            case .failed(let error): ("failed", nil, "\(error.message) [\(error.code)]")
            case .refused(let why): ("refused", nil, why)
            case .attested(let word): ("attested", nil, word)
            }
        self.init(
            commit: item.commit?.hex,
            references: item.updates.map(\.reference),
            ending: ending,
            run: run,
            why: why,
            next: item.next
        )
    }
}
