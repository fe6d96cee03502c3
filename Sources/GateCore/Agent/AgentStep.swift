/// What an agent may do next. It is a step towards a proven tree, or it is a person's.
package struct AgentStep: Codable, Sendable, Hashable {
    package enum Action: String, Codable, Sendable, CaseIterable {
        /// The tree is proven: finish, commit, push.
        case finish
        /// Change code, and let the gate judge again.
        case fix
        /// A proven fix waits: bring it into the working tree, and let the gate judge that.
        case takeFix = "take_fix"
        /// Nothing was wrong with the change; ask the gate once more.
        case retry
        /// The gate waits for a person: say so, and stop.
        case askPerson = "ask_person"
    }

    package var action: Action
    package var text: String

    package init(_ action: Action, _ text: String) {
        self.action = action
        self.text = text
    }

    private static let contract =
        "The tests and the files that decide how tests run are the contract: leave them as they are."

    /// The step after a run.
    package init(_ record: RunRecord) {
        let result = record.result
        let isGiven = AgentAnswer.givenCommands.contains(record.command)
        let patch = record.attempts.last.map { "attempt-\($0.number)/patch.diff" } ?? "patch.diff"
        switch result?.verdict {
        case "green"
        where record.signoff?.state == RunRecord.SignoffReference.notAsked.state
            && record.head.tree != record.base.tree:
            self.init(
                .askPerson,
                "The tests hold, and policy requires a sign-off besides, which was not asked for. You may commit. Do not "
                    + "push: tell the person to type: git gatekeeper signoff — and stop."
            )
        case "green": self.init(.finish, "The working tree is proven. You may finish, commit or push.")
        case "accepted" where result?.applied == true:
            self.init(.finish, "The proven fix is in the working tree; read the changed files again. You may finish.")
        case "accepted" where isGiven:
            self.init(.takeFix, "Apply exactly this patch to the working tree, then call gate_test.")
        case "accepted":
            self.init(
                .takeFix,
                "Read the fix with gate_show (run \(record.id), artifact \(patch)), make the same edits, then call "
                    + "gate_test; or ask the person to type: git gatekeeper apply \(record.id)"
            )
        case "rejected": self = Self.afterRejection(record, isGiven: isGiven)
        case "skipped":
            self.init(.askPerson, "Tell the person that nothing was proven: the gate is switched off here.")
        default: self = Self.afterIndecision(record, isGiven: isGiven)
        }
    }

    private static func afterRejection(_ record: RunRecord, isGiven: Bool) -> AgentStep {
        let codes = Set(record.result?.reasons.map(\.code) ?? [])
        if isGiven {
            if codes.contains(ReasonCode.admission.rawValue) {
                return AgentStep(
                    .fix,
                    "Take out of the patch what the reasons name, and call gate_judge again. \(contract)"
                )
            }
            return AgentStep(
                .fix,
                "Change the patch so that the reasons vanish, and call gate_judge again. \(contract)"
            )
        }
        if record.result?.stopReason == "base-contract" {
            return AgentStep(
                .fix,
                "Make the code satisfy the tests of the base as well, then call gate_test. Changing those tests is a "
                    + "person's decision."
            )
        }
        let files = (record.failure?.likelyFiles ?? []).prefix(3).map { AgentAnswer.line($0) }
        let place = files.isEmpty ? "the code" : files.joined(separator: ", ")
        return AgentStep(.fix, "Fix \(place) so that the red tests pass, then call gate_test. \(contract)")
    }

    private static func afterIndecision(_ record: RunRecord, isGiven: Bool) -> AgentStep {
        let result = record.result
        let codes = Set(result?.reasons.map(\.code) ?? [])
        if codes.contains(ReasonCode.moved.rawValue) {
            return AgentStep(
                .retry,
                "Files changed while the gate worked. Change nothing meanwhile, and call it again."
            )
        }
        if result?.stopReason == "backend-failed" {
            return AgentStep(
                .fix,
                "Whoever was asked for a fix could not answer. Fix the code yourself, then call gate_test. \(contract)"
            )
        }
        let why = (result?.reasons.first?.message).map { ": " + AgentAnswer.line($0) } ?? ""
        return AgentStep(
            .askPerson,
            "Undecided is not green. Tell the person what keeps the gate from deciding\(why) — and stop."
        )
    }
}
