import GateGit

/// What a hook says at its end. Pure: the same answer gives the same text.
package enum HookReport {
    /// One part for each verdict, then the way on.
    package static func text(_ answer: HookAnswer) -> String {
        var lines: [String] = []
        for item in answer.items { lines += text(of: item, answer.kind) }
        for passed in answer.passed where answer.kind == .prePush {
            lines.append("\(answer.kind.rawValue): \(Excerpt.visible(passed.update.name)): not judged: \(passed.why)")
        }
        guard answer.exitStatus != 0 else { return lines.joined(separator: "\n") }
        switch answer.kind {
        case .prePush:
            lines.append("nothing was pushed")
            lines.append(
                "hint: to push all the same, with the reason on record: \(HookSwitch.skip)='<why>' git push …"
            )
        case .preCommit:
            lines.append("nothing was committed")
            lines.append(
                "hint: to commit all the same, with the reason on record: \(HookSwitch.skip)='<why>' git commit …"
            )
        case .preReceive: lines.append("nothing of this push was taken")
        case .postCommit: break
        }
        return lines.joined(separator: "\n")
    }

    /// What is said where a hook was passed over.
    package static func bypassed(_ kind: HookKind, _ record: RunRecord) -> String {
        let bypass = record.hook?.bypass
        let reason = Excerpt.visible(Excerpt.line(bypass?.reason ?? ""))
        return "\(kind.rawValue): passed over, nothing was judged: \(reason) (run \(record.id) has it on record)"
    }

    /// What is said where a hook is switched off.
    package static func off(_ kind: HookKind, _ source: PolicySource) -> String {
        "\(kind.rawValue): switched off by 'gatekeeper.hook.\(kind.rawValue).enabled' "
            + "(\(Excerpt.visible(source.description))), nothing was judged"
    }

    private static func text(of item: HookAnswer.Item, _ kind: HookKind) -> [String] {
        var subject = kind.rawValue
        if !item.updates.isEmpty { subject += ": " + Listing.some(item.updates.map(\.name)) }
        if let commit = item.commit { subject += " (\(commit.abbreviated))" }
        switch item.ending {
        case .refused(let why): return ["\(subject): refused: \(Excerpt.visible(why))"]
        case .attested(let word): return ["\(subject): proven by \(Excerpt.visible(word))"]
        case .failed(let error):
            return ["\(subject): could not be judged: \(Excerpt.visible(error.message)) [\(error.code)]"]
                + error.hints.map { "  hint: \(Excerpt.visible($0))" }
        case .judged(var record):
            // What is to be typed in a hook is another thing than after a run at the desk.
            if !item.next.isEmpty { record.result?.next = item.next }
            return ["\(subject): \(TextReport.render(record, isBrief: true))"]
        }
    }
}
