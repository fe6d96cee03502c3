/// The gate's own predicate about an accepted candidate: where it came from and what it went through.
///
/// Prompts and replies are named by digest only; their text stays in the ledger.
enum RepairPredicate {
    private static let most = 1000

    static func predicate(
        _ record: RunRecord,
        _ attempt: RunRecord.AttemptRecord,
        digests: RunRecord.Digests,
        commit: String?
    ) -> JSONValue {
        var predicate: JSONValue = [
            AttestationName.run: .text(record.id),
            "command": .text(record.command),
            "base": side(record.base),
            "head": side(record.head),
            "attempt": .number(attempt.number),
            "backend": .text(attempt.backend),
            "paths": list(attempt.paths),
            "targets": list(record.targets),
            "attributedToBase": list(record.attributedToBase),
            "sandbox": .text(record.sandbox.level),
            "transitions": .list(
                attempt.transitions.prefix(most).map {
                    ["step": .text($0.step), "test": .text($0.test), "transition": .text($0.transition)]
                }
            ),
            "tripwires": .list(
                attempt.tripwires.prefix(most).map {
                    [
                        "step": .text($0.step), "kind": .text($0.kind), "subject": .text($0.subject),
                        "state": .text($0.state),
                    ]
                }
            ),
            "limitsHit": list(Set(record.steps.flatMap { $0.limitsHit ?? [] }).sorted()),
        ]
        var candidate: JSONValue = ["gitTree": .text(attempt.candidate ?? "")]
        if let commit { candidate["gitCommit"] = .text(commit) }
        predicate["candidate"] = candidate
        let model = (record.council ?? [record.backend].compactMap { $0 }).first { $0.name == attempt.backend }?.model
        if let model { predicate["model"] = .text(model) }
        for (key, stem) in [("prompt", "request."), ("reply", "response."), ("patch", "patch.")] {
            let names = attempt.artifacts.filter { $0.split(separator: "/").last?.hasPrefix(stem) == true }
            guard !names.isEmpty else { continue }
            predicate[key] = .list(names.sorted().compactMap { resource($0, digests) })
        }
        if let context = resource("context.txt", digests) { predicate["context"] = context }
        if record.reviewed == true, let who = record.reviewedBy { predicate["reviewedBy"] = .text(who) }
        return predicate
    }

    private static func side(_ side: RunRecord.Side) -> JSONValue {
        var value: JSONValue = ["gitTree": .text(side.tree)]
        if let commit = side.commit { value["gitCommit"] = .text(commit) }
        return value
    }

    private static func list(_ texts: [String]) -> JSONValue { .list(texts.prefix(most).map(JSONValue.text)) }

    private static func resource(_ name: String, _ digests: RunRecord.Digests) -> JSONValue? {
        digests.artifacts[name].map { ["name": .text(name), "digest": ["sha256": .text($0)]] }
    }
}
